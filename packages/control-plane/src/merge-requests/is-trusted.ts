import { type ChangeSet, isUnedited, type Member, parseCommands } from '@trueup/engine';
import type { ForgeUser, MergeRequest } from '@trueup/forge-sdk';

import { mayPlan } from './listen.ts';
import { mayPush } from './may-push.ts';
import type { ForgePlace } from './merge-request-face.ts';

export interface TrustRequest {
  /** Name of the repository. */
  readonly repository: string;
  readonly request: MergeRequest;
  readonly place: ForgePlace;
  readonly members: readonly Member[];
}

/**
 * Whether a merge request may be planned with secrets: its author may push to the repository anyway, or
 * is a member who may plan there, or somebody of these has asked for the plan of this very head by
 * `/trueup plan`. An edited comment is nobody's word.
 */
export async function isTrusted(
  set: ChangeSet,
  { repository, request, place, members }: TrustRequest,
  signal: AbortSignal,
): Promise<boolean> {
  const { forge } = place;
  const mayAsk = async (user: ForgeUser): Promise<boolean> =>
    mayPlan(user, repository, { members, forge: forge.name }) || mayPush(user, place, signal);
  if (await mayAsk(request.author)) return true;
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
    if (await mayAsk(author)) return true;
  }
  return false;
}
