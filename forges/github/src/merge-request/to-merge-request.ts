import type { ForgeUser, MergeRequest, MergeRequestState } from '@trueup/forge-sdk';

import type { GithubClient } from '../github-client.ts';
import type { GithubPull, GithubUser } from '../schema.ts';

/** Finds the heads of target branches, each once. */
export type FindHead = (branch: string) => Promise<string | undefined>;

export function rememberHeads(client: GithubClient): FindHead {
  const heads = new Map<string, Promise<string | undefined>>();
  return (branch) => {
    const head = heads.get(branch) ?? client.branchHead(branch);
    heads.set(branch, head);
    return head;
  };
}

/** GitHub names the target's commit of the time when the pull request moved last, hence `findHead`. */
export async function toMergeRequest(
  pull: GithubPull,
  path: string,
  findHead: FindHead,
): Promise<MergeRequest> {
  const { head, base } = pull;
  const isOpen = pull.state === 'open';
  return {
    number: pull.number,
    title: pull.title,
    body: pull.body ?? '',
    author: toUser(pull.user),
    state: toState(pull),
    draft: pull.draft ?? false,
    labels: pull.labels.map(({ name }) => name),
    source: { repository: head.repo?.full_name ?? '', branch: head.ref, commit: head.sha },
    target: {
      repository: base.repo?.full_name ?? path,
      branch: base.ref,
      commit: (isOpen ? await findHead(base.ref) : undefined) ?? base.sha,
    },
    url: pull.html_url,
    createdAt: pull.created_at,
    updatedAt: pull.updated_at,
  };
}

function toState(pull: GithubPull): MergeRequestState {
  const { merged_at: at, merged_by } = pull;
  if (!at) return { name: pull.state === 'open' ? 'open' : 'closed' };
  const by = merged_by ? { by: toUser(merged_by) } : {};
  return { name: 'merged', commit: mergedCommitOf(pull), ...by, at };
}

/** What the target branch got. */
export function mergedCommitOf({ merge_commit_sha, head }: GithubPull): string {
  return merge_commit_sha ?? head.sha;
}

/** The account of somebody who left is not named. */
export function toUser(user: GithubUser | null | undefined): ForgeUser {
  return user ? { id: String(user.id), login: user.login } : { id: '', login: 'ghost' };
}
