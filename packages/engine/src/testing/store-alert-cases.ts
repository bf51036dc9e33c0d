import { describe, expect, it } from 'vitest';

import type { Store } from '../store/store.ts';
import { sampleAlert, sampleTime } from './sample-records.ts';

export function itKeepsAlerts(open: () => Store): void {
  describe('alerts', () => {
    it('are kept, replaced, and found by id', async () => {
      const store = open();
      await store.commit([{ kind: 'alert', alert: sampleAlert('a') }]);

      const sent = sampleAlert('a', { state: 'sent', sentAt: sampleTime, attempts: 2 });
      await store.commit([{ kind: 'alert', alert: sent }]);

      expect(await store.alert('a')).toEqual(sent);
      expect(await store.alert('b')).toBeUndefined();
      expect((await store.alerts({}, { limit: 9 })).items).toEqual([sent]);
    });

    it('are paged, the newest first, by state and repository', async () => {
      const store = open();
      const states = ['pending', 'sent', 'failed'] as const;
      for (let index = 0; index < 6; index += 1) {
        const repository = index < 3 ? 'infra' : 'web';
        const alert = sampleAlert(`a${index}`, { repository, state: states[index % 3] ?? 'sent' });
        await store.commit([{ kind: 'alert', alert }]);
      }
      const first = await store.alerts({}, { limit: 4 });
      const rest = await store.alerts({}, { limit: 4, after: first.next ?? '' });
      const list = async (filter: Parameters<Store['alerts']>[0]) =>
        (await store.alerts(filter, { limit: 9 })).items.map(({ id }) => id);

      const ids = [...first.items, ...rest.items].map(({ id }) => id);
      expect(ids).toEqual(['a5', 'a4', 'a3', 'a2', 'a1', 'a0']);
      expect(rest.next).toBeUndefined();
      expect(await list({ state: 'pending' })).toEqual(['a3', 'a0']);
      expect(await list({ repositories: ['web'] })).toEqual(['a5', 'a4', 'a3']);
      expect(await list({ repositories: ['web'], state: 'sent' })).toEqual(['a4']);
      expect(await list({ repositories: [] })).toEqual([]);
    });

    it('are found by the newest record of each key', async () => {
      const store = open();
      await store.commit([
        { kind: 'alert', alert: sampleAlert('a', { keys: ['k1', 'k2'] }) },
        { kind: 'alert', alert: sampleAlert('b', { keys: ['k2', 'k3', 'k3'] }) },
      ]);

      const found = await store.alertsByKey(['k1', 'k2', 'k3', 'k4']);

      const ids = [...found].map(([key, { id }]) => [key, id]).sort();
      expect(ids).toEqual([
        ['k1', 'a'],
        ['k2', 'b'],
        ['k3', 'b'],
      ]);
      expect(await store.alertsByKey([])).toEqual(new Map());
    });

    it('are written with what else is in the batch, or not at all', async () => {
      const store = open();
      const lease = { key: 'infra/shop', token: 99 };

      const writing = store.commit([{ kind: 'alert', alert: sampleAlert('a') }], lease);

      await expect(writing).rejects.toMatchObject({ code: 'STORE_LEASE_LOST' });
      expect(await store.alert('a')).toBeUndefined();
      expect(await store.alertsByKey(['same-a'])).toEqual(new Map());
    });

    it('go with their keys once they are old, and never while they wait', async () => {
      const store = open();
      const young = { createdAt: '2030-01-01T00:00:00Z', updatedAt: '2030-01-01T00:00:00Z' };
      await store.commit([
        { kind: 'alert', alert: sampleAlert('waits') },
        { kind: 'alert', alert: sampleAlert('sent', { state: 'sent' }) },
        { kind: 'alert', alert: sampleAlert('given-up', { state: 'failed' }) },
        { kind: 'alert', alert: sampleAlert('young', { state: 'sent', ...young }) },
      ]);

      const now = '2030-01-02T00:00:00Z';
      const before = '2029-12-31T00:00:00Z';
      const piece = { kind: 'alert', before, now, runsPerStack: 1, limit: 100 } as const;
      const swept = await store.sweep(piece);

      expect(swept.removed).toBe(2);
      const left = (await store.alerts({}, { limit: 9 })).items.map(({ id }) => id);
      expect(left).toEqual(['young', 'waits']);
      expect([...(await store.alertsByKey(['same-sent', 'same-waits'])).keys()]).toEqual([
        'same-waits',
      ]);
    });
  });
}
