/** How the verbs of the provider come by a session, and tell when they are done with it. */
import type { CallContext, LeaseAnswer, Target } from '@trueup/provider-sdk';

import { translateErrors } from '../translate-errors.ts';
import type { KeptSessions, Loan } from './keep-sessions.ts';
import type { Session } from './open-session.ts';

/** Lets no foreign error out. */
export interface SessionReach {
  /** Runs with the target's session. */
  call<T>(
    target: Target,
    context: Pick<CallContext, 'signal'>,
    run: (session: Session) => Promise<T>,
  ): Promise<T>;
  /** For what goes on after the call. */
  borrow(target: Target, context: Pick<CallContext, 'signal'>): Promise<Loan>;
}

export function reachSessions(sessions: KeptSessions): SessionReach {
  return {
    call: (target, { signal }, run) =>
      translateErrors(undefined, signal, async () => {
        signal.throwIfAborted();
        return sessions.use(target, run);
      }),
    borrow: (target, { signal }) =>
      translateErrors(undefined, signal, async () => {
        signal.throwIfAborted();
        return sessions.borrow(target);
      }),
  };
}

/** A lease is renewed over the session that it was got with: that is lent until the release. */
export function lendUntilReleased(answer: LeaseAnswer, { giveBack }: Loan): LeaseAnswer {
  if (answer.kind !== 'acquired') {
    giveBack();
    return answer;
  }
  const { lease } = answer;
  return {
    kind: 'acquired',
    lease: {
      lost: lease.lost,
      async release() {
        await lease.release();
        giveBack();
      },
    },
  };
}
