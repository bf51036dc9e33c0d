/** A whole server: what it asks of a cluster, and how soon it is done. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

import { type BareCluster, startBareCluster } from '../bare-cluster.ts';
import { startCountingProxy } from '../counting-proxy.ts';
import { createGitRepository, type GitRepository } from '../git-repository.ts';
import { toSample } from '../sample.ts';
import { type ServerProcess, startServer } from '../server-process.ts';
import { describeStacks, tenConfigMaps } from '../stack-files.ts';
import type { Suite, SuiteContext } from '../suite.ts';
import { watchFor } from '../watch-for.ts';

const stacks = 100;
/** Flux 2 on this machine, as the issue tells: from empty to done. */
const fluxHundredStacks = 56;

export const server: Suite = {
  name: 'server',
  async run(context) {
    await using cluster = await startBareCluster(join(context.folder, 'cluster'));
    const emptyToDone: number[] = [];
    const oneChange: number[] = [];
    for (let round = 0; round < context.rounds; round += 1) {
      const place = await openPlace(context, `round-${round}`);
      await using running = await startServer(place.folder, cluster.kubeconfig);
      emptyToDone.push(await applyAll(place.repository, running));
      oneChange.push(await applyOne(place.repository, running, cluster));
      context.note(`100 stacks: ${emptyToDone.at(-1)} s, one change: ${oneChange.at(-1)} ms`);
      await empty(cluster);
    }
    reportTimes(context, emptyToDone, oneChange);
    await countRequests(cluster, context);
  },
};

interface Place {
  readonly folder: string;
  readonly repository: GitRepository;
}

/** A repository of a hundred stacks, and room for a control running. */
async function openPlace({ folder }: SuiteContext, name: string): Promise<Place> {
  const place = join(folder, name);
  await mkdir(join(place, 'git'), { recursive: true });
  const repository = await createGitRepository(join(place, 'git'));
  await repository.push(describeStacks(stacks, tenConfigMaps));
  return { folder: place, repository };
}

/** Seconds from the registration of the repository until everything is applied. */
async function applyAll({ url }: GitRepository, running: ServerProcess): Promise<number> {
  const done = running.succeeded(stacks);
  const begun = performance.now();
  await Promise.all([running.follow(url), done]);
  return (performance.now() - begun) / 1000;
}

/** Milliseconds from the hint that something was pushed until the cluster tells of the change. */
async function applyOne(
  repository: GitRepository,
  running: ServerProcess,
  cluster: BareCluster,
): Promise<number> {
  const changed = tenConfigMaps('stack-7').replace('colour: first', 'colour: changed');
  await repository.push(new Map([['stacks/stack-7/objects.yaml', changed]]));
  const path =
    '/api/v1/namespaces/default/configmaps?watch=1&fieldSelector=metadata.name=stack-7-0';
  const { seen } = await watchFor(cluster, path, '"changed"');
  // What the first runs left to do (watches that settle) is not part of this one.
  await delay(1000);
  const done = running.succeeded(1);
  const begun = performance.now();
  await Promise.all([running.hint(), seen]);
  const took = performance.now() - begun;
  await done;
  return took;
}

async function empty({ ask }: BareCluster): Promise<void> {
  await ask('DELETE', '/api/v1/namespaces/default/configmaps?labelSelector=trueup.dev/owner');
}

function reportTimes(
  { report }: SuiteContext,
  emptyToDone: readonly number[],
  oneChange: readonly number[],
): void {
  report({
    what: '100 stacks of 10 config maps, empty to done',
    unit: 's',
    ours: toSample(emptyToDone),
    rival: { name: 'Flux (published)', sample: toSample([fluxHundredStacks]) },
    target: { kind: 'at-most', bound: 5 },
  });
  report({
    what: 'one changed object, hint to applied',
    unit: 'ms',
    ours: toSample(oneChange),
    target: { kind: 'at-most', bound: 300 },
  });
}

/** Every stack is rendered, planned and found as it should be, without a question to the cluster. */
async function countRequests(cluster: BareCluster, context: SuiteContext): Promise<void> {
  const place = await openPlace(context, 'counted');
  const kubeconfig = join(place.folder, 'kubeconfig');
  await using proxy = await startCountingProxy(cluster, kubeconfig);
  await using running = await startServer(place.folder, kubeconfig);
  await applyAll(place.repository, running);
  await delay(2000);
  const passes: number[] = [];
  for (let round = 0; round < context.rounds; round += 1) {
    const touched = describeStacks(stacks, (stack) => `# ${round}\n${tenConfigMaps(stack)}`);
    await place.repository.push(touched);
    const before = proxy.count();
    const done = running.succeeded(stacks);
    await Promise.all([running.hint(), done]);
    passes.push(proxy.count() - before);
  }
  context.report({
    what: 'pass over 100 stacks without a change',
    unit: 'requests',
    ours: toSample(passes),
    target: { kind: 'at-most', bound: 0 },
  });
}
