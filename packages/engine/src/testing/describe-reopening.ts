import { describe, expect, it } from 'vitest';

import { findTampering } from '../audit/audit-entry.ts';
import type { Store, Write } from '../store/store.ts';
import { samplePlan, samplePlanned, sampleRun, sampleStack, sampleTime } from './sample-records.ts';
import type { DurableStoreFixture } from './store-fixture.ts';

/** For stores that do not forget: what was committed is there when the store is opened again. */
export function describeReopening(name: string, open: () => Promise<DurableStoreFixture>): void {
  describe(`${name}, closed and opened again`, () => {
    it('has everything, leases and the audit chain included', async () => {
      const { store, reopen, dispose } = await open();
      await store.commit([...writes, audit('before')]);
      const lease = await store.acquireLease(request('one'));
      await store.close();

      const again = await reopen();
      try {
        await again.commit([audit('after')]);

        expect(await again.run('run-1')).toEqual(sampleRun('run-1'));
        expect(await again.stack('infra/shop')).toEqual(sampleStack('shop'));
        expect((await again.planChanges('p1', { limit: 9 })).items).toEqual(samplePlanned(2));
        expect(await again.planArtifact('p1')).toEqual(Uint8Array.of(1));
        const { items } = await again.audit({ limit: 9 });
        expect(items).toMatchObject([{ subject: 'before' }, { subject: 'after' }]);
        expect(findTampering(items)).toBeUndefined();
        await expectHeld(again, lease?.token ?? 0);
      } finally {
        await again.close();
        await dispose();
      }
    });
  });
}

/** A lease outlives the process: its holder may be another one on another machine. */
async function expectHeld(store: Store, token: number): Promise<void> {
  // biome-ignore lint/suspicious/noMisplacedAssertion: called from a test.
  expect(await store.acquireLease(request('two'))).toBeUndefined();
  await store.commit([], { key: 'infra/shop', token });
}

const writes: readonly Write[] = [
  { kind: 'run', run: sampleRun('run-1') },
  { kind: 'stack', record: sampleStack('shop') },
  {
    kind: 'plan',
    record: samplePlan('p1'),
    changes: samplePlanned(2),
    artifact: Uint8Array.of(1),
  },
];

function audit(subject: string): Write {
  const line = { at: sampleTime, actor: 'trueup', event: 'run:queued', subject, detail: {} };
  return { kind: 'audit', line };
}

function request(holder: string): Parameters<Store['acquireLease']>[0] {
  const expiresAt = '2026-01-02T04:00:00Z';
  return { key: 'infra/shop', holder, now: sampleTime, expiresAt };
}
