import { formatResourceId } from '@trueup/provider-sdk';
import { describe, expect, it } from 'vitest';

import type { Store, Write } from '../store/store.ts';
import { sampleResource } from './sample-records.ts';

export function itKeepsInventories(open: () => Store): void {
  describe('an inventory', () => {
    const [a, b, c] = [sampleResource('a'), sampleResource('b'), sampleResource('c')] as const;

    it('grows by union and shrinks by what is removed', async () => {
      const store = open();
      const place = {
        kind: 'inventory',
        stack: 'infra/shop',
        targetIdentity: 'cluster-1',
      } as const;

      await store.commit([{ ...place, added: [a, b], removed: [] }]);
      await store.commit([{ ...place, added: [b, c], removed: [a] }]);
      await store.commit([{ ...place, added: [], removed: [a] }]);

      expect(await store.inventory('infra/shop')).toEqual([b, c]);
    });

    it('tells who else owns a resource of the same target', async () => {
      const store = open();
      const grow = (stack: string, targetIdentity: string): Write => ({
        kind: 'inventory',
        stack,
        targetIdentity,
        added: [a, b],
        removed: [],
      });
      await store.commit([grow('infra/shop', 'cluster-1'), grow('infra/web', 'cluster-2')]);

      const ask = (targetIdentity: string, except: string) =>
        store.owners([a, c], { targetIdentity, except });

      expect(await ask('cluster-1', 'infra/new')).toEqual(new Map([[a, 'infra/shop']]));
      expect(await ask('cluster-1', 'infra/shop')).toEqual(new Map());
      expect(await ask('cluster-2', 'infra/shop')).toEqual(new Map([[a, 'infra/web']]));
      expect(await store.owners([], { targetIdentity: 'cluster-1', except: '' })).toEqual(
        new Map(),
      );
    });

    it('answers for thousands of resources at once', async () => {
      const store = open();
      const ids = Array.from({ length: 3000 }, (_, index) =>
        formatResourceId({
          kind: 'Secret',
          scope: 'x',
          name: `s${String(index).padStart(5, '0')}`,
        }),
      );
      const place = { stack: 'infra/shop', targetIdentity: 'cluster-1' };
      await store.commit([{ kind: 'inventory', ...place, added: ids, removed: [] }]);

      const owners = await store.owners(ids, { targetIdentity: 'cluster-1', except: 'infra/web' });
      await store.commit([{ kind: 'inventory', ...place, added: [], removed: ids.slice(1) }]);

      expect(owners.size).toBe(3000);
      expect(await store.inventory('infra/shop')).toEqual(ids.slice(0, 1));
    });
  });
}
