import type { CommitStatus, StatusState } from '../commit-status.ts';
import type { ForgeUser, Permission } from '../forge-user.ts';
import type { MergeMethod, MergeRequestNumber } from '../merge-request.ts';
import type { Verdict } from '../review.ts';

export interface StagedCommit {
  readonly branch: string;
  /** A file of its own for each branch if absent. */
  readonly path?: string;
  readonly content?: string;
}

export interface StagedMergeRequest {
  readonly author: ForgeUser;
  readonly source: string;
  /** The default branch if absent. */
  readonly target?: string;
  readonly title?: string;
  readonly body?: string;
  readonly draft?: boolean;
  readonly labels?: readonly string[];
  /** Path of the repository that the source lies in, if it is a fork. */
  readonly fork?: string;
}

export interface StagedReview {
  readonly number: MergeRequestNumber;
  readonly author: ForgeUser;
  readonly verdict: Exclude<Verdict, 'dismissed'>;
}

export interface StagedComment {
  readonly number: MergeRequestNumber;
  readonly author: ForgeUser;
  readonly body: string;
}

export interface StagedCheck {
  readonly commit: string;
  readonly name: string;
  readonly state: StatusState;
  readonly description?: string;
  readonly url?: string;
}

/** A place in the discussion of a merge request. */
export interface StagedPlace {
  readonly number: MergeRequestNumber;
  readonly id: string;
}

/**
 * What people, CIs and git do on a forge while nobody of us looks: the suite brings about by it what
 * it then asks the forge for. Everything has happened, and may be seen, when a call returns.
 */
export interface ForgeStage {
  /** Another person each time; `login` is a wish that the stage may lengthen. */
  readonly user: (login: string) => Promise<ForgeUser>;
  /** The user bears another login from now on, and a new user the old one, who is the answer. */
  readonly swapLogin: (user: ForgeUser) => Promise<ForgeUser>;
  readonly grant: (user: ForgeUser, permission: Exclude<Permission, 'none'>) => Promise<void>;
  /** The new commit; the branch begins at the default branch where it is new. */
  readonly commit: (commit: StagedCommit, fork?: string) => Promise<string>;
  /** Replaces a branch by another commit on the default branch, as a force-push does. */
  readonly rewrite: (branch: string) => Promise<string>;
  readonly deleteBranch: (branch: string) => Promise<void>;
  /** The new repository's path; `user` owns it. */
  readonly fork: (user: ForgeUser) => Promise<string>;
  readonly open: (request: StagedMergeRequest) => Promise<MergeRequestNumber>;
  readonly editTitle: (number: MergeRequestNumber, title: string) => Promise<void>;
  readonly close: (number: MergeRequestNumber) => Promise<void>;
  readonly reopen: (number: MergeRequestNumber) => Promise<void>;
  /** Somebody merges it by hand. The answer is what the target branch got. */
  readonly merge: (
    request: { readonly number: MergeRequestNumber; readonly by: ForgeUser },
    method: MergeMethod,
  ) => Promise<string>;
  readonly review: (review: StagedReview) => Promise<StagedPlace>;
  readonly dismiss: (place: StagedPlace) => Promise<void>;
  readonly comment: (comment: StagedComment) => Promise<StagedPlace>;
  /** By its author, or by whoever may. */
  readonly editComment: (place: StagedPlace, body: string) => Promise<void>;
  readonly deleteComment: (place: StagedPlace) => Promise<void>;
  /** What somebody who looks at a commit sees of this context. */
  readonly statusOf: (commit: string, context: string) => Promise<CommitStatus | undefined>;
  /** By a CI, which is somebody else. */
  readonly check: (check: StagedCheck) => Promise<void>;
  /** The name by which the forge knows it. `within` another one, where groups nest. */
  readonly group: (group: {
    readonly name: string;
    readonly members: readonly ForgeUser[];
    readonly within?: string;
  }) => Promise<string>;
  /** The repository bears another path from now on, which is the answer. Where a forge does that. */
  readonly rename?: () => Promise<string>;
  /** A fork goes, with its branches. Where a forge does that. */
  readonly removeFork?: (path: string) => Promise<void>;
  /** From now on nothing is merged into it. */
  readonly protect: (branch: string) => Promise<void>;
  /** Waits until the forge's clock shows another time than before. */
  readonly tick: () => Promise<void>;
}
