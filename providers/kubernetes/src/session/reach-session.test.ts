import { expect, it, vi } from 'vitest';

import type { Loan } from './keep-sessions.ts';
import type { Session } from './open-session.ts';
import { lendUntilReleased } from './reach-session.ts';

function lend(): Loan & { readonly giveBack: ReturnType<typeof vi.fn<() => void>> } {
  return { session: {} as Session, giveBack: vi.fn<() => void>() };
}

it('lends the session of a lease until its release', async () => {
  const loan = lend();
  const lease = { lost: new AbortController().signal, release: async () => undefined };

  const answer = lendUntilReleased({ kind: 'acquired', lease }, loan);

  expect(loan.giveBack).not.toHaveBeenCalled();
  if (answer.kind !== 'acquired') throw new Error('not acquired');
  await answer.lease.release();
  expect(loan.giveBack).toHaveBeenCalledOnce();
});

it('gives the session back when there is no lease', () => {
  const loan = lend();

  lendUntilReleased({ kind: 'unavailable', message: 'The cluster has no leases.' }, loan);

  expect(loan.giveBack).toHaveBeenCalledOnce();
});
