import type { ForgeUser, MergeRequest, MergeRequestState } from '@trueup/forge-sdk';

import type { GiteaPull, GiteaUser } from '../schema.ts';

/** Pure. `head` is the commit that was merged or closed, where the branch may have moved on since. */
export function toMergeRequest(pull: GiteaPull, path: string, head?: string): MergeRequest {
  const { base } = pull;
  return {
    number: pull.number,
    title: pull.title,
    body: pull.body ?? '',
    author: toUser(pull.user),
    state: toState(pull),
    draft: pull.draft ?? false,
    labels: (pull.labels ?? []).map(({ name }) => name),
    source: {
      repository: pull.head.repo?.full_name ?? '',
      branch: pull.head.label,
      commit: head ?? pull.head.sha,
    },
    target: {
      repository: base.repo?.full_name ?? path,
      branch: base.label,
      // Empty when the branch is gone.
      commit: base.sha === '' ? (pull.merge_base ?? '') : base.sha,
    },
    url: pull.html_url,
    createdAt: pull.created_at,
    updatedAt: pull.updated_at,
  };
}

function toState(pull: GiteaPull): MergeRequestState {
  if (!pull.merged) return { name: pull.state === 'open' ? 'open' : 'closed' };
  return {
    name: 'merged',
    commit: pull.merge_commit_sha ?? '',
    ...(pull.merged_by && { by: toUser(pull.merged_by) }),
    at: pull.merged_at ?? pull.updated_at,
  };
}

/** Accounts that are gone have ids that are not positive, and share them. */
export function toUser(user: GiteaUser | null | undefined): ForgeUser {
  const id = user && user.id > 0 ? String(user.id) : '';
  return { id, login: user?.login ?? '' };
}
