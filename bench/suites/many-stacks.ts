/** A thousand stacks on a sandbox: how fast, and how much memory one server takes for it. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';

import { createGitRepository } from '../git-repository.ts';
import { toSample } from '../sample.ts';
import { startSandboxProcess } from '../sandbox-process.ts';
import { startServer } from '../server-process.ts';
import { describeStacks, fourObjects } from '../stack-files.ts';
import type { Suite } from '../suite.ts';

const stacks = 1000;
/** Published for Flux 2 with as many stacks. */
const flux = { seconds: 253, mebibytes: 223 };

export const manyStacks: Suite = {
  name: 'many-stacks',
  async run({ folder, rounds, note, report }) {
    const repository = await createGitRepository(folder);
    await repository.push(describeStacks(stacks, fourObjects));
    const seconds: number[] = [];
    const memory: number[] = [];
    const processor: number[] = [];
    for (let round = 0; round < rounds; round += 1) {
      const place = join(folder, `round-${round}`);
      await mkdir(place);
      const kubeconfig = join(place, 'kubeconfig');
      await using _sandbox = await startSandboxProcess(kubeconfig);
      await using server = await startServer(place, kubeconfig);
      const done = server.succeeded(stacks);
      const begun = performance.now();
      await Promise.all([server.follow(repository.url), done]);
      seconds.push((performance.now() - begun) / 1000);
      memory.push(await server.peakMemory());
      processor.push(await server.processorSeconds());
      note(
        `1000 stacks: ${seconds.at(-1)} s (${processor.at(-1)} s of a processor), ${memory.at(-1)} MiB`,
      );
    }
    report({
      what: '1,000 stacks of 4 objects, empty to healthy',
      unit: 's',
      ours: toSample(seconds),
      rival: { name: 'Flux (published)', sample: toSample([flux.seconds]) },
      target: { kind: 'at-most', bound: 40 },
    });
    report({
      what: 'processor time of the server for that',
      unit: 's',
      ours: toSample(processor),
      target: { kind: 'none' },
    });
    report({
      what: 'most memory of the server meanwhile',
      unit: 'MiB',
      ours: toSample(memory),
      rival: { name: 'Flux (published)', sample: toSample([flux.mebibytes]) },
      target: { kind: 'at-most', bound: flux.mebibytes },
    });
  },
};
