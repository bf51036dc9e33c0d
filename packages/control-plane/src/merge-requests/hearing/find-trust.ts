import { type ChangeSet, isUnedited, type Member, parseCommands } from '@trueup/engine';
import type { ForgeUser, MergeRequest } from '@trueup/forge-sdk';
import type { ForgePlace } from '../../forges/forge-place.ts';
import { mayPlan } from './listen.ts';
import { mayPush } from './may-push.ts';

export interface TrustRequest {
  /** Name of the repository. */
  readonly repository: string;
  readonly request: MergeRequest;
  readonly place: ForgePlace;
  readonly members: readonly Member[];
}

/**
 * By whose word a merge request is planned with secrets.
 *
 * - `own`: its author, and everybody who is known to have pushed to it, may push to the repository anyway, or is a member
 *   who may plan there.
 * - `lent`: somebody of these has asked for the plan of this very head by `/trueup plan`. An edited comment is nobody's
 *   word. What it says is still written by somebody else.
 * - `none`: by nobody's.
 */
export type Trust = 'own' | 'lent' | 'none';

export async function findTrust(
  set: ChangeSet,
  { repository, request, place, members }: TrustRequest,
  signal: AbortSignal,
): Promise<Trust> {
  const { forge } = place;
  const mayAsk = async (user: ForgeUser): Promise<boolean> =>
    mayPlan(user, repository, { members, forge: forge.name }) || mayPush(user, place, signal);
  const writers = await Promise.all([request.author, ...(request.pushers ?? [])].map(mayAsk));
  if (writers.every((may) => may)) return 'own';
  const since = set.headSeenAt;
  const comments = await forge.comments(
    place.repository,
    { number: set.number, since },
    { signal },
  );
  for (const comment of comments) {
    const { author, body, createdAt } = comment;
    if (!isUnedited(comment) || Date.parse(createdAt) <= Date.parse(since)) continue;
    if (!parseCommands(body).some(({ name }) => name === 'plan')) continue;
    if (await mayAsk(author)) return 'lent';
  }
  return 'none';
}
