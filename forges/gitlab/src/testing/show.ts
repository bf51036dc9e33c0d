/** Things of a world as GitLab shows them. */
import type { ForgeUser, StatusState } from '@trueup/forge-sdk';
import type {
  ForgeWorld,
  WorldComment,
  WorldMergeRequest,
  WorldNote,
  WorldRepository,
  WorldStatus,
} from '@trueup/forge-sdk/testing';

const web = 'https://gitlab.test';

export function showUser({ id, login }: ForgeUser): object {
  return { id: Number(id), username: login, name: login, state: 'active', locked: false };
}

export function showProject(one: WorldRepository): object {
  const isFast = !one.mergeMethods.has('merge');
  return {
    id: one.id,
    path_with_namespace: one.path,
    default_branch: one.defaultBranch,
    http_url_to_repo: `${web}/${one.path}.git`,
    web_url: `${web}/${one.path}`,
    visibility: one.isPrivate ? 'private' : 'public',
    merge_method: isFast ? 'ff' : 'merge',
    squash_option: one.mergeMethods.has('squash') ? 'default_off' : 'never',
  };
}

export function showMergeRequest(
  world: ForgeWorld,
  one: WorldRepository,
  request: WorldMergeRequest,
): object {
  const { merged, closedAt, number } = request;
  const commit = merged && world.commits.get(merged.commit);
  const isMerge = (commit?.parents.length ?? 0) > 1;
  const isSquash = merged && !isMerge && merged.commit !== request.sourceCommit;
  const user = merged ? showUser(merged.by) : null;
  return {
    id: number + 30_000,
    iid: number,
    project_id: one.id,
    target_project_id: one.id,
    source_project_id: world.findRepository(request.sourceRepository)?.id ?? null,
    title:
      request.draft && !request.title.startsWith('Draft:')
        ? `Draft: ${request.title}`
        : request.title,
    description: request.body,
    author: showUser(request.author),
    state: stateOf(request),
    draft: request.draft,
    work_in_progress: request.draft,
    labels: request.labels,
    source_branch: request.sourceBranch,
    target_branch: request.targetBranch,
    sha: request.sourceCommit,
    merge_commit_sha: isMerge ? merged?.commit : null,
    squash_commit_sha: isSquash ? merged.commit : null,
    merge_user: user,
    merged_by: user,
    merged_at: merged?.at ?? null,
    closed_at: closedAt ?? null,
    detailed_merge_status: closedAt === undefined ? statusOf(world, one, request) : 'not_open',
    web_url: `${web}/${one.path}/-/merge_requests/${number}`,
    created_at: request.createdAt,
    updated_at: request.updatedAt,
  };
}

function stateOf({ merged, closedAt }: WorldMergeRequest): string {
  if (merged) return 'merged';
  return closedAt === undefined ? 'opened' : 'closed';
}

/** In the order in which GitLab looks. */
function statusOf(world: ForgeWorld, one: WorldRepository, request: WorldMergeRequest): string {
  if (request.draft) return 'draft_status';
  if (!one.isMergeable(request)) return 'conflict';
  if (one.protectedBranches.has(request.targetBranch)) return 'not_approved';
  const target = one.branchHead(request.targetBranch);
  const isBehind = !world.commits.ancestry(request.sourceCommit).includes(target);
  return isBehind && !one.mergeMethods.has('merge') ? 'need_rebase' : 'mergeable';
}

export function showNote(comment: WorldComment): object {
  return {
    id: comment.id,
    type: null,
    author: showUser(comment.author),
    body: comment.body,
    system: false,
    internal: false,
    created_at: comment.createdAt,
    updated_at: comment.updatedAt,
  };
}

const told = {
  approved: 'approved this merge request',
  unapproved: 'unapproved this merge request',
  'changes-requested': 'requested changes',
} as const;

/** What GitLab writes by itself. */
export function showSystemNote({ id, author, kind, at }: WorldNote): object {
  const times = { created_at: at, updated_at: at };
  return { id, type: null, author: showUser(author), body: told[kind], system: true, ...times };
}

/** Who approves now. */
export function showApprovals({ reviews }: WorldMergeRequest): object {
  const approving = reviews.filter(
    ({ verdict, dismissed }) => verdict === 'approved' && !dismissed,
  );
  return {
    approvals_required: 1,
    approved_by: approving.map(({ author, submittedAt }) => ({
      user: showUser(author),
      approved_at: submittedAt,
    })),
  };
}

export function showReviewers({ reviews }: WorldMergeRequest): readonly object[] {
  const states = { approved: 'approved', 'changes-requested': 'requested_changes' } as const;
  return reviews.map(({ author, verdict, submittedAt }) => ({
    user: showUser(author),
    state: verdict === 'commented' ? 'reviewed' : states[verdict],
    created_at: submittedAt,
  }));
}

/** The newest first. */
export function showVersions({ heads }: WorldMergeRequest): readonly object[] {
  return heads
    .map(({ commit, at }, index) => ({
      id: index + 1,
      head_commit_sha: commit,
      created_at: at,
      state: 'collected',
    }))
    .reverse();
}

const states: Readonly<Record<StatusState, string>> = {
  pending: 'pending',
  passed: 'success',
  failed: 'failed',
  error: 'canceled',
};

export function showStatus({ id, author, context, state, ...status }: WorldStatus): object {
  return {
    id,
    name: context,
    status: states[state],
    description: status.description === '' ? null : status.description,
    target_url: status.url ?? null,
    author: showUser(author),
    allow_failure: false,
    created_at: status.updatedAt,
    started_at: null,
    finished_at: state === 'pending' ? null : status.updatedAt,
  };
}
