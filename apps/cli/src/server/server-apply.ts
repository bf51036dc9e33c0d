import type { ApiClient, Run, StackView } from '@trueup/api';

import type { Cli } from '../command.ts';
import { type ExitCode, exitCodes } from '../exit-code.ts';
import { count } from '../output/count.ts';
import { line } from '../output/line.ts';
import { digestToApprove, planView } from '../output/plan-view.ts';
import { shortId } from '../output/short-id.ts';
import { reportRun } from '../report/run-report.ts';
import { summarizeRuns } from '../stand-alone/apply-summary.ts';
import { askYes } from '../stand-alone/consent.ts';
import { mapBounded } from '../stand-alone/map-bounded.ts';
import { Interrupted } from '../surroundings.ts';
import { clientOf, type ServerAddress } from './connect-server.ts';
import { findStacks, paramsOf } from './find-stacks.ts';
import { followRun } from './follow-run.ts';
import { planOfRun } from './server-plans.ts';

export interface ServerApplyFlags {
  readonly stack?: readonly string[];
  readonly yes?: true;
  readonly all?: true;
  readonly wait: boolean;
}

/** Starts a run of each stack at its repository's head. Rules and approvals hold as for any other. */
export async function applyOnServer(
  cli: Cli,
  address: ServerAddress,
  flags: ServerApplyFlags,
): Promise<ExitCode> {
  const client = await clientOf(cli, address);
  const stacks = await findStacks(client, flags.stack);
  const question = `Start ${count(stacks.length, 'run')} at the head: ${namesOf(stacks)}? [y/N] `;
  const consent = await askYes(cli, question, flags.yes === true);
  if (!consent.given) {
    cli.printer.note([consent.why]);
    return exitCodes.pending;
  }
  return startAndFollow(cli, client, {
    stacks,
    start: (stack) => client.apply({ params: paramsOf(stack) }),
    wait: flags.wait,
    all: flags.all === true,
  });
}

export interface Starting {
  readonly stacks: readonly StackView[];
  readonly start: (stack: StackView) => Promise<Run>;
  readonly wait: boolean;
  readonly all: boolean;
}

/** Starts runs, watches them to their end, and says how that was. */
export async function startAndFollow(
  cli: Cli,
  client: ApiClient,
  { stacks, start, wait, all }: Starting,
): Promise<ExitCode> {
  const { printer, surroundings } = cli;
  const { stop } = surroundings.interrupts;
  const startedMs = surroundings.nowMs();
  const started = await mapBounded(stacks, 4, start);
  if (!wait) {
    printer.lines(started.map(({ id, stack }) => line(`${stack}: run ${id} has begun.`)));
    await printer.document({ runs: started });
    return exitCodes.done;
  }
  using progress = cli.openProgress();
  progress.phase(`Running ${count(started.length, 'stack')}`);
  const following = { client, printer, progress, signal: stop };
  const watched = mapBounded(started, 20, ({ id }) => followRun(id, following));
  const ended = watched.finally(() => progress[Symbol.dispose]());
  const runs = await ended.catch((error: unknown) => tellThatRunsGoOn(cli, started, error));
  for (const run of runs) await showWaiting(cli, client, { run, stacks, all });
  const summary = summarizeRuns(
    runs.map((run) => reportRun(run.stack, run)),
    { tookMs: surroundings.nowMs() - startedMs, interrupted: stop.aborted, width: printer.width },
  );
  printer.lines(summary.lines);
  await printer.document({ runs });
  return summary.code;
}

/** Ctrl-C ends the watching, and nothing else. */
function tellThatRunsGoOn({ printer }: Cli, started: readonly Run[], error: unknown): never {
  if (!(error instanceof Interrupted)) throw error;
  printer.note([
    line('It is not watched any more, and goes on:', 'warn'),
    ...started.map(({ id, stack }) => line(`${stack}: trueup run show --follow ${id}`)),
  ]);
  throw error;
}

interface Waiting {
  readonly run: Run;
  readonly stacks: readonly StackView[];
  readonly all: boolean;
}

/** What somebody has to approve is shown, with the words to do so. */
async function showWaiting(
  { printer, surroundings }: Cli,
  client: ApiClient,
  { run, stacks, all }: Waiting,
): Promise<void> {
  if (run.phase.name !== 'awaiting-approval' && run.phase.name !== 'held') return;
  const stack = stacks.find(({ id }) => id === run.stack);
  const report = stack && (await planOfRun(client, run, stack));
  if (!report) return;
  printer.lines(planView([report], { width: printer.width, all, nowMs: surroundings.nowMs() }));
  printer.lines([
    line(`trueup approve ${shortId(run.id)} ${digestToApprove(report.digest)}`, 'accent'),
  ]);
}

function namesOf(stacks: readonly StackView[]): string {
  const names = stacks.slice(0, 5).map(({ id }) => id);
  const more = stacks.length > names.length ? ` and ${stacks.length - names.length} more` : '';
  return `${names.join(', ')}${more}`;
}
