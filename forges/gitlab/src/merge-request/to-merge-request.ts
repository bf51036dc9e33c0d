import type { ForgeUser, MergeRequest, MergeRequestState } from '@trueup/forge-sdk';

import type { GitlabClient } from '../gitlab-client.ts';
import type { GitlabMergeRequest, GitlabUser } from '../schema.ts';

/** What GitLab does not tell of a merge request together with it, each asked for once. */
export interface Surroundings {
  readonly path: string;
  readonly headOf: (branch: string) => Promise<string | undefined>;
  readonly pathOf: (projectId: number) => Promise<string | undefined>;
}

export function lookAround(client: GitlabClient, path: string): Surroundings {
  const paths = once((id: number) =>
    client.projectById(id).then((project) => project?.path_with_namespace),
  );
  return { path, headOf: once((branch: string) => client.branchHead(branch)), pathOf: paths };
}

function once<K, T>(look: (key: K) => Promise<T>): (key: K) => Promise<T> {
  const known = new Map<K, Promise<T>>();
  return (key) => {
    const found = known.get(key) ?? look(key);
    known.set(key, found);
    return found;
  };
}

export async function toMergeRequest(
  one: GitlabMergeRequest,
  around: Surroundings,
): Promise<MergeRequest> {
  const { path } = around;
  const { source_project_id: from } = one;
  const isOwn = from === one.project_id;
  const foreign = isOwn || !from ? undefined : await around.pathOf(from);
  return {
    number: one.iid,
    title: one.title,
    body: one.description ?? '',
    author: toUser(one.author),
    state: toState(one),
    draft: one.draft ?? false,
    labels: one.labels,
    source: {
      repository: isOwn ? path : (foreign ?? ''),
      branch: one.source_branch,
      commit: one.sha ?? '',
    },
    target: {
      repository: path,
      branch: one.target_branch,
      commit: (await around.headOf(one.target_branch)) ?? '',
    },
    url: one.web_url,
    createdAt: one.created_at,
    updatedAt: one.updated_at,
  };
}

/** `locked`: it is being merged. */
function toState(one: GitlabMergeRequest): MergeRequestState {
  if (one.state !== 'merged') return { name: one.state === 'closed' ? 'closed' : 'open' };
  const by = one.merge_user ?? one.merged_by;
  return {
    name: 'merged',
    commit: mergedCommitOf(one),
    ...(by && { by: toUser(by) }),
    at: one.merged_at ?? one.updated_at,
  };
}

/** What the target branch got: of a squash that is then merged the merge, of a fast-forward the head. */
export function mergedCommitOf(one: GitlabMergeRequest): string {
  return one.merge_commit_sha ?? one.squash_commit_sha ?? one.sha ?? '';
}

export function toUser(user: GitlabUser | null | undefined): ForgeUser {
  return user ? { id: String(user.id), login: user.username } : { id: '', login: 'ghost' };
}
