import { describe, expect, it } from 'vitest';

import { findTampering } from '../audit/audit-entry.ts';
import type { Aging, SweepRequest, Swept } from '../retention/retention.ts';
import type { Phase, Run } from '../run/run.ts';
import type { Store, Write } from '../store/store.ts';
import {
  sampleChangeSet,
  sampleDrift,
  samplePlan,
  samplePlanned,
  sampleRollout,
  sampleRun,
  sampleStack,
  sampleTime,
} from './sample-records.ts';

const closed = { phase: { name: 'closed' } } as const;
const merged = { name: 'merged', commit: 'd'.repeat(40), at: sampleTime } as const;
const succeeded: Phase = { name: 'succeeded', extent: 'all' };

export function itSweeps(open: () => Store): void {
  describe('sweeping', () => {
    itSweepsRuns(open);
    itSweepsSequences(open);
    itSweepsBounded(open);

    it('removes drift that is closed, rollouts and change sets that have ended, and no others', async () => {
      const store = open();
      await store.commit([
        { kind: 'drift', item: sampleDrift('open', { openedAt: day(1) }) },
        { kind: 'drift', item: closedDrift('old', 2) },
        { kind: 'drift', item: closedDrift('new', 8) },
        { kind: 'rollout', rollout: sampleRollout('running', at(1)) },
        { kind: 'rollout', rollout: sampleRollout('old', { ...at(2), phase: 'partly' }) },
        { kind: 'rollout', rollout: sampleRollout('new', { ...at(8), phase: 'failed' }) },
        { kind: 'change-set', set: sampleChangeSet('open', at(1)) },
        { kind: 'change-set', set: sampleChangeSet('old', { ...at(2), ...closed }) },
        { kind: 'change-set', set: sampleChangeSet('held', { ...at(3), phase: merged }) },
        { kind: 'change-set', set: sampleChangeSet('past', { ...at(3), number: 9, ...closed }) },
        { kind: 'change-set', set: sampleChangeSet('new', { ...at(8), ...closed }) },
        { kind: 'approval', approval: ofRequest(8) },
        { kind: 'approval', approval: ofRequest(9) },
      ]);

      await sweep(store, 'drift');
      await sweep(store, 'rollout');
      await sweep(store, 'change-set');

      const drift = (await store.drift({}, { limit: 9 })).items.map(({ id }) => id);
      const rollouts = (await store.rollouts({}, { limit: 9 })).items.map(({ id }) => id);
      expect(drift.toSorted()).toEqual(['new', 'open']);
      expect(rollouts.toSorted()).toEqual(['new', 'running']);
      const sets = (await store.changeSets({}, { limit: 9 })).items.map(({ id }) => id);
      expect(sets.toSorted()).toEqual(['held', 'new', 'open']);
      expect(await store.approvals({ repository: 'r1', mergeRequest: 8 })).toHaveLength(1);
      expect(await store.approvals({ repository: 'r1', mergeRequest: 9 })).toEqual([]);
    });
  });
}

function itSweepsRuns(open: () => Store): void {
  it('removes runs that ended long ago, with all that belongs to them', async () => {
    const store = open();
    await store.commit([run('old', 1), run('late', 1, { updatedAt: day(8) }), run('new', 8)]);
    await store.commit([
      journal('old'),
      journal('new'),
      { kind: 'request', run: 'old', request: { kind: 'cancel', by: 'ada' } },
      { kind: 'approval', approval: approvalOf('old') },
      { kind: 'approval', approval: approvalOf('new') },
    ]);

    expect(await sweep(store, 'run', { runsPerStack: 1 })).toEqual([{ removed: 1 }]);

    expect(await idsOf(store)).toEqual(['new', 'late']);
    expect(await store.journal('old')).toEqual([]);
    expect(await store.runRequest('old')).toBeUndefined();
    expect(await store.approvals({ run: 'old' })).toEqual([]);
    expect(await store.journal('new')).toHaveLength(1);
    expect(await store.approvals({ run: 'new' })).toHaveLength(1);
  });

  it('keeps what has not ended, however old, and the run by which a stack stands', async () => {
    const store = open();
    const applied = { revision: 'a', run: 'standing', at: day(1), targetIdentity: 'c' };
    const newest = { id: 'plan-of-standing', digest: samplePlan('x').digest, waves: 1 };
    const render = { revision: 'a', paths: {}, inputs: {}, settings: '' };
    await store.commit([
      run('standing', 1, { plan: newest }),
      run('waiting', 1, { phase: { name: 'held', reason: 'person', message: '' } }),
      run('old', 1),
      run('newest', 1),
      {
        kind: 'stack',
        record: sampleStack('shop', { applied: { ...applied, render, desired: {} } }),
      },
      ...['standing', 'old'].map(journal),
      ...['standing', 'old'].map((id): Write => planOf(`plan-of-${id}`, id)),
    ]);

    for (const kind of ['run', 'journal', 'plan'] as const) {
      await sweep(store, kind, { runsPerStack: 1 });
    }

    expect(await idsOf(store)).toEqual(['newest', 'waiting', 'standing']);
    expect(await store.journal('standing')).toHaveLength(1);
    expect(await store.plan('plan-of-standing')).toBeDefined();
    expect((await store.planChanges('plan-of-standing', { limit: 9 })).items).toHaveLength(2);
    expect(await store.plan('plan-of-old')).toBeUndefined();
    expect((await store.planChanges('plan-of-old', { limit: 9 })).items).toEqual([]);
  });

  it('keeps the newest runs of each stack, whatever their age', async () => {
    const store = open();
    const web = { stack: 'infra/web' };
    await store.commit([run('a', 1), run('b', 2), run('w', 1, web), run('c', 3), run('d', 4)]);

    await sweep(store, 'run', { runsPerStack: 2 });

    expect(await idsOf(store)).toEqual(['d', 'c', 'w']);
  });

  it('removes journals and plans before their runs, where they are kept for less long', async () => {
    const store = open();
    await store.commit([run('old', 1), run('new', 8), journal('old'), journal('new')]);
    await store.commit([planOf('of-old', 'old'), planOf('of-new', 'new', 8)]);

    await sweep(store, 'journal', { runsPerStack: 0 });
    await sweep(store, 'plan', { runsPerStack: 0 });

    expect(await idsOf(store)).toEqual(['new', 'old']);
    expect(await store.journal('old')).toEqual([]);
    expect(await store.plan('of-old')).toBeUndefined();
    expect(await store.journal('new')).toHaveLength(1);
    expect(await store.plan('of-new')).toBeDefined();
  });

  it('removes plans that a run has left behind for a newer one, also where the run is kept', async () => {
    const store = open();
    const plan = { id: 'second', digest: samplePlan('x').digest, waves: 1 };
    await store.commit([
      run('kept', 1, { plan }),
      planOf('first', 'kept'),
      planOf('second', 'kept'),
    ]);

    await sweep(store, 'plan', { runsPerStack: 5 });

    expect(await store.plan('first')).toBeUndefined();
    expect(await store.plan('second')).toBeDefined();
  });
}

function itSweepsSequences(open: () => Store): void {
  it('removes old events, and counts on where it stopped', async () => {
    const store = open();
    await store.commit([event(1), event(2), event(8)]);

    expect(await sweep(store, 'event')).toEqual([{ removed: 2 }]);
    await store.commit([event(9)]);

    const { items } = await store.events({ limit: 9 });
    expect(items.map(({ sequence }) => sequence)).toEqual([3, 4]);
    expect((await store.events({ limit: 9, after: '1' })).items).toEqual(items);
    expect(await store.lastEvent()).toBe(4);
  });

  it('never gives an event the number of one that is gone', async () => {
    const store = open();
    await store.commit([event(1), event(2)]);

    await sweep(store, 'event');
    expect(await store.lastEvent()).toBe(2);
    await store.commit([event(9)]);

    expect((await store.events({ limit: 9 })).items).toMatchObject([{ sequence: 3 }]);
  });

  it('removes no line of the audit chain without one that vouches for it', async () => {
    const store = open();
    await store.commit([audit(1), audit(2), audit(8)]);
    const before = (await store.audit({ limit: 9 })).items;

    expect(await sweep(store, 'audit')).toEqual([{ removed: 2 }]);

    const { items } = await store.audit({ limit: 9 });
    expect(items).toMatchObject([
      { sequence: 3, subject: 'day 8' },
      {
        sequence: 4,
        at: day(10),
        actor: 'trueup',
        event: 'audit:trimmed',
        detail: { lines: 2, through: 2, link: before[1]?.link },
      },
    ]);
    expect(findTampering(items)).toBeUndefined();
    expect(findTampering(items.slice(1))).toBe(4);
    expect(await sweep(store, 'audit')).toEqual([{ removed: 0 }]);
    expect((await store.audit({ limit: 9 })).items).toHaveLength(2);
  });

  it('leaves an audit chain that is whole after any number of rounds', async () => {
    const store = open();
    for (let round = 1; round <= 6; round += 1) {
      await store.commit([audit(round), audit(round)]);
      await sweep(store, 'audit', { before: day(round), now: day(round) });
    }

    const { items } = await store.audit({ limit: 50 });
    expect(items.length).toBeLessThan(10);
    expect(items[0]?.sequence).toBeGreaterThan(1);
    expect(findTampering(items)).toBeUndefined();
    const forged = items.map((line, place) => (place === 0 ? { ...line, actor: 'eve' } : line));
    expect(findTampering(forged)).toBe(items[0]?.sequence);
  });
}

function itSweepsBounded(open: () => Store): void {
  it('looks at so many at once, and goes on behind what it had to leave', async () => {
    const store = open();
    const held: Partial<Run> = { phase: { name: 'held', reason: 'person', message: '' } };
    await store.commit([
      ...['h0', 'h1', 'h2'].map((id) => run(id, 1, held)),
      ...['e0', 'e1', 'e2'].map((id) => run(id, 1)),
    ]);

    const pieces = await sweep(store, 'run', { limit: 2, runsPerStack: 0 });

    expect(pieces.map(({ removed }) => removed)).toEqual([0, 1, 2]);
    expect(await idsOf(store)).toEqual(['h2', 'h1', 'h0']);
  });

  it('does no harm beside others who write', async () => {
    const store = open();
    await store.commit(Array.from({ length: 40 }, (_, index) => run(`old-${index}`, 1)));

    await Promise.all([
      sweep(store, 'run', { limit: 5, runsPerStack: 0 }),
      ...Array.from({ length: 20 }, (_, index) => store.commit([run(`new-${index}`, 8)])),
    ]);

    const ids = await idsOf(store);
    expect(ids).toHaveLength(20);
    expect(ids.every((id) => id.startsWith('new-'))).toBe(true);
  });
}

/** All of it, piece by piece: what is older than the fifth day. */
async function sweep(
  store: Store,
  kind: Aging,
  rest: Partial<SweepRequest> = {},
): Promise<readonly Swept[]> {
  const request = { kind, before: day(5), now: day(10), runsPerStack: 1, limit: 100, ...rest };
  const pieces: Swept[] = [];
  for (let after: string | undefined; ; ) {
    const piece = await store.sweep({ ...request, ...(after !== undefined && { after }) });
    pieces.push(piece);
    after = piece.next;
    if (after === undefined) return pieces;
  }
}

async function idsOf(store: Store): Promise<readonly string[]> {
  return (await store.runs({}, { limit: 100 })).items.map(({ id }) => id);
}

function day(number: number): string {
  return new Date(Date.UTC(2026, 0, number)).toISOString();
}

function at(number: number): { readonly createdAt: string; readonly updatedAt: string } {
  return { createdAt: day(number), updatedAt: day(number) };
}

/** It has ended unless the rest says otherwise. */
function run(id: string, number: number, rest: Partial<Run> = {}): Write {
  return { kind: 'run', run: sampleRun(id, { ...at(number), phase: succeeded, ...rest }) };
}

function journal(id: string): Write {
  return { kind: 'journal', run: id, entry: { kind: 'phase', at: sampleTime, phase: succeeded } };
}

function planOf(id: string, owner: string, number = 1): Write {
  const record = samplePlan(id, { run: owner, createdAt: day(number) });
  return { kind: 'plan', record, changes: samplePlanned(2) };
}

function approvalOf(id: string) {
  const place = { repository: 'r1', stack: 'infra/shop', run: id };
  return {
    id: `approval-of-${id}`,
    ...place,
    digests: [],
    actor: 'ada',
    at: sampleTime,
    state: 'used',
  } as const;
}

function ofRequest(number: number) {
  const { run: _run, ...rest } = approvalOf(`request-${number}`);
  return { ...rest, mergeRequest: number };
}

function closedDrift(id: string, number: number) {
  const times = { openedAt: day(1), changedAt: day(1), closedAt: day(number) };
  return sampleDrift(id, { ...times, state: 'closed', closedBy: 'healed' });
}

function event(number: number): Write {
  return { kind: 'event', event: { at: day(number), type: 'run:queued', body: {} } };
}

function audit(number: number): Write {
  const line = { at: day(number), actor: 'ada', event: 'stack:paused', detail: {} };
  return { kind: 'audit', line: { ...line, subject: `day ${number}` } };
}
