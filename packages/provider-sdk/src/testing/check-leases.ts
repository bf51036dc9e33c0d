import { ok as must, deepStrictEqual as mustEqual } from 'node:assert';

import type { LeaseAnswer, TargetLease } from '../lease.ts';
import type { Provider } from '../provider.ts';
import type { Stack } from '../target.ts';
import type { ProviderCheck } from './provider-check.ts';
import type { Rehearsal } from './rehearsal.ts';

const keepsLeases: ProviderCheck['when'] = ({ leases }) => leases;

export const leaseChecks: readonly ProviderCheck[] = [
  { name: 'keeps leases if it says so', run: hasLeases },
  { name: 'gives a stack to one at a time, and says who has it', when: keepsLeases, run: isHeld },
  { name: 'gives a lease on once it is released', when: keepsLeases, run: isReleased },
  { name: 'gives a lease back to who held it', when: keepsLeases, run: isGivenBack },
  { name: 'leases a stack by its name, whatever its marks', when: keepsLeases, run: goesByName },
];

async function hasLeases({ fixture, abilities }: Rehearsal): Promise<void> {
  mustEqual(fixture.provider.acquireLease !== undefined, abilities.leases);
}

async function isHeld(rehearsal: Rehearsal): Promise<void> {
  const lease = await take(rehearsal, 'one');
  const answer = await ask(rehearsal, 'two');
  const other = await ask(rehearsal, 'two', { ...rehearsal.fixture.stack, name: 'shop/other' });
  await lease.release();

  must(answer.kind === 'held', `A stack that somebody works on: ${answer.kind}`);
  mustEqual(answer.by, 'one');
  must(!Number.isNaN(Date.parse(answer.since)), `Not an instant: ${answer.since}`);
  must(!lease.lost.aborted, 'The lease was lost although nobody else got it.');
  must(other.kind === 'acquired', 'Two stacks have one lease.');
  await other.lease.release();
}

async function isReleased(rehearsal: Rehearsal): Promise<void> {
  const lease = await take(rehearsal, 'one');
  await lease.release();
  await lease.release();

  const next = await take(rehearsal, 'two');
  // What is no longer ours is not given up a second time.
  await lease.release();
  const third = await ask(rehearsal, 'three');
  await next.release();

  must(third.kind === 'held' && third.by === 'two', 'A released lease was released from another.');
}

/** A process that was killed and comes back under its name need not wait. */
async function isGivenBack(rehearsal: Rehearsal): Promise<void> {
  const killed = rehearsal.stage('restart')();
  const before = await askProvider(killed, rehearsal, 'one');

  const answer = await ask(rehearsal, 'one');

  must(answer.kind === 'acquired', `The holder itself was refused: ${answer.kind}`);
  await answer.lease.release();
  if (before.kind === 'acquired') await before.lease.release();
}

async function goesByName(rehearsal: Rehearsal): Promise<void> {
  const lease = await take(rehearsal, 'one');
  const elsewhere = { ...rehearsal.fixture.stack, owner: 'mark-of-another', formerOwners: [] };
  const answer = await ask(rehearsal, 'two', elsewhere);
  await lease.release();

  mustEqual(answer.kind, 'held');
}

async function take(rehearsal: Rehearsal, holder: string): Promise<TargetLease> {
  const answer = await ask(rehearsal, holder);
  must(answer.kind === 'acquired', `A stack that nobody works on: ${answer.kind}`);
  return answer.lease;
}

function ask(rehearsal: Rehearsal, holder: string, stack?: Stack): Promise<LeaseAnswer> {
  const { provider } = rehearsal.fixture;
  return askProvider(provider, rehearsal, holder, stack);
}

async function askProvider(
  provider: Provider,
  rehearsal: Rehearsal,
  ...[holder, stack = rehearsal.fixture.stack]: readonly [holder: string, stack?: Stack]
): Promise<LeaseAnswer> {
  const { target } = rehearsal.fixture;
  const answer = await provider.acquireLease?.(target, { stack, holder }, rehearsal.call());
  must(answer, 'There are no leases.');
  return answer;
}
