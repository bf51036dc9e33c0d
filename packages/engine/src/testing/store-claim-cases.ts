import { describe, expect, it } from 'vitest';

import type { Store, Write } from '../store/store.ts';
import { sampleResource } from './sample-records.ts';

const [a, b] = [sampleResource('a'), sampleResource('b')];
const claimed = { family: 'stalled', code: 'STORE_RESOURCE_CLAIMED', subject: a };

export function itKeepsOneOwner(open: () => Store): void {
  describe('a resource', () => {
    it('belongs to one stack of a target, whoever else adds it', async () => {
      const store = open();
      await store.commit([change('infra/shop', { added: [a] })]);

      const second = store.commit([
        { kind: 'setting', name: 'written', value: 'yes' },
        change('infra/blog', { added: [b, a] }),
      ]);

      await expect(second).rejects.toMatchObject(claimed);
      await expect(second).rejects.toThrow('infra/shop');
      expect(await store.setting('written')).toBeUndefined();
      expect(await store.inventory('infra/blog')).toEqual([]);
      await store.commit([change('infra/blog', { added: [a], targetIdentity: 'elsewhere' })]);
      await store.commit([change('infra/shop', { added: [a, b] })]);
    });

    it('is won by one of many stacks that add it at once', async () => {
      const store = open();
      const stacks = Array.from({ length: 20 }, (_, index) => `infra/s${index}`);

      const ends = await Promise.allSettled(
        stacks.map((stack) => store.commit([change(stack, { added: [a] })])),
      );

      expect(ends.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
      const owners = await store.owners([a], { targetIdentity: 'cluster-1', except: '' });
      expect([...owners.values()]).toHaveLength(1);
    });

    it('goes from one stack to another in one batch', async () => {
      const store = open();
      await store.commit([change('infra/shop', { added: [a, b] })]);

      await store.commit([
        change('infra/shop', { removed: [a] }),
        change('infra/blog', { added: [a] }),
      ]);

      expect(await store.inventory('infra/shop')).toEqual([b]);
      expect(await store.inventory('infra/blog')).toEqual([a]);
    });
  });
}

function change(
  stack: string,
  rest: Partial<Extract<Write, { readonly kind: 'inventory' }>>,
): Write {
  const place = { stack, targetIdentity: 'cluster-1', added: [], removed: [] };
  return { kind: 'inventory', ...place, ...rest };
}
