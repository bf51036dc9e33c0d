import { describe, expect, it } from 'vitest';

import { thing, thingId } from '../testing/index.ts';
import { biggerShop, MergeRequestBench } from '../testing/merge-request-bench.ts';

/** Approved by an operator, as the comment asks for it. */
async function openApproved(): Promise<Approved> {
  const bench = await MergeRequestBench.openRuled();
  const bob = await bench.member('bob', 'operator', ['ops']);
  const request = await bench.propose(biggerShop);
  await bench.say(request, bob, await bench.commandIn(request));
  await bench.untilStatusOf(request, 'trueup/approval', 'passed: approved');
  return { bench, bob, request };
}

interface Approved {
  readonly bench: MergeRequestBench;
  readonly bob: Awaited<ReturnType<MergeRequestBench['member']>>;
  readonly request: Awaited<ReturnType<MergeRequestBench['propose']>>;
}

describe('what a merge request brought', () => {
  it('is applied without a second approval, and the forge is told so', async () => {
    const { bench, request } = await openApproved();
    await using _ = bench;

    const revision = await bench.merge(request, biggerShop);

    await bench.plane.untilRun('shop', 'succeeded', revision);
    expect(bench.plane.cloud.get(thingId('web'))?.spec).toEqual({ size: 2 });
    await bench.untilStatusOf(request, 'trueup/apply', 'passed: 1 of 1 stack applied');
    const comment = await bench.untilComment(request, '`infra/shop`: applied');
    expect(comment).toContain('**approved**, given by `bob`');
    expect((await bench.approvals(1)).map(({ state }) => state)).toEqual(['used']);
    const sets = await bench.plane.memory.changeSets({ followed: true }, { limit: 9 });
    expect(sets.items).toEqual([]);
    expect(bench.plane.errors).toEqual([]);
  });

  it('is held where it would do anything else, with the difference, and goes on when approved', async () => {
    const { bench, bob, request } = await openApproved();
    await using _ = bench;
    bench.plane.cloud.disturb(thingId('web'), 'size', 9);

    await bench.merge(request, biggerShop);

    const held = await bench.plane.untilRun('shop', 'held');
    expect('message' in held.phase && held.phase.message).toContain(
      'update Thing//web (spec.size 9 → 2, approved 1 → 2)',
    );
    await bench.untilStatusOf(request, 'trueup/apply', 'pending: 0 of 1 stack applied, 1 held');
    await bench.untilComment(request, 'held: What was approved');
    const digest = held.plan?.digest.slice(7, 19) ?? '';
    await bench.say(request, bob, `/trueup approve ${digest}`);
    await bench.untilStatusOf(request, 'trueup/apply', 'passed');
    expect(bench.plane.cloud.get(thingId('web'))?.spec).toEqual({ size: 2 });
  });

  it('that was held before the merge waits for apply', async () => {
    const { bench, bob, request } = await openApproved();
    await using _ = bench;
    await bench.say(request, bob, '/trueup hold');
    await bench.untilComment(request, 'held it');

    await bench.merge(request, biggerShop);
    await bench.plane.untilRun('shop', 'held');
    await bench.untilStatusOf(request, 'trueup/apply', '1 held');
    await bench.say(request, bob, '/trueup apply');

    await bench.plane.untilRun('shop', 'succeeded');
    await bench.untilStatusOf(request, 'trueup/apply', 'passed');
    expect(bench.plane.errors).toEqual([]);
  });

  it('that failed is tried again by apply, with the same approval', async () => {
    const { bench, bob, request } = await openApproved();
    await using _ = bench;
    bench.plane.cloud.inject(thingId('web'), 'stalled');

    await bench.merge(request, biggerShop);
    await bench.untilStatusOf(request, 'trueup/apply', 'failed');
    await bench.say(request, bob, '/trueup apply');

    await bench.untilStatusOf(request, 'trueup/apply', 'passed');
    expect((await bench.approvals(1)).map(({ state }) => state)).toEqual(['used']);
  });

  it('is not retried for somebody who may not apply', async () => {
    const { bench, request } = await openApproved();
    await using _ = bench;
    const dan = await bench.member('dan', 'developer');
    bench.plane.cloud.inject(thingId('web'), 'stalled');
    await bench.merge(request, biggerShop);
    await bench.untilStatusOf(request, 'trueup/apply', 'failed');

    await bench.say(request, dan, '/trueup apply');

    expect(await bench.untilComment(request, 'you may not apply')).toContain('`dan`');
    expect((await bench.plane.runsOf('shop')).at(-1)?.phase.name).toBe('failed');
  });

  it('goes on by itself when Trueup hears of the merge after the commit', async () => {
    const { bench, request } = await openApproved();
    await using _ = bench;
    bench.link.fail('connection-lost');
    const revision = await bench.merge(request, biggerShop);
    await bench.plane.untilRun('shop', 'awaiting-approval', revision);

    bench.link.recover();
    await bench.hint();

    expect((await bench.plane.untilRun('shop', 'succeeded', revision)).phase.name).toBe(
      'succeeded',
    );
  });

  it('survives the end of the process at any moment', async () => {
    for (let commits = 0; commits <= 8; commits += 1) {
      const { bench, request } = await openApproved();
      await using _ = bench;
      bench.plane.crashAfter(commits);
      await bench.merge(request, biggerShop).catch(() => undefined);
      await new Promise((resolve) => setTimeout(resolve, 20));
      await bench.plane.crash();
      await bench.plane.start();
      await bench.hint();

      await bench.untilStatusOf(request, 'trueup/apply', 'passed');
      expect(bench.plane.cloud.effectsOf(thingId('web'))).toEqual(['create', 'update']);
    }
  });
});

describe('a merge request that is merged', () => {
  it('is followed no more when nobody brings it to an end for a month', async () => {
    const { bench, request } = await openApproved();
    await using _ = bench;
    bench.plane.cloud.inject(thingId('web'), 'stalled');
    await bench.merge(request, biggerShop);
    await bench.untilStatusOf(request, 'trueup/apply', 'failed');

    bench.plane.shiftClock(31 * 24 * 3600_000);
    await bench.hint();

    const ended = await bench.plane.until('it to be left', async () => {
      const { items } = await bench.plane.memory.changeSets({ number: 1 }, { limit: 1 });
      return items[0]?.phase.name === 'merged' && items[0].phase.applied;
    });
    expect(ended).toBe('failed');
  });
});

describe('what no merge request brought', () => {
  it('waits for approval where a rule asks for it', async () => {
    await using bench = await MergeRequestBench.openRuled();

    await bench.push({ 'shop/web.json': thing('web', { spec: { size: 3 } }) });

    const run = await bench.plane.untilRun('shop', 'awaiting-approval');
    expect(run.phase).toMatchObject({ reason: 'A rule asks for 1 approval from group:ops.' });
  });
});
