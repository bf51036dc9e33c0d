import { type ChangeSet, parseCommands } from '@trueup/engine';
import type { Forge, ForgeUser, MergeRequest } from '@trueup/forge-sdk';

import type { ForgePlace } from './merge-request-face.ts';

/**
 * Whether a merge request may be planned with secrets: its author may push to the repository anyway, or
 * somebody who may has asked for the plan of this very head by `/trueup plan`. An edited comment is
 * nobody's word.
 */
export async function isTrusted(
  set: ChangeSet,
  { request, place }: { readonly request: MergeRequest; readonly place: ForgePlace },
  signal: AbortSignal,
): Promise<boolean> {
  const { forge, repository } = place;
  const mayPush = async (user: ForgeUser): Promise<boolean> =>
    pushes.has(await forge.permission(repository, user, { signal }));
  if (await mayPush(request.author)) return true;
  const since = set.headSeenAt;
  const comments = await forge.comments(repository, { number: set.number, since }, { signal });
  for (const { author, body, createdAt, updatedAt } of comments) {
    if (createdAt !== updatedAt || Date.parse(createdAt) <= Date.parse(since)) continue;
    if (!parseCommands(body).some(({ name }) => name === 'plan')) continue;
    if (await mayPush(author)) return true;
  }
  return false;
}

const pushes: ReadonlySet<Awaited<ReturnType<Forge['permission']>>> = new Set(['write', 'admin']);
