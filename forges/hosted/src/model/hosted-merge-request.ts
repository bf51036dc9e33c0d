import type {
  ForgeUser,
  MergeMethod,
  MergeRequest,
  MergeRequestNumber,
  Permission,
  Review,
  StatusState,
} from '@trueup/forge-sdk';

/** Who acts, and what they may do in the repository that it is about. */
export interface HostedActor {
  readonly user: ForgeUser;
  readonly permission: Permission;
  /** That their commits bear. */
  readonly email: string;
}

/** Trueup itself: plans, statuses, and merge requests that it opens. No member bears this id. */
export const systemUser: ForgeUser = { id: 'trueup', login: 'trueup' };

/** A merge that is to happen as soon as nothing stands in its way. Ends when the head moves. */
export interface AutoMerge {
  readonly commit: string;
  readonly method: MergeMethod;
  /** Head of its target; merged onto no other. Any if absent. */
  readonly onto?: string;
  /** Whether its branch goes then. */
  readonly deleteSource?: boolean;
  readonly by: ForgeUser;
  readonly email: string;
  readonly at: string;
}

/**
 * A merge whose commit is made, and whose branch may have been moved. Written before the branch is moved,
 * so that whoever finds it after a crash can tell by the branch whether it was.
 */
export interface MergeStep {
  readonly commit: string;
  /** Head of the target before. */
  readonly before: string;
  readonly by: ForgeUser;
  readonly at: string;
}

export interface HostedMergeRequest {
  readonly number: MergeRequestNumber;
  readonly title: string;
  readonly body: string;
  readonly author: ForgeUser;
  /** Others who moved its branch since that left its target, each once. Absent while nobody has. */
  readonly pushers?: readonly ForgeUser[];
  readonly draft: boolean;
  readonly labels: readonly string[];
  /** Who was asked to look at it. */
  readonly reviewers: readonly ForgeUser[];
  /** Path of the repository that the branch lies in. */
  readonly sourceRepository: string;
  readonly sourceBranch: string;
  /** Head of the branch; what it was last once the branch is gone or the merge request has ended. */
  readonly sourceCommit: string;
  readonly targetBranch: string;
  /** Head of the target when it was opened, closed or merged. While it is open, Git knows. */
  readonly targetCommit: string;
  readonly state: 'open' | 'merged' | 'closed';
  /** Of one that is merged. */
  readonly merged?: MergeStep;
  /** Of an open one that is being merged. */
  readonly merging?: MergeStep;
  readonly autoMerge?: AutoMerge;
  /** Reviews up to this id were given when it was to go elsewhere. Absent while it always went here. */
  readonly reviewsAfter?: number;
  readonly createdAt: string;
  readonly updatedAt: string;
}

/** Where in a file a thread begins. */
export interface NotePlace {
  readonly path: string;
  /** From 1, in the file as `commit` has it. */
  readonly line: number;
  readonly commit: string;
}

/** A comment. The first one of a thread is the thread. */
export interface Note {
  readonly id: string;
  readonly author: ForgeUser;
  readonly body: string;
  readonly createdAt: string;
  readonly updatedAt: string;
  /** Id of the thread's first comment. Absent in that one itself. */
  readonly thread?: string;
  /** Whether others may answer, and somebody has to resolve it. Only of a thread's first one. */
  readonly discussion?: boolean;
  readonly place?: NotePlace;
  readonly resolved?: { readonly by: ForgeUser; readonly at: string };
}

/** What a review says besides the contract. */
export interface HostedReview extends Omit<Review, 'commit'> {
  readonly commit: string;
  readonly body: string;
}

/** What was said of a commit, one per context. */
export interface HostedStatus {
  readonly context: string;
  readonly state: StatusState;
  readonly description: string;
  readonly url?: string;
  readonly author: ForgeUser;
  readonly updatedAt: string;
}

/** As the contract shows it. `target` is the target branch's head as it is now. */
export function toMergeRequest(
  request: HostedMergeRequest,
  { path, target, url }: { readonly path: string; readonly target?: string; readonly url: string },
): MergeRequest {
  const { number, title, body, author, pushers, draft, labels, createdAt, updatedAt } = request;
  const isOpen = request.state === 'open';
  return {
    number,
    title,
    body,
    author,
    ...(pushers && { pushers }),
    state: toState(request),
    draft,
    labels,
    source: {
      repository: request.sourceRepository,
      branch: request.sourceBranch,
      commit: request.sourceCommit,
    },
    target: {
      repository: path,
      branch: request.targetBranch,
      commit: (isOpen ? target : undefined) ?? request.targetCommit,
    },
    url,
    createdAt,
    updatedAt,
  };
}

function toState({ state, merged }: HostedMergeRequest): MergeRequest['state'] {
  if (state !== 'merged' || !merged) return { name: state === 'closed' ? 'closed' : 'open' };
  const { commit, by, at } = merged;
  return { name: 'merged', commit, by, at };
}
