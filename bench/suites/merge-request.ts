/** A merge request that changes all of a hundred stacks: from the push to the comment that shows the plan. */
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

import { type CountingForge, openCountingForge } from '../counting-forge.ts';
import { createGitRepository } from '../git-repository.ts';
import { toSample } from '../sample.ts';
import { startSandboxProcess } from '../sandbox-process.ts';
import { type ServerProcess, startServer } from '../server-process.ts';
import { configMaps, describeStacks } from '../stack-files.ts';
import type { Suite } from '../suite.ts';

const stacks = 100;
const resources = 40;

export const mergeRequest: Suite = {
  name: 'merge-request',
  async run({ folder, rounds, note, report }) {
    const repository = await createGitRepository(folder);
    const files = (value: string) =>
      describeStacks(stacks, (stack) => configMaps(stack, resources, value));
    const base = await repository.push(files('first'));
    await using forge = await openCountingForge(base);
    const kubeconfig = join(folder, 'kubeconfig');
    await using _sandbox = await startSandboxProcess(kubeconfig);
    await using server = await startServer(folder, kubeconfig);
    const done = server.succeeded(stacks);
    await Promise.all([server.follow(repository.url, forge), done]);
    note(`${stacks} stacks of ${resources} resources are applied`);

    const seconds: number[] = [];
    const comments: number[] = [];
    const statuses: number[] = [];
    for (let round = 0; round < rounds; round += 1) {
      const head = await repository.propose('topic', files(`round ${round}`));
      await repository.point('refs/merge-requests/1/head', head);
      forge.propose(head);
      const took = await untilCommented(server, forge, head);
      await delay(quietMs);
      seconds.push(took / 1000);
      comments.push(forge.writes.comments);
      statuses.push(forge.writes.statuses);
      note(`round ${round}: ${took.toFixed(0)} ms, ${JSON.stringify(forge.writes)}`);
    }
    report({
      what: `${stacks} stacks of ${resources} resources planned and commented`,
      unit: 's',
      ours: toSample(seconds),
      target: { kind: 'at-most', bound: 10 },
    });
    const requests = { unit: 'requests' } as const;
    report({
      ...requests,
      what: 'comment writes of a push',
      ours: toSample(comments),
      target: { kind: 'at-most', bound: 1 },
    });
    report({
      ...requests,
      what: 'status writes of a push',
      ours: toSample(statuses),
      target: { kind: 'at-most', bound: 3 },
    });
  },
};

/** What is written late is counted as well. */
const quietMs = 2000;

async function untilCommented(
  server: ServerProcess,
  forge: CountingForge,
  head: string,
): Promise<number> {
  const begun = performance.now();
  await server.hint();
  await forge.settled(head);
  return performance.now() - begun;
}
