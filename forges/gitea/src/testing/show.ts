/** Things of a world as Gitea shows them. */
import type { ForgeUser, StatusState } from '@trueup/forge-sdk';
import type {
  ForgeWorld,
  WorldComment,
  WorldMergeRequest,
  WorldRepository,
  WorldReview,
  WorldStatus,
} from '@trueup/forge-sdk/testing';

export function showUser({ id, login }: ForgeUser): object {
  return { id: Number(id), login, username: login, full_name: '', email: `${login}@example.test` };
}

export function showRepository(one: WorldRepository, self: ForgeUser): object {
  const permission = one.permissionOf(self);
  return {
    id: one.id,
    full_name: one.path,
    default_branch: one.defaultBranch,
    clone_url: `https://gitea.test/${one.path}.git`,
    private: one.isPrivate,
    permissions: {
      admin: permission === 'admin',
      push: permission === 'admin' || permission === 'write',
      pull: permission !== 'none',
    },
    allow_merge_commits: one.mergeMethods.has('merge'),
    allow_squash_merge: one.mergeMethods.has('squash'),
    allow_fast_forward_only_merge: one.mergeMethods.has('fast-forward'),
  };
}

export function showPull(
  world: ForgeWorld,
  one: WorldRepository,
  pull: WorldMergeRequest,
  { inList = false }: { readonly inList?: boolean } = {},
): object {
  const { merged, closedAt, number, sourceRepository, sourceBranch } = pull;
  const from = world.findRepository(sourceRepository);
  const branch = from?.branches.get(sourceBranch);
  const base = one.branchHead(pull.targetBranch);
  return {
    id: number + 10_000,
    number,
    title: pull.draft && !pull.title.startsWith('WIP:') ? `WIP: ${pull.title}` : pull.title,
    body: pull.body,
    user: showUser(pull.author),
    state: closedAt === undefined ? 'open' : 'closed',
    draft: pull.draft,
    labels: pull.labels.map((name, index) => ({ id: index + 1, name, color: 'ffffff' })),
    head: {
      label: sourceBranch,
      ref: branch === undefined ? `refs/pull/${number}/head` : sourceBranch,
      sha: inList ? pull.sourceCommit : (branch ?? pull.sourceCommit),
      repo: from ? { id: from.id, full_name: from.path } : null,
    },
    base: {
      label: pull.targetBranch,
      ref: pull.targetBranch,
      sha: base,
      repo: { id: one.id, full_name: one.path },
    },
    html_url: `https://gitea.test/${one.path}/pulls/${number}`,
    mergeable: closedAt === undefined && !pull.draft && one.isMergeable(pull),
    merged: merged !== undefined,
    merged_at: merged?.at ?? null,
    merge_commit_sha: merged?.commit ?? null,
    merged_by: merged ? showUser(merged.by) : null,
    merge_base: mergeBaseOf(world, base, pull.sourceCommit),
    closed_at: closedAt ?? null,
    created_at: pull.createdAt,
    updated_at: pull.updatedAt,
  };
}

function mergeBaseOf(world: ForgeWorld, base: string, head: string): string {
  const behind = new Set(world.commits.ancestry(base));
  return world.commits.ancestry(head).find((id) => behind.has(id)) ?? '';
}

const verdicts = {
  approved: 'APPROVED',
  'changes-requested': 'REQUEST_CHANGES',
  commented: 'COMMENT',
} as const;

export function showReview(review: WorldReview): object {
  return {
    id: review.id,
    user: showUser(review.author),
    team: null,
    state: verdicts[review.verdict],
    body: review.body,
    commit_id: review.commit,
    stale: false,
    official: true,
    dismissed: review.dismissed,
    submitted_at: review.submittedAt,
    updated_at: review.submittedAt,
  };
}

export function showComment(one: WorldRepository, number: number, comment: WorldComment): object {
  const pull = `https://gitea.test/${one.path}/pulls/${number}`;
  return {
    id: comment.id,
    html_url: `${pull}#issuecomment-${comment.id}`,
    pull_request_url: pull,
    issue_url: '',
    user: showUser(comment.author),
    body: comment.body,
    created_at: comment.createdAt,
    updated_at: comment.updatedAt,
  };
}

const states: Readonly<Record<StatusState, string>> = {
  pending: 'pending',
  passed: 'success',
  failed: 'failure',
  error: 'error',
};

export function showStatus({ id, author, context, state, ...status }: WorldStatus): object {
  return {
    id,
    status: states[state],
    context,
    description: status.description,
    target_url: status.url ?? '',
    creator: showUser(author),
    created_at: status.updatedAt,
    updated_at: status.updatedAt,
  };
}
