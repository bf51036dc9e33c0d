import { describe, expect, it } from 'vitest';

import type { Phase } from '../run/run.ts';
import type { Page, PageRequest, Store, Write } from '../store/store.ts';
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

export function itPages(open: () => Store): void {
  describe('a list', () => {
    it('shows everything once, in pages of any size', async () => {
      const store = open();
      await store.commit(numbers(7).flatMap(oneOfEach));
      await store.commit([{ kind: 'plan', record: samplePlan('p1'), changes: samplePlanned(7) }]);

      for (const limit of [1, 2, 3, 7, 8]) {
        expect(await walk((page) => store.stacks({}, page), limit)).toMatchObject(
          numbers(7).map((index) => ({ id: `infra/s${index}` })),
        );
        expect(await walk((page) => store.runs({}, page), limit)).toMatchObject(
          numbers(7).map((index) => ({ id: `run-${6 - index}` })),
        );
        expect(await walk((page) => store.rollouts({}, page), limit)).toMatchObject(
          numbers(7).map((index) => ({ id: `o${6 - index}` })),
        );
        expect(await walk((page) => store.planChanges('p1', page), limit)).toEqual(
          samplePlanned(7),
        );
        expect(await walk((page) => store.audit(page), limit)).toMatchObject(
          numbers(7).map((index) => ({ sequence: index + 1, subject: `a${index}` })),
        );
        expect(await walk((page) => store.events(page), limit)).toMatchObject(
          numbers(7).map((index) => ({ sequence: index + 1, type: `run:e${index}` })),
        );
      }
    });

    it('tells that more follows, exactly when it does', async () => {
      const store = open();
      await store.commit(numbers(3).flatMap(oneOfEach));

      expect(await store.events({ limit: 3 })).not.toHaveProperty('next');
      expect(await store.events({ limit: 2 })).toMatchObject({ next: '2' });
      expect(await store.events({ limit: 2, after: '3' })).toEqual({ items: [] });
    });

    it('answers any limit with a page of one to a thousand', async () => {
      const store = open();
      await store.commit(numbers(1100).map((index) => event(index)));

      for (const limit of [0, -1, 0.5, Number.NaN]) {
        expect((await store.events({ limit })).items).toHaveLength(1);
      }
      const page = await store.events({ limit: Number.POSITIVE_INFINITY });
      expect(page).toMatchObject({ next: `${page.items.length}` });
      expect(page.items).toHaveLength(1000);
    });

    it('neither repeats nor leaves out what was there while others write', async () => {
      const store = open();
      await store.commit(numbers(4).map((index) => run(`run-${index}`)));

      const first = await store.runs({}, { limit: 2 });
      await store.commit([run('run-4'), run('run-3', { name: 'planning' })]);
      const rest = await store.runs({}, { limit: 9, after: `${first.next}` });

      expect(first.items.map(({ id }) => id)).toEqual(['run-3', 'run-2']);
      expect(rest.items.map(({ id }) => id)).toEqual(['run-1', 'run-0']);
    });

    it('keeps the place of a run that goes on', async () => {
      const store = open();
      await store.commit([run('run-0'), run('run-1')]);

      await store.commit([run('run-0', { name: 'verifying' })]);

      const { items } = await store.runs({}, { limit: 9 });
      expect(items.map(({ id }) => id)).toEqual(['run-1', 'run-0']);
    });

    it('is narrowed by every filter', async () => {
      const store = open();
      const ended = { phase: { name: 'succeeded', extent: 'all' } } as const;
      await store.commit([
        { kind: 'run', run: sampleRun('a') },
        { kind: 'run', run: sampleRun('b', { stack: 'infra/web', ...ended }) },
        { kind: 'run', run: sampleRun('c', { repository: 'r2', stack: 'other/shop' }) },
        { kind: 'rollout', rollout: sampleRollout('a') },
        { kind: 'rollout', rollout: sampleRollout('b', { phase: 'partly' }) },
        { kind: 'rollout', rollout: sampleRollout('c', { repository: 'r2', phase: 'waiting' }) },
        { kind: 'change-set', set: sampleChangeSet('a') },
        { kind: 'change-set', set: sampleChangeSet('b', { phase: { name: 'closed' } }) },
        { kind: 'change-set', set: sampleChangeSet('c', { repository: 'r2', number: 8 }) },
        { kind: 'stack', record: sampleStack('a') },
        { kind: 'stack', record: sampleStack('b', { repository: 'r2' }) },
      ]);
      const page = { limit: 9 };

      expect(idsOf(await store.runs({ repository: 'r1' }, page))).toEqual(['b', 'a']);
      expect(idsOf(await store.runs({ stack: 'infra/web' }, page))).toEqual(['b']);
      expect(idsOf(await store.runs({ ended: true }, page))).toEqual(['b']);
      expect(idsOf(await store.runs({ ended: false }, page))).toEqual(['c', 'a']);
      expect(idsOf(await store.runs({ ended: false, repository: 'r2' }, page))).toEqual(['c']);
      expect(idsOf(await store.rollouts({ ended: false }, page))).toEqual(['c', 'a']);
      expect(idsOf(await store.rollouts({ ended: true }, page))).toEqual(['b']);
      expect(idsOf(await store.rollouts({ repository: 'r2' }, page))).toEqual(['c']);
      expect(idsOf(await store.changeSets({ open: true }, page))).toEqual(['c', 'a']);
      expect(idsOf(await store.changeSets({ open: false }, page))).toEqual(['b']);
      expect(idsOf(await store.changeSets({ repository: 'r1', number: 7 }, page))).toEqual([
        'b',
        'a',
      ]);
      expect(idsOf(await store.changeSets({ number: 8, open: true }, page))).toEqual(['c']);
      expect(idsOf(await store.stacks({ repository: 'r2' }, page))).toEqual(['infra/b']);
    });

    it('of several repositories is as long as was asked for, whatever lies between', async () => {
      const store = open();
      const names = ['infra', 'other', 'infra', 'infra-2', 'other', 'infra'];
      await store.commit(names.flatMap((name, index) => oneIn(name, index)));
      const [repositories, repositoryNames] = [['infra', 'other'], ['infra']];

      const stacks = await store.stacks({ repositories }, { limit: 4 });
      const rollouts = await store.rollouts({ repositories: ['infra'] }, { limit: 2 });
      const runs = await store.runs({ repositoryNames }, { limit: 2 });
      const drift = await store.drift({ repositoryNames, open: true }, { limit: 2 });

      expect(idsOf(stacks)).toEqual(['infra/s0', 'infra/s2', 'infra/s5', 'other/s1']);
      expect(stacks.next).toBeDefined();
      expect(idsOf(rollouts)).toEqual(['o5', 'o2']);
      expect(idsOf(runs)).toEqual(['r5', 'r2']);
      expect(idsOf(drift)).toEqual(['d5', 'd2']);
      const second = await store.runs({ repositoryNames }, { limit: 2, after: `${runs.next}` });
      expect(second).toMatchObject({ items: [{ id: 'r0' }] });
      expect(second).not.toHaveProperty('next');
    });

    it('of no repository is empty', async () => {
      const store = open();
      await store.commit(oneIn('infra', 0));
      const page = { limit: 9 };

      for (const found of [
        await store.stacks({ repositories: [] }, page),
        await store.rollouts({ repositories: [] }, page),
        await store.runs({ repositoryNames: [] }, page),
        await store.drift({ repositoryNames: [] }, page),
      ]) {
        expect(found).toEqual({ items: [] });
      }
    });

    it('of drift shows what is not closed first, then the newest', async () => {
      const store = open();
      await store.commit([
        { kind: 'drift', item: sampleDrift('d0') },
        { kind: 'drift', item: sampleDrift('d1', { state: 'closed', closedBy: 'healed' }) },
        { kind: 'drift', item: sampleDrift('d2', { stack: 'infra/web', state: 'healing' }) },
        { kind: 'drift', item: sampleDrift('d3') },
        { kind: 'drift', item: sampleDrift('d4') },
      ]);
      await store.commit([{ kind: 'drift', item: sampleDrift('d3', { state: 'closed' }) }]);

      for (const limit of [1, 2, 3, 9]) {
        const items = await walk((page) => store.drift({}, page), limit);
        expect(items.map(({ id }) => id)).toEqual(['d4', 'd2', 'd0', 'd3', 'd1']);
      }
      expect(idsOf(await store.drift({ open: true }, { limit: 9 }))).toEqual(['d4', 'd2', 'd0']);
      expect(idsOf(await store.drift({ open: false }, { limit: 9 }))).toEqual(['d3', 'd1']);
      expect(idsOf(await store.drift({ stack: 'infra/web' }, { limit: 9 }))).toEqual(['d2']);
    });

    it.each(['', 'x', '-1', '1.5', '1e3', '9'.repeat(40), "1' or '1"])(
      'refuses a cursor that nobody gave out: %j',
      async (after) => {
        const store = open();
        const page = { after, limit: 1 };
        const refused = { family: 'stalled', code: 'STORE_BAD_CURSOR' };

        await expect(store.runs({}, page)).rejects.toMatchObject(refused);
        await expect(store.rollouts({}, page)).rejects.toMatchObject(refused);
        await expect(store.planChanges('p1', page)).rejects.toMatchObject(refused);
        await expect(store.drift({}, page)).rejects.toMatchObject(refused);
        await expect(store.audit(page)).rejects.toMatchObject(refused);
        await expect(store.events(page)).rejects.toMatchObject(refused);
      },
    );
  });
}

function oneOfEach(index: number): readonly Write[] {
  const line = { at: sampleTime, actor: 'trueup', event: 'run:queued', subject: `a${index}` };
  return [
    { kind: 'stack', record: sampleStack(`s${index}`) },
    run(`run-${index}`),
    { kind: 'rollout', rollout: sampleRollout(`o${index}`) },
    { kind: 'audit', line: { ...line, detail: {} } },
    event(index),
  ];
}

/** A stack of this repository, and what belongs to it. */
function oneIn(repository: string, index: number): readonly Write[] {
  const stack = `${repository}/s${index}`;
  return [
    { kind: 'stack', record: sampleStack(`s${index}`, { id: stack, repository }) },
    { kind: 'run', run: sampleRun(`r${index}`, { repository, stack }) },
    { kind: 'rollout', rollout: sampleRollout(`o${index}`, { repository }) },
    { kind: 'drift', item: sampleDrift(`d${index}`, { stack }) },
  ];
}

function run(id: string, phase: Phase = { name: 'queued' }): Write {
  return { kind: 'run', run: sampleRun(id, { phase }) };
}

function event(index: number): Write {
  return { kind: 'event', event: { at: sampleTime, type: `run:e${index}`, body: {} } };
}

async function walk<T>(
  list: (page: PageRequest) => Promise<Page<T>>,
  limit: number,
): Promise<readonly T[]> {
  const items: T[] = [];
  let page = await list({ limit });
  items.push(...page.items);
  while (page.next !== undefined) {
    page = await list({ limit, after: page.next });
    items.push(...page.items);
  }
  return items;
}

function idsOf(page: Page<{ readonly id: string }>): readonly string[] {
  return page.items.map(({ id }) => id);
}

function numbers(count: number): readonly number[] {
  return Array.from({ length: count }, (_, index) => index);
}
