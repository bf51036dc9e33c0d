import type { Run } from '@trueup/engine';
import { SessionError } from '../access/session-error.ts';
import type { Desk } from './desk.ts';
import { readPlanned } from './read-planned.ts';

export interface GlassToBreak {
  /** Of the run. */
  readonly id: string;
  /** Names its newest plan. */
  readonly digest: string;
  readonly reason: string;
}

const longestReason = 1000;

/**
 * Lets a run go on that waits for approvals or for the end of a freeze, in one batch with the audit line
 * that says so: the one is not to be had without the other.
 *
 * @throws SessionError
 */
export async function breakGlass({ id, digest, reason }: GlassToBreak, desk: Desk): Promise<void> {
  const { store } = desk.ports;
  const run = await desk.run(id, 'break-glass');
  const why = reason.trim();
  if (why === '' || why.length > longestReason) {
    const message = `run ${id}: say why, in up to ${longestReason} characters`;
    throw new SessionError('INVALID_REQUEST', message);
  }
  if (!waitsForPeople(run)) {
    const message = `run ${id}: it waits neither for approvals nor for a freeze to end`;
    throw new SessionError('CONFLICT', message);
  }
  const digests = await readPlanned(run, digest, desk);
  const glass = { by: desk.name, at: desk.at(), reason: why };
  await store.commit([
    { kind: 'request', run: id, request: { kind: 'break-glass', digests, ...glass } },
    desk.audit('approval:break-glass', run.stack, {
      run: id,
      plan: run.plan?.digest ?? '',
      reason: why,
    }),
  ]);
}

/** What is in doubt, or was stopped by somebody, is no emergency of this kind. */
function waitsForPeople({ phase }: Run): boolean {
  if (phase.name === 'held') return phase.reason === 'guard' || phase.reason === 'plan-moved';
  if (phase.name === 'waiting') return phase.for === 'freeze';
  return phase.name === 'awaiting-approval';
}
