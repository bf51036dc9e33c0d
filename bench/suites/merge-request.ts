/** Merge requests that change many resources: from the push to the comment that shows the plan. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

import { type CountingForge, openCountingForge } from '../counting-forge.ts';
import { createGitRepository, type GitRepository } from '../git-repository.ts';
import { toSample } from '../sample.ts';
import { startSandboxProcess } from '../sandbox-process.ts';
import { type ServerProcess, startServer } from '../server-process.ts';
import { configMaps, describeStacks } from '../stack-files.ts';
import type { Suite, SuiteContext } from '../suite.ts';

export const mergeRequest: Suite = {
  name: 'merge-request',
  async run(context) {
    await measureMany(context);
    await measureLarge(context);
  },
};

async function measureMany(context: SuiteContext): Promise<void> {
  const { rounds, report } = context;
  const size = { stacks: 100, resources: 40 };
  const pushes: Push[] = [];
  await onStage({ ...context, ...size, name: 'many' }, async (stage) => {
    for (let round = 0; round < rounds; round += 1) pushes.push(await push(stage, round));
  });
  report({
    what: `${size.stacks} stacks of ${size.resources} resources planned and commented`,
    unit: 's',
    ours: toSample(pushes.map(({ seconds }) => seconds)),
    target: { kind: 'at-most', bound: 10 },
  });
  report({
    what: 'comment writes of a push',
    unit: 'requests',
    ours: toSample(pushes.map(({ comments }) => comments)),
    target: { kind: 'at-most', bound: 1 },
  });
  report({
    what: 'status writes of a push',
    unit: 'requests',
    ours: toSample(pushes.map(({ statuses }) => statuses)),
    target: { kind: 'at-most', bound: 3 },
  });
}

async function measureLarge(context: SuiteContext): Promise<void> {
  const { rounds, report } = context;
  const size = { stacks: 20, resources: 1000 };
  const seconds: number[] = [];
  const memory: number[] = [];
  const pages: number[] = [];
  await onStage({ ...context, ...size, name: 'large' }, async (stage) => {
    seconds.push((await push(stage, 0)).seconds);
    for (let round = 0; round < rounds; round += 1) pages.push(await stage.server.firstPage());
    memory.push(await stage.server.peakMemory());
  });
  report({
    what: `${size.stacks} stacks of ${size.resources} resources planned and commented`,
    unit: 's',
    ours: toSample(seconds),
    target: { kind: 'none' },
  });
  report({
    what: 'the first page of such a plan',
    unit: 'ms',
    ours: toSample(pages),
    target: { kind: 'at-most', bound: 200 },
  });
  report({
    what: 'most memory of the server meanwhile',
    unit: 'MiB',
    ours: toSample(memory),
    target: { kind: 'at-most', bound: 600 },
  });
}

interface Stage {
  readonly repository: GitRepository;
  readonly forge: CountingForge;
  readonly server: ServerProcess;
  readonly files: (value: string) => ReadonlyMap<string, string>;
  readonly note: SuiteContext['note'];
}

interface Size extends SuiteContext {
  readonly name: string;
  readonly stacks: number;
  readonly resources: number;
}

/** All is applied, and nobody has proposed anything. */
async function onStage(
  { folder, note, name, stacks, resources }: Size,
  play: (stage: Stage) => Promise<void>,
): Promise<void> {
  const place = join(folder, name);
  await mkdir(place);
  const files = (value: string) =>
    describeStacks(stacks, (stack) => configMaps(stack, resources, value));
  const repository = await createGitRepository(place);
  await using forge = await openCountingForge(await repository.push(files('first')));
  const kubeconfig = join(place, 'kubeconfig');
  await using _sandbox = await startSandboxProcess(kubeconfig);
  await using server = await startServer(place, kubeconfig);
  const done = server.succeeded(stacks);
  await Promise.all([server.follow(repository.url, forge), done]);
  note(`${stacks} stacks of ${resources} resources are applied`);
  await play({ repository, forge, server, files, note });
}

interface Push {
  readonly seconds: number;
  readonly comments: number;
  readonly statuses: number;
}

/** What is written late is counted as well. */
const quietMs = 2000;

async function push(stage: Stage, round: number): Promise<Push> {
  const { repository, files, note } = stage;
  const head = await repository.propose('topic', files(`round ${round}`));
  await repository.point('refs/merge-requests/1/head', head);
  stage.forge.propose(head);
  const begun = performance.now();
  await stage.server.hint();
  await stage.forge.settled(head);
  const seconds = (performance.now() - begun) / 1000;
  await delay(quietMs);
  note(`round ${round}: ${seconds.toFixed(2)} s, ${JSON.stringify(stage.forge.writes)}`);
  return { seconds, ...stage.forge.writes };
}
