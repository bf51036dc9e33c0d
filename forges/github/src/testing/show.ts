/** Things of a world as GitHub shows them. */
import type { ForgeUser, StatusState } from '@trueup/forge-sdk';
import type {
  WorldComment,
  WorldMergeRequest,
  WorldRepository,
  WorldReview,
  WorldStatus,
} from '@trueup/forge-sdk/testing';

const api = 'https://api.github.test';
const web = 'https://github.test';

export function showUser({ id, login }: ForgeUser): object {
  const type = login.endsWith('[bot]') ? 'Bot' : 'User';
  return { id: Number(id), login, node_id: `U_${id}`, type, site_admin: false };
}

export function showRepository(one: WorldRepository, self: ForgeUser): object {
  const permission = one.permissionOf(self);
  const push = permission === 'admin' || permission === 'write';
  return {
    id: one.id,
    full_name: one.path,
    default_branch: one.defaultBranch,
    clone_url: `${web}/${one.path}.git`,
    private: one.isPrivate,
    permissions: { admin: permission === 'admin', maintain: false, push, triage: push, pull: true },
    ...(push && {
      allow_merge_commit: one.mergeMethods.has('merge'),
      allow_squash_merge: one.mergeMethods.has('squash'),
      allow_rebase_merge: true,
    }),
  };
}

export interface PullView {
  readonly repository: WorldRepository;
  readonly pull: WorldMergeRequest;
  /** Absent in a list. */
  readonly mergeable?: boolean | null;
}

export function showPull({ repository, pull, mergeable }: PullView): object {
  const { merged, closedAt, number } = pull;
  const isAlone = mergeable !== undefined;
  return {
    id: number + 20_000,
    number,
    title: pull.title,
    body: pull.body === '' ? null : pull.body,
    user: showUser(pull.author),
    state: closedAt === undefined ? 'open' : 'closed',
    locked: false,
    draft: pull.draft,
    labels: pull.labels.map((name, index) => ({ id: index + 1, name, color: 'ffffff' })),
    head: {
      label: `${pull.sourceRepository.split('/')[0]}:${pull.sourceBranch}`,
      ref: pull.sourceBranch,
      sha: pull.sourceCommit,
      repo: repository.hasSource(pull) ? { full_name: pull.sourceRepository } : null,
    },
    base: {
      label: `${repository.path.split('/')[0]}:${pull.targetBranch}`,
      ref: pull.targetBranch,
      // What it was when the pull request was opened.
      sha: pull.targetCommit,
      repo: { full_name: repository.path },
    },
    html_url: `${web}/${repository.path}/pull/${number}`,
    merged_at: merged?.at ?? null,
    // While it is open, that of a merge which GitHub tries by itself.
    merge_commit_sha: merged?.commit ?? 'f'.repeat(40),
    closed_at: closedAt ?? null,
    created_at: pull.createdAt,
    updated_at: pull.updatedAt,
    ...(isAlone && {
      merged: merged !== undefined,
      merged_by: merged ? showUser(merged.by) : null,
      mergeable,
      mergeable_state: repository.protectedBranches.has(pull.targetBranch) ? 'blocked' : 'clean',
    }),
  };
}

const verdicts = {
  approved: 'APPROVED',
  'changes-requested': 'CHANGES_REQUESTED',
  commented: 'COMMENTED',
} as const;

export function showReview(review: WorldReview): object {
  return {
    id: review.id,
    user: showUser(review.author),
    state: review.dismissed ? 'DISMISSED' : verdicts[review.verdict],
    body: review.body,
    commit_id: review.commit,
    submitted_at: review.submittedAt,
    author_association: 'MEMBER',
  };
}

export function showComment(one: WorldRepository, number: number, comment: WorldComment): object {
  return {
    id: comment.id,
    html_url: `${web}/${one.path}/pull/${number}#issuecomment-${comment.id}`,
    issue_url: `${api}/repos/${one.path}/issues/${number}`,
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
    state: states[state],
    context,
    description: status.description === '' ? null : status.description,
    target_url: status.url ?? null,
    creator: showUser(author),
    created_at: status.updatedAt,
    updated_at: status.updatedAt,
  };
}

const conclusions: Readonly<Record<StatusState, string | null>> = {
  pending: null,
  passed: 'success',
  failed: 'failure',
  error: 'startup_failure',
};

export function showRun({ id, context, state, description, url, updatedAt }: WorldStatus): object {
  const isDone = state !== 'pending';
  return {
    id,
    name: context,
    status: isDone ? 'completed' : 'in_progress',
    conclusion: conclusions[state],
    details_url: url ?? null,
    started_at: updatedAt,
    completed_at: isDone ? updatedAt : null,
    output: { title: description === '' ? null : description, summary: null },
    app: { id: 15_368, slug: 'github-actions' },
  };
}
