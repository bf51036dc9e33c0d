import type { Actor, Store } from '@trueup/engine';
import type { GitAnswer } from '@trueup/forge-hosted';

import { SessionError } from '../access/session-error.ts';
import type { GitCall } from './git-call.ts';
import { hostedActorOf } from './hosted-people.ts';
import type { Hosting } from './open-hosting.ts';
import { toSessionError } from './to-session-error.ts';

export interface GitAsked {
  readonly actor: Actor;
  readonly call: GitCall;
  readonly signal: AbortSignal;
}

/** @throws SessionError, for what is the client's to mend. */
export async function serveGit(
  { actor, call, signal }: GitAsked,
  { store, hosting }: { readonly store: Store; readonly hosting?: Hosting },
): Promise<GitAnswer> {
  if (!hosting) throw new SessionError('UNAVAILABLE', 'There is no built-in forge here.');
  const { address, query, ...rest } = call;
  const parsed = hosting.parseAddress(address, query);
  const who = parsed && (await hostedActorOf(actor, parsed.path, store));
  if (!who) throw new SessionError('NOT_FOUND', 'There is no such repository.');
  try {
    return await hosting.git.serve({ ...rest, ...parsed }, who, signal);
  } catch (error) {
    throw toSessionError(error);
  }
}
