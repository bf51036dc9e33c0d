import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { VersionedStore } from './versioned-store.ts';

function value(
  namespace: string,
  name: string,
  more: Record<string, string> = {},
): Record<string, never> {
  const metadata = { namespace, name, uid: `${namespace}/${name}`, labels: more };
  return { metadata } as never;
}

function open(maxEvents = 1000): VersionedStore {
  return new VersionedStore({ maxEvents, maxBytes: 1_000_000 });
}

describe('the store', () => {
  it('lists in the order of namespace and name', () => {
    const store = open();
    for (const [namespace, name] of [
      ['b', 'a'],
      ['a', 'z'],
      ['a', 'a'],
      ['a-b', 'c'],
    ] as const) {
      store.put('/maps', value(namespace, name));
    }

    const listed = store.list('/maps').map(({ namespace, name }) => `${namespace}/${name}`);

    expect(listed).toEqual(['a-b/c', 'a/a', 'a/z', 'b/a']);
    expect(store.list('/maps', 'a').map(({ name }) => name)).toEqual(['a', 'z']);
  });

  it('finds by label what has it now', () => {
    const store = open();
    const find = (tier: string): string[] =>
      store
        .listByLabel('/maps', { label: 'tier', value: tier, namespace: '' })
        .map(({ name }) => name);
    store.put('/maps', value('a', 'one', { tier: 'web' }));
    expect(find('web')).toEqual(['one']);

    store.put('/maps', value('a', 'two', { tier: 'web' }));
    store.put('/maps', value('a', 'one', { tier: 'data' }));

    expect([find('web'), find('data'), find('none')]).toEqual([['two'], ['one'], []]);
  });

  it('knows what belongs to whom, until it is gone', () => {
    const store = open();
    const owner = store.put('/maps', value('a', 'owner'));
    const metadata = {
      namespace: 'a',
      name: 'owned',
      uid: 'x',
      ownerReferences: [{ uid: owner.uid }],
    };
    const owned = store.put('/maps', { metadata });

    expect(store.dependentsOf(owner.uid)).toEqual([owned]);
    store.remove(owned);
    expect(store.dependentsOf(owner.uid)).toEqual([]);
  });

  it('tells every write once, in order, also to those who come late', () => {
    const store = open();
    const told: string[] = [];
    store.subscribe(({ type, revision }) => told.push(`${type} ${revision}`));

    const one = store.put('/maps', value('a', 'one'));
    store.put('/maps', value('a', 'one'));
    store.remove(one);

    expect(told).toEqual(['ADDED 2', 'MODIFIED 3', 'DELETED 4']);
    expect(store.eventsSince(2)?.map(({ type, revision }) => `${type} ${revision}`)).toEqual(
      told.slice(1),
    );
  });

  it('forgets the past, and says so', () => {
    const store = open(10);
    for (let count = 0; count < 50; count += 1) store.put('/maps', value('a', 'one'));

    expect(store.eventsSince(2)).toBeUndefined();
    expect(store.listAt('/maps', '', 2)).toBeUndefined();
    expect(store.eventsSince(store.revision - 5)).toHaveLength(5);
    store.compact();
    expect(store.eventsSince(store.revision - 1)).toBeUndefined();
    expect(store.eventsSince(store.revision)).toEqual([]);
  });

  it('shows every state of the past as it was', () => {
    const step = fc.record({ name: fc.constantFrom('a', 'b', 'c'), remove: fc.boolean() });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
        const store = open();
        const states = new Map<number, string[]>();
        for (const { name, remove } of steps) {
          const present = store.get({ resource: '/maps', namespace: 'n', name });
          if (remove && present) store.remove(present);
          else store.put('/maps', value('n', name));
          states.set(
            store.revision,
            store.list('/maps').map(({ text }) => text),
          );
        }

        for (const [revision, texts] of states) {
          expect(store.listAt('/maps', '', revision)?.map(({ text }) => text)).toEqual(texts);
        }
      }),
      { seed: 7, numRuns: 100 },
    );
  });
});
