import type { Write } from '@trueup/engine';
import { sampleDrift, sampleRollout, sampleRun, sampleStack } from '@trueup/engine/testing';
import { describe, expect, it } from 'vitest';

import { ControlPlaneBench } from '../testing/index.ts';

describe('a page for somebody who may view one repository', () => {
  it('is full as long as there is more, whatever lies between', async () => {
    await using bench = await ControlPlaneBench.open();
    const url = 'https://git.example.com/other.git';
    const other = await bench.admin.addRepository({ name: 'other', url });
    const infra = (await bench.admin.repositories()).find(({ name }) => name === 'infra');
    const places = [{ id: `${infra?.id}`, name: 'infra' }, other, other, other];
    await bench.memory.commit([...places, ...places].flatMap(recordsIn));
    const viewer = bench.as('viewer', 'grace', 'infra');

    const page = { limit: 2 };
    expect((await viewer.stacks(page)).items).toHaveLength(2);
    expect((await viewer.runs({}, page)).items).toHaveLength(2);
    expect((await viewer.rollouts(page)).items).toHaveLength(2);
    expect((await viewer.drift({}, page)).items).toHaveLength(2);
  });

  it('shows of a stack its newest run and how much drifted', async () => {
    await using bench = await ControlPlaneBench.open();
    const [infra] = await bench.admin.repositories();
    await bench.memory.commit(recordsIn({ id: `${infra?.id}`, name: 'infra' }, 0));

    const { items } = await bench.admin.stacks({ limit: 9 });
    const one = await bench.admin.stack('infra/s0');

    expect(items).toEqual([one]);
    expect(one).toMatchObject({ driftCount: 1, lastRun: { id: 'r0' } });
  });
});

function recordsIn(
  { id: repository, name }: { readonly id: string; readonly name: string },
  index: number,
): readonly Write[] {
  const stack = `${name}/s${index}`;
  const phase = { name: 'succeeded', extent: 'all' } as const;
  return [
    { kind: 'stack', record: sampleStack(`s${index}`, { id: stack, repository }) },
    { kind: 'run', run: sampleRun(`r${index}`, { repository, stack, phase }) },
    { kind: 'rollout', rollout: sampleRollout(`o${index}`, { repository }) },
    { kind: 'drift', item: sampleDrift(`d${index}`, { stack }) },
  ];
}
