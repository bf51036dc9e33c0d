import type { Write } from '@trueup/engine';
import { describe, expect, it, vi } from 'vitest';

import { ControlPlaneBench, configuration, thing, thingId } from '../testing/index.ts';

const stacks = ['stacks:', '  - { name: shop, path: shop, target: cloud }'];
const web = thingId('web');

describe('a run that a person starts while a revision is taken up', () => {
  it('is at the new revision', async () => {
    await using bench = await openBench();
    const { newer, release } = await holdTakeUp(bench);

    const asked = bench.admin.apply('infra/shop');
    await settle();
    release();
    const run = await asked;

    expect(run.revision).toBe(newer);
    await bench.untilRun('shop', 'succeeded', newer);
    expect(bench.cloud.get(web)?.spec).toEqual({ size: 2 });
  });

  it('is at the new revision when the stack was paused', async () => {
    await using bench = await openBench();
    await bench.admin.pause('infra/shop', 'to look at it');
    const { newer, release } = await holdTakeUp(bench);

    const asked = bench.admin.unpause('infra/shop');
    await settle();
    release();
    await asked;

    await bench.untilRun('shop', 'succeeded', newer);
    expect((await bench.runsOf('shop')).map(({ revision }) => revision === newer)).toEqual([
      false,
      true,
    ]);
  });

  it('has the last word when it rolls back', async () => {
    await using bench = await openBench();
    const [first] = await bench.runsOf('shop');
    const { newer, release } = await holdTakeUp(bench);

    const asked = bench.admin.rollback('infra/shop', first?.revision ?? '', 'the new one is worse');
    await settle();
    release();
    const { id } = await asked;
    await bench.until('all runs to end', async () => {
      const runs = await bench.admin.runs({ stack: 'infra/shop', ended: false }, { limit: 1 });
      return runs.items.length === 0;
    });

    const runs = await bench.runsOf('shop');
    expect(runs.map(({ revision }) => revision === newer)).toEqual([false, true, false]);
    expect(runs.at(-1)).toMatchObject({ id, phase: { name: 'succeeded' } });
    expect(bench.cloud.get(web)?.spec).toEqual({ size: 1 });
  });
});

async function openBench(): Promise<ControlPlaneBench> {
  const bench = await ControlPlaneBench.open();
  await bench.push({ 'trueup.yaml': configuration(...stacks), 'shop/web.json': thing('web') });
  await bench.untilRun('shop', 'succeeded');
  return bench;
}

/** Pushes, and holds the batch that takes the revision up in front of the store. */
async function holdTakeUp(
  bench: ControlPlaneBench,
): Promise<{ readonly newer: string; readonly release: () => void }> {
  const reached = Promise.withResolvers<void>();
  const gate = Promise.withResolvers<void>();
  const { memory } = bench;
  const commit = memory.commit.bind(memory);
  let held = false;
  vi.spyOn(memory, 'commit').mockImplementation(async (writes: readonly Write[]) => {
    if (!held && writes.some(({ kind }) => kind === 'repository')) {
      held = true;
      reached.resolve();
      await gate.promise;
    }
    return commit(writes);
  });
  const newer = await bench.push({ 'shop/web.json': thing('web', { spec: { size: 2 } }) });
  await reached.promise;
  return { newer, release: gate.resolve };
}

/** Lets everything go on that waits for nothing but the store in memory. */
function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
