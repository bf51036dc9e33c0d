import { formatResourceId } from '@trueup/provider-sdk';
import { describe, expect, it } from 'vitest';

import { type Digest, digestChange } from '../plan/digest.ts';
import type { PlannedChange } from '../plan/plan-record.ts';
import { askFor, RunBench } from '../testing/run-bench.ts';
import type { Run } from './run.ts';

const things = {
  a: { kind: 'Thing', name: 'a', spec: { size: 1 } },
  b: { kind: 'Thing', name: 'b', spec: { size: 1 }, dependsOn: ['Thing//a'] },
};
const a = formatResourceId({ kind: 'Thing', scope: '', name: 'a' });
const authors = ['gitea:7', 'commit:eve'];

describe('a run of what a merge request brought', () => {
  it('needs no second approval for what was approved there, and uses it up', async () => {
    const bench = await openMerged(1);
    await approve(bench, 'grace');

    const run = await bench.run();

    expect(run.phase).toEqual({ name: 'succeeded', extent: 'all' });
    expect(await statesOf(bench)).toEqual(['used']);
  });

  it('counts what people said there and here together', async () => {
    const bench = await openMerged(2);
    await approve(bench, 'grace');
    const held = await bench.run();
    await bench.approve(held, 'edsger');

    expect(held.phase).toMatchObject({ name: 'held', reason: 'plan-moved' });
    expect((await bench.finish(held.id)).phase.name).toBe('succeeded');
  });

  it('counts who merged it, and not who wrote it', async () => {
    const merger = await openMerged(1);
    await approve(merger, 'ada');
    const author = await openMerged(1);
    await approve(author, 'eve');

    const requestedBy = 'commit:ada';
    expect((await merger.run({ requestedBy })).phase.name).toBe('succeeded');
    expect((await author.run({ requestedBy })).phase.name).toBe('held');
  });

  it('that was not approved there waits for approval', async () => {
    const bench = await openMerged(1);

    expect((await bench.run()).phase.name).toBe('awaiting-approval');
  });

  it('does not count approvals that were dropped, withdrawn or used', async () => {
    for (const state of ['dropped', 'withdrawn', 'used'] as const) {
      const bench = await openMerged(1);
      await approve(bench, 'grace', state);

      expect((await bench.run()).phase.name).toBe('awaiting-approval');
    }
  });

  it.each([
    ['a target that was re-pointed since', { repository: 'repo-1', targetIdentity: 'elsewhere' }],
    ['another repository', { repository: 'repo-2', targetIdentity: 'cloud-1' }],
  ])('counts no approval that was given for %s', async (_name, place) => {
    const bench = await openMerged(1);
    const changes = bench.merged.flatMap((one) => one.shown.map(({ change }) => change));

    await approve(
      bench,
      'grace',
      'given',
      changes.map((change) => digestChange(place, change)),
    );

    expect((await bench.run()).phase).toMatchObject({ name: 'held', reason: 'plan-moved' });
    expect(bench.cloud.effects).toEqual([]);
  });

  it('is held when its plan is another one, tells what differs, and goes on when approved', async () => {
    const bench = await openMerged(1);
    await approve(bench, 'grace');
    bench.write({ a: { ...things.a, spec: { size: 5 } } });

    const held = await bench.run();

    expect(held.phase).toMatchObject({ name: 'held', reason: 'plan-moved' });
    expect('message' in held.phase && held.phase.message).toBe(
      'What was approved with merge request 7 is not what is planned now: create Thing//a (another body). It takes 1 approval.',
    );
    expect(bench.cloud.effects).toEqual([]);
    await bench.approve(held, 'grace');
    expect((await bench.finish(held.id)).phase.name).toBe('succeeded');
  });

  it('tells field by field how an update differs from what was approved', async () => {
    const bench = await openMerged(1);
    await approve(bench, 'grace');
    await bench.run();
    bench.write({ a: { ...things.a, spec: { size: 2 } } });
    await show(bench);
    await approve(bench, 'grace');
    bench.cloud.disturb(a, 'size', 9);

    const held = await bench.run();

    expect('message' in held.phase && held.phase.message).toContain(
      'update Thing//a (spec.size 9 → 2, approved 1 → 2)',
    );
  });

  it('asks again about what guards found since', async () => {
    const bench = await openMerged(1);
    await approve(bench, 'grace');
    const message = 'Not on a Friday.';
    bench.rule = {
      ...bench.rule,
      judge: async () => ({
        findings: [{ guard: 'deny', severity: 'error', message }],
        asked: [{ count: 1, from: [], excludeAuthor: true }],
      }),
    };

    expect((await bench.run()).phase.name).toBe('held');
    bench.merged = bench.merged.map((one) => ({
      ...one,
      findings: [{ guard: 'deny', severity: 'error', message }],
    }));
    expect((await bench.run()).phase.name).toBe('succeeded');
  });

  it('that somebody held before the merge waits until somebody resumes it', async () => {
    const bench = await openMerged(1);
    await approve(bench, 'grace');
    bench.merged = bench.merged.map((one) => ({ ...one, holdBy: 'member:grace' }));
    const held = await bench.run();
    const still = await bench.finish(held.id);
    const request = { kind: 'resume', by: 'member:grace' } as const;
    await bench.request({ kind: 'request', run: held.id, request });

    expect([held.phase.name, still.phase.name]).toEqual(['held', 'held']);
    expect((await bench.finish(held.id)).phase.name).toBe('succeeded');
  });

  it('keeps its approvals when it fails, so that it may be tried again', async () => {
    const bench = await openMerged(1);
    await approve(bench, 'grace');
    bench.cloud.inject(a, 'stalled');
    const failed = await bench.run();

    expect(failed.phase.name).toBe('failed');
    expect(await statesOf(bench)).toEqual(['given']);
  });

  it('loses no approval and asks for none again, wherever the process ends', async () => {
    const calm = await openMerged(1);
    await approve(calm, 'grace');
    await calm.run();
    for (const place of ['before', 'after'] as const) {
      for (let commit = 1; commit <= calm.commits; commit += 1) {
        const bench = await openMerged(1);
        await approve(bench, 'grace');
        const id = await bench.queue();
        bench.crashAt(commit, place);

        const run = await bench.finish(id);

        expect(run.phase.name, `crash ${place} commit ${commit}`).toBe('succeeded');
        expect(await statesOf(bench)).toEqual(['used']);
        expect(bench.cloud.effectsOf(a)).toEqual(['create']);
      }
    }
  });
});

/** With a merge request whose plan was shown. */
async function openMerged(count: number): Promise<RunBench> {
  const bench = new RunBench({ things, rule: askFor(count) });
  await bench.begin();
  await show(bench);
  return bench;
}

/** What a run without approvals would plan is what the merge request showed. */
async function show(bench: RunBench): Promise<void> {
  const run = await bench.run();
  bench.merged = [{ number: 7, authors, shown: await plannedBy(bench, run), findings: [] }];
  const request = { kind: 'cancel', by: 'nobody' } as const;
  await bench.request({ kind: 'request', run: run.id, request });
  await bench.finish(run.id);
}

async function plannedBy(bench: RunBench, run: Run): Promise<readonly PlannedChange[]> {
  return (await bench.store.planChanges(run.plan?.id ?? '', { limit: 500 })).items;
}

async function approve(
  bench: RunBench,
  actor: string,
  state: 'given' | 'dropped' | 'withdrawn' | 'used' = 'given',
  digests: readonly Digest[] = shownIn(bench),
): Promise<void> {
  const place = { repository: 'repo-1', stack: 'infra/shop', mergeRequest: 7 };
  const id = `of-${actor}-${bench.commits}`;
  const approval = { id, ...place, digests, actor, at: '2026-01-01T00:00:00Z', state };
  await bench.store.commit([{ kind: 'approval', approval }]);
}

function shownIn({ merged }: RunBench): readonly Digest[] {
  return merged.flatMap((one) => one.shown.flatMap(({ digest }) => digest ?? []));
}

async function statesOf({ store }: RunBench): Promise<readonly string[]> {
  const found = await store.approvals({ repository: 'repo-1', mergeRequest: 7 });
  return found.map(({ state }) => state);
}
