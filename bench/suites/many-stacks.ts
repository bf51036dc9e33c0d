/** A thousand stacks on a sandbox: how fast, and how much memory one control plane takes for it. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';

import { startControlPlane } from '../control-plane-process.ts';
import { createGitRepository } from '../git-repository.ts';
import { toSample } from '../sample.ts';
import { startSandboxProcess } from '../sandbox-process.ts';
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
    for (let round = 0; round < rounds; round += 1) {
      const place = join(folder, `round-${round}`);
      await mkdir(place);
      const kubeconfig = join(place, 'kubeconfig');
      await using _sandbox = await startSandboxProcess(kubeconfig);
      await using plane = await startControlPlane(place, kubeconfig);
      const done = plane.succeeded(stacks);
      const begun = performance.now();
      plane.follow(repository.url);
      await done;
      seconds.push((performance.now() - begun) / 1000);
      memory.push(await plane.peakMemory());
      note(`1000 stacks: ${seconds.at(-1)} s, ${memory.at(-1)} MiB`);
    }
    report({
      what: '1,000 stacks of 4 objects, empty to healthy',
      unit: 's',
      ours: toSample(seconds),
      rival: { name: 'Flux (published)', sample: toSample([flux.seconds]) },
      target: { kind: 'at-most', bound: 40 },
    });
    report({
      what: 'most memory of the control plane meanwhile',
      unit: 'MiB',
      ours: toSample(memory),
      rival: { name: 'Flux (published)', sample: toSample([flux.mebibytes]) },
      target: { kind: 'at-most', bound: flux.mebibytes },
    });
  },
};
