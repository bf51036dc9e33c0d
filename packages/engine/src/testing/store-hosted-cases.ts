import { describe, expect, it } from 'vitest';

import type { HostedFilter, HostedRecord } from '../hosting/hosted-record.ts';
import type { Store, Write } from '../store/store.ts';

export function itKeepsHosted(open: () => Store): void {
  describe('records of the built-in forge', () => {
    it('are kept as they are, one of each name', async () => {
      const store = open();
      const first = recordOf('a', { body: { text: 'é🙂', list: [null, 1.5, true] } });
      const second = recordOf('a', { body: 'other', rank: '9', state: 'closed' });

      await store.commit([put(first), put(recordOf('a', { place: 'elsewhere' }))]);
      expect(await store.hosted({ place: 'r1/requests', id: 'a' })).toEqual(first);
      await store.commit([put(second)]);

      expect(await store.hosted({ place: 'r1/requests', id: 'a' })).toEqual(second);
      expect(await list(store, {})).toEqual([['a']]);
      expect(await store.hosted({ place: 'r1/requests', id: 'b' })).toBeUndefined();
    });

    it('are listed by rank, page by page, either way', async () => {
      const store = open();
      const ranks = { a: '2', b: '1', c: '3', d: '1', 'e f': '2' };
      await store.commit(Object.entries(ranks).map(([id, rank]) => put(recordOf(id, { rank }))));

      expect(await list(store, {})).toEqual([['b', 'd'], ['a', 'e f'], ['c']]);
      expect(await list(store, { order: 'falling' })).toEqual([['c', 'e f'], ['a', 'd'], ['b']]);
    });

    it('are listed by state', async () => {
      const store = open();
      const states = { a: 'open', b: 'closed', c: 'open', d: 'open' };
      await store.commit(
        Object.entries(states).map(([id, state]) => put(recordOf(id, { state, rank: id }))),
      );

      expect(await list(store, { state: 'open', order: 'falling' })).toEqual([['d', 'c'], ['a']]);
      expect(await list(store, { state: 'merged' })).toEqual([[]]);
      expect(await list(store, { place: 'r2/requests' })).toEqual([[]]);
    });

    it('go when they are removed, which may be done twice', async () => {
      const store = open();
      await store.commit([put(recordOf('a')), put(recordOf('b'))]);
      const key = { place: 'r1/requests', id: 'a' };

      await store.commit([{ kind: 'hosted-removed', key }]);
      await store.commit([{ kind: 'hosted-removed', key }]);

      expect(await list(store, {})).toEqual([['b']]);
    });

    it('refuse a cursor that was not given out', async () => {
      const filter = { place: 'r1/requests', order: 'rising' } as const;

      await expect(open().hostedRecords(filter, { after: 'x', limit: 1 })).rejects.toMatchObject({
        code: 'STORE_BAD_CURSOR',
      });
    });
  });
}

function recordOf(id: string, rest: Partial<HostedRecord> = {}): HostedRecord {
  return { place: 'r1/requests', id, rank: '1', state: 'open', body: null, ...rest };
}

function put(record: HostedRecord): Write {
  return { kind: 'hosted', record };
}

/** Ids, page by page. */
async function list(
  store: Store,
  filter: Partial<HostedFilter>,
): Promise<readonly (readonly string[])[]> {
  const whole = { place: 'r1/requests', order: 'rising', ...filter } as const;
  const pages = [await store.hostedRecords(whole, { limit: 2 })];
  for (let next = pages[0]?.next; next !== undefined; next = pages.at(-1)?.next) {
    pages.push(await store.hostedRecords(whole, { limit: 2, after: next }));
  }
  return pages.map(({ items }) => items.map(({ id }) => id));
}
