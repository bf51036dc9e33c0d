import { describe, expect, it } from 'vitest';

import type { Phase } from '../run/run.ts';
import type { Store, Write } from '../store/store.ts';
import { sampleDrift, sampleRun } from './sample-records.ts';

const succeeded: Phase = { name: 'succeeded', extent: 'all' };

export function itCounts(open: () => Store): void {
  describe('what is open', () => {
    it('is counted: runs by phase, and drift', async () => {
      const store = open();
      await store.commit([
        run('a', 'infra/shop', { name: 'queued' }),
        run('b', 'infra/shop', { name: 'queued' }),
        run('c', 'infra/web', { name: 'planning' }),
        run('d', 'infra/web', succeeded),
        { kind: 'drift', item: sampleDrift('d0') },
        { kind: 'drift', item: sampleDrift('d1', { state: 'healing' }) },
        { kind: 'drift', item: sampleDrift('d2', { state: 'closed' }) },
      ]);

      const counts = await store.countOpen();

      expect(counts.drift).toBe(2);
      expect(Object.fromEntries(counts.runs)).toEqual({ queued: 2, planning: 1 });
    });

    it('is nothing in the beginning', async () => {
      expect(await open().countOpen()).toEqual({ runs: new Map(), drift: 0 });
    });
  });

  describe('a summary of stacks', () => {
    it('has the newest run of each, and how much drift is open', async () => {
      const store = open();
      await store.commit([
        run('a', 'infra/shop', succeeded),
        run('b', 'infra/web', succeeded),
        run('c', 'infra/shop', { name: 'planning' }),
        { kind: 'drift', item: sampleDrift('d0', { stack: 'infra/web' }) },
        { kind: 'drift', item: sampleDrift('d1', { stack: 'infra/web', state: 'healing' }) },
        { kind: 'drift', item: sampleDrift('d2', { stack: 'infra/web', state: 'closed' }) },
      ]);

      const summaries = await store.stackSummaries(['infra/shop', 'infra/web', 'infra/none']);

      expect(Object.fromEntries(summaries)).toEqual({
        'infra/shop': { openDrift: 0, newestRun: await store.run('c') },
        'infra/web': { openDrift: 2, newestRun: await store.run('b') },
        'infra/none': { openDrift: 0 },
      });
      expect(await store.stackSummaries([])).toEqual(new Map());
    });

    it('knows many at once', async () => {
      const store = open();
      const stacks = Array.from({ length: 300 }, (_, index) => `infra/s${index}`);
      await store.commit(stacks.map((stack, index) => run(`r${index}`, stack, succeeded)));

      const summaries = await store.stackSummaries(stacks);

      expect([...summaries.values()].map(({ newestRun }) => newestRun?.stack)).toEqual(stacks);
    });
  });
}

function run(id: string, stack: string, phase: Phase): Write {
  return { kind: 'run', run: sampleRun(id, { stack, phase }) };
}
