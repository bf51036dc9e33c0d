import { describe, expect, it } from 'vitest';

import type { OneTimeLink } from '../access/member.ts';
import type { Store, Write } from '../store/store.ts';
import { sampleTime } from './sample-records.ts';

const refused = { family: 'stalled', code: 'STORE_CONFLICT' };

export function itGivesLinksOnce(open: () => Store): void {
  describe('a one-time link', () => {
    it('is used by one of many who use it at once, and only that one leaves anything', async () => {
      const store = open();
      await store.commit([{ kind: 'link', link: link('cafe') }]);

      const uses = await Promise.allSettled(
        Array.from({ length: 20 }, (_, index) => store.commit(useOf('cafe', `member-${index}`))),
      );

      const lost = uses.flatMap((use) => (use.status === 'rejected' ? [use.reason] : []));
      expect(lost).toHaveLength(19);
      for (const reason of lost) expect(reason).toMatchObject(refused);
      expect(await store.members()).toHaveLength(1);
      expect(await store.linkByHash('cafe')).toEqual({ ...link('cafe'), usedAt: sampleTime });
    });

    it('ends all others, also those that are used at the same time', async () => {
      const store = open();
      const hashes = ['a', 'b', 'c'];
      await store.commit(hashes.map((hash) => ({ kind: 'link', link: link(hash) })));

      const uses = await Promise.allSettled(
        hashes.map((hash) => store.commit(useOf(hash, `by-${hash}`))),
      );

      expect(uses.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
      expect(await store.members()).toHaveLength(1);
      for (const hash of hashes) {
        expect(await store.linkByHash(hash)).toMatchObject({ usedAt: sampleTime });
      }
    });

    it('that nobody gave is refused without being repeated', async () => {
      const store = open();
      await store.commit([{ kind: 'link', link: link('cafe') }]);

      const use = store.commit(useOf('f00d', 'eve'));

      await expect(use).rejects.toMatchObject(refused);
      await expect(use).rejects.not.toMatchObject({ message: expect.stringContaining('f00d') });
      expect(await store.linkByHash('cafe')).toEqual(link('cafe'));
      expect(await store.members()).toEqual([]);
    });
  });
}

function link(hash: string): OneTimeLink {
  return { hash, grants: [{ role: 'admin' }], expiresAt: sampleTime };
}

function useOf(hash: string, name: string): readonly Write[] {
  const member = { name, grants: [], groups: [], emails: [], createdAt: sampleTime };
  return [
    { kind: 'member', member },
    { kind: 'link-used', hash, at: sampleTime },
  ];
}
