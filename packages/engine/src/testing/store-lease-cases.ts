import { describe, expect, it } from 'vitest';

import type { Lease, LeaseRequest, Store, Write } from '../store/store.ts';

const write: readonly Write[] = [{ kind: 'setting', name: 'written', value: 'yes' }];
const lost = { family: 'stalled', code: 'STORE_LEASE_LOST', subject: 'infra/shop' };

export function itLeases(open: () => Store): void {
  describe('a lease', () => {
    it('is held by one at a time', async () => {
      const store = open();

      const first = await store.acquireLease(ask('one', 0));

      expect(first).toMatchObject({ key: 'infra/shop' });
      expect(await store.acquireLease(ask('two', 10))).toBeUndefined();
      expect(await store.acquireLease(ask('two', 10, 'infra/web'))).toBeDefined();
      await expect(store.commit(write, first)).resolves.toBeUndefined();
    });

    it('goes to the next one when its time is over, with a larger token', async () => {
      const store = open();
      const first = held(await store.acquireLease(ask('one', 0)));

      const second = held(await store.acquireLease(ask('two', 60)));

      expect(second.token).toBeGreaterThan(first.token);
      await expect(store.commit(write, first)).rejects.toMatchObject(lost);
      expect(await store.setting('written')).toBeUndefined();
      expect(await store.renewLease(first, at(200))).toBe(false);
      await store.releaseLease(first);
      await expect(store.commit(write, second)).resolves.toBeUndefined();
    });

    it('serves on after its time, as long as nobody took it', async () => {
      const store = open();
      const lease = held(await store.acquireLease(ask('one', 0)));

      await expect(store.commit(write, lease)).resolves.toBeUndefined();
      expect(await store.renewLease(lease, at(600))).toBe(true);
      expect(await store.acquireLease(ask('two', 500))).toBeUndefined();
    });

    it('stays lost after the one that took it has finished', async () => {
      const store = open();
      const first = held(await store.acquireLease(ask('one', 0)));
      const second = held(await store.acquireLease(ask('two', 60)));

      await store.releaseLease(second);

      await expect(store.commit(write, first)).rejects.toMatchObject(lost);
      await expect(store.commit(write, second)).rejects.toMatchObject(lost);
      const third = held(await store.acquireLease(ask('three', 61)));
      expect(third.token).toBeGreaterThan(second.token);
    });

    it('is given back at once, whatever time is left', async () => {
      const store = open();
      const first = held(await store.acquireLease(ask('one', 0)));

      await store.releaseLease(first);
      await store.releaseLease(first);

      expect(await store.acquireLease(ask('two', 1))).toBeDefined();
    });

    it('may be acquired again by its holder, who then works under the newer one', async () => {
      const store = open();
      const first = held(await store.acquireLease(ask('one', 0)));

      const again = held(await store.acquireLease(ask('one', 1)));

      expect(again.token).toBeGreaterThan(first.token);
      await expect(store.commit(write, first)).rejects.toMatchObject(lost);
      await expect(store.commit(write, again)).resolves.toBeUndefined();
    });

    it('is won by one of many who ask at once', async () => {
      const store = open();
      const holders = Array.from({ length: 20 }, (_, index) => `holder-${index}`);

      const answers = await Promise.all(holders.map((name) => store.acquireLease(ask(name, 0))));

      expect(answers.filter((lease) => lease !== undefined)).toHaveLength(1);
    });

    it('is compared by instant, whatever zone the time is written in', async () => {
      const store = open();
      const zoned = { ...ask('one', 0), expiresAt: '2026-01-01T02:00:30+02:00' };
      await store.acquireLease(zoned);

      expect(await store.acquireLease(ask('two', 29))).toBeUndefined();
      expect(await store.acquireLease(ask('two', 30))).toBeDefined();
    });

    it('that nobody gave is not held', async () => {
      const store = open();
      const invented: Lease = { key: 'infra/shop', token: 1 };

      await expect(store.commit(write, invented)).rejects.toMatchObject(lost);
      expect(await store.renewLease(invented, at(60))).toBe(false);
      await expect(store.releaseLease(invented)).resolves.toBeUndefined();
    });
  });
}

/** A request at some second, for half a minute. */
function ask(holder: string, second: number, key = 'infra/shop'): LeaseRequest {
  return { key, holder, now: at(second), expiresAt: at(second + 30) };
}

function at(second: number): string {
  return new Date(Date.UTC(2026, 0, 1) + second * 1000).toISOString();
}

function held(lease: Lease | undefined): Lease {
  if (!lease) throw new Error('the lease was not given');
  return lease;
}
