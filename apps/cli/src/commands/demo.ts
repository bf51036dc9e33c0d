import { join } from 'node:path';

import type { Cli, CommandDefinition, CommonFlags } from '../command.ts';
import { type DemoStage, openDemoStage } from '../demo/demo-stage.ts';
import { EventLog } from '../demo/event-log.ts';
import { createNarrator, type Narrator } from '../demo/narrator.ts';
import { NotSeenError } from '../demo/play.ts';
import { playDemo } from '../demo/play-demo.ts';
import { type ExitCode, exitCodes } from '../exit-code.ts';
import { formatDuration } from '../output/format-age.ts';
import { emptyLine, type Line, line, span } from '../output/line.ts';
import { Interrupted } from '../surroundings.ts';

interface DemoFlags extends CommonFlags {
  readonly exit?: true;
}

export const demo: CommandDefinition = {
  declare(command, start) {
    command
      .option('--exit', 'play it once; 0 only if every step was seen to happen')
      .action((flags: DemoFlags) => start(flags, (cli) => runDemo(cli, flags)));
  },
};

/** Containers take a moment to start, as they do elsewhere. */
const podStartMs = 400;
const example: string = join(import.meta.dirname, '../../../../examples/shop');

async function runDemo(cli: Cli, { exit }: DemoFlags): Promise<ExitCode> {
  const { surroundings, printer } = cli;
  const startedMs = surroundings.nowMs();
  using progress = cli.openProgress();
  const narrator = createNarrator(cli, progress);
  narrator.say([
    line('Trueup: from a push to a healed drift, from a merge request to its run.', 'strong'),
  ]);
  progress.phase('Starting two clusters, a Git repository and a control plane');
  await using stage = await openStage(cli, narrator);
  const log = new EventLog();
  const ending = new AbortController();
  const { stop } = surroundings.interrupts;
  const signal = AbortSignal.any([stop, ending.signal]);
  const reading = log.read(stage.session.events(0, signal), (event) => narrator.event(event));
  try {
    const view = { width: printer.width };
    const { nowMs } = surroundings;
    await playDemo({ stage, log, narrator, view, signal: stop, nowMs });
    narrator.say([emptyLine, seenLine(surroundings.nowMs() - startedMs)]);
    if (exit) return exitCodes.done;
    await openForPushes(stage);
    progress.phase('Waiting for you');
    narrator.say(whatNext(stage, await stage.invite()));
    await untilStopped(stop);
    return exitCodes.done;
  } catch (error) {
    if (!(error instanceof NotSeenError)) throw error;
    narrator.say([emptyLine, [span('Not seen: ', 'bad'), span(error.message)]]);
    return exitCodes.failed;
  } finally {
    ending.abort(new Interrupted());
    await reading.catch(() => undefined);
  }
}

async function openStage({ surroundings }: Cli, narrator: Narrator): Promise<DemoStage> {
  const [{ startSandbox }, { servePlane }] = await Promise.all([
    import('@trueup/sandbox-kubernetes'),
    import('@trueup/server'),
  ]);
  return openDemoStage({
    startCluster: (name) => startSandbox({ name, podStartMs }),
    serve: (plane) =>
      servePlane(plane, { onTrouble: (text) => narrator.say([line(text, 'warn')]) }),
    example,
    searchPath: surroundings.environment['PATH'] ?? '',
    log: (message) => narrator.say([line(message, 'warn')]),
  });
}

/** Whoever plays on pushes to `main`, without anybody else's word. */
async function openForPushes({ session, repository }: DemoStage): Promise<void> {
  const settings = await session.hostedRepository('shop');
  await session.changeHosting('shop', { ...settings, protections: [] });
  await repository.branch('main');
}

function seenLine(tookMs: number): Line {
  const text = `push, plan, run, drift, heal, merge request, approvals, in ${formatDuration(tookMs)}.`;
  return [span('Seen: ', 'good'), span(text)];
}

function whatNext(
  { kubeconfigs, repository, staging }: DemoStage,
  invitation: string,
): readonly Line[] {
  const kubectl = `kubectl --kubeconfig ${kubeconfigs[1]} -n shop`;
  return [
    emptyLine,
    line('It goes on until Ctrl-C. In a browser:', 'strong'),
    emptyLine,
    line('give yourself a name, and look at all of it; the link lets one in', 'dim'),
    line(`  ${invitation}`),
    emptyLine,
    line('In another terminal:', 'strong'),
    emptyLine,
    line('edit staging, and see it healed', 'dim'),
    line(`  ${kubectl} set image deployment/web web=example.com/hotfix:1`),
    line('edit the repository, and see staging run, and production wait for approval', 'dim'),
    line(`  cd ${repository.checkout}`),
    line(
      "  sed -i 's/BANNER: .*/BANNER: Hello/' apps/shop/*/settings.yaml && git commit -qam hello && git push",
    ),
    line('look around', 'dim'),
    line(`  ${kubectl} get all`),
    line(`  curl ${staging.url}/apis/apps/v1/namespaces/shop/deployments/web`),
    emptyLine,
  ];
}

function untilStopped(stop: AbortSignal): Promise<void> {
  if (stop.aborted) return Promise.resolve();
  return new Promise((done) => {
    stop.addEventListener('abort', () => done(), { once: true });
  });
}
