import type { DriftItem } from '@trueup/engine';
import { describe, expect, it, vi } from 'vitest';

import { ControlPlaneBench, configuration, thing, thingId } from '../testing/index.ts';

const stacks = ['stacks:', '  - { name: shop, path: shop, target: cloud }'];
const reporting = configuration(...stacks);
const healing = configuration(...stacks, 'rules:', '  - { stacks: ["*"], drift: heal }');
const web = thingId('web');

describe('drift', () => {
  it('opens long before the next look is due, names the writer, and closes with it', async () => {
    await using bench = await openBench(reporting);

    bench.cloud.disturb(web, 'size', 9, 'mallory');
    const item = await untilDrift(bench, 'open');
    bench.cloud.disturb(web, 'size', 1, 'mallory');
    const closed = await untilDrift(bench, 'closed');

    expect(item.change.fields).toMatchObject([
      { before: 9, after: 1, writer: { name: 'mallory' } },
    ]);
    expect(closed).toMatchObject({ id: item.id, closedBy: 'returned' });
    expect(await bench.runsOf('shop')).toHaveLength(1);
  });

  it('is healed where the rule says so', async () => {
    await using bench = await openBench(healing);

    bench.cloud.disturb(web, 'size', 9);
    const closed = await untilDrift(bench, 'closed');

    expect(closed.closedBy).toBe('healed');
    expect(bench.cloud.get(web)?.spec).toEqual({ size: 1 });
    expect((await bench.runsOf('shop')).map(({ purpose }) => purpose)).toEqual([
      'revision',
      'heal',
    ]);
    expect(bench.errors).toEqual([]);
  });

  it('is healed when somebody asks for it', async () => {
    await using bench = await openBench(reporting);
    bench.cloud.drop(web);
    await untilDrift(bench, 'open');

    const run = await bench.admin.heal('infra/shop');
    const closed = await untilDrift(bench, 'closed');

    expect(run.requestedBy).toBe('member:ada');
    expect(closed.closedBy).toBe('healed');
    expect(bench.cloud.effectsOf(web)).toEqual(['create', 'create']);
  });

  it('is open again when a run could not heal it', async () => {
    await using bench = await openBench(reporting);
    bench.cloud.disturb(web, 'size', 9);
    await untilDrift(bench, 'open');
    bench.cloud.inject(web, 'stalled');

    await bench.admin.heal('infra/shop');
    await bench.untilRun('shop', 'failed');

    expect((await untilDrift(bench, 'open')).resource).toBe(web);
  });

  it('is looked for while a run waits for approval', async () => {
    await using bench = await openBench(reporting);
    const asking = configuration(
      ...stacks,
      'rules:',
      '  - { stacks: ["*"], approvals: { count: 1 } }',
    );
    await bench.push({ 'trueup.yaml': asking, 'shop/other.json': thing('other') });
    await bench.untilRun('shop', 'awaiting-approval');

    bench.cloud.disturb(web, 'size', 9);

    expect((await untilDrift(bench, 'open')).resource).toBe(web);
  });

  it('is not healed for ever when somebody else writes the same field', async () => {
    await using bench = await openBench(healing);

    for (let round = 1; round <= 5; round += 1) {
      bench.cloud.disturb(web, 'size', 100 + round);
      await bench.until(`healing ${round}`, async () => {
        const runs = (await bench.runsOf('shop')).slice(1);
        return runs.length === round && runs.every(({ phase }) => phase.name === 'succeeded');
      });
      await untilDrift(bench, 'closed');
    }
    bench.cloud.disturb(web, 'size', 999);

    expect((await untilDrift(bench, 'open')).change.fields).toMatchObject([{ before: 999 }]);
    expect(await bench.runsOf('shop')).toHaveLength(6);
  });

  it('is neither healed nor deleted where Git no longer writes the stack', async () => {
    await using bench = await openBench(healing);
    const without = ['stacks: []', 'rules:', '  - { stacks: ["*"], drift: heal }'];
    // A look is under way, and waits for its answer, while the revision is taken up.
    const read = vi.spyOn(bench.cloud, 'read');
    bench.cloud.freeze();
    bench.cloud.disturb(web, 'size', 9);
    await bench.until('a look to be under way', async () => read.mock.calls.length > 0);
    await bench.push({ 'trueup.yaml': configuration(...without) });
    await bench.until('the stack to be orphaned', async () => {
      const record = await bench.memory.stack('infra/shop');
      return record?.standing === 'orphaned';
    });

    const again = vi.spyOn(bench.memory, 'stack');
    bench.cloud.thaw();
    await bench.until('the look to ask again', async () => again.mock.calls.length > 0);
    // What it writes, it writes without waiting for anything but the store in memory.
    await new Promise((resolve) => setImmediate(resolve));

    const drift = await bench.admin.drift({ stack: 'infra/shop' }, { limit: 1 });
    expect(drift.items).toEqual([]);
    expect(bench.cloud.get(web)?.spec).toEqual({ size: 9 });
    expect(await bench.runsOf('shop')).toHaveLength(1);
  });
});

async function openBench(text: string): Promise<ControlPlaneBench> {
  const bench = await ControlPlaneBench.open();
  await bench.push({ 'trueup.yaml': text, 'shop/web.json': thing('web') });
  await bench.untilRun('shop', 'succeeded');
  await bench.until('the stack to be watched', async () => bench.cloud.counts.watches === 1);
  return bench;
}

/** The newest item of the stack, once all are in this state. */
async function untilDrift(bench: ControlPlaneBench, state: DriftItem['state']): Promise<DriftItem> {
  return bench.until(`drift to be ${state}`, async () => {
    const { items } = await bench.admin.drift({ stack: 'infra/shop' }, { limit: 100 });
    const settled = state !== 'closed' || items.every((item) => item.state === 'closed');
    return settled ? items.find((item) => item.state === state) : undefined;
  });
}
