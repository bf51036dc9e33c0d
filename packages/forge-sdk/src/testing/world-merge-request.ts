import type { ForgeUser } from '../forge-user.ts';
import type { CommitStatus, MergeMethod, MergeOutcome, Verdict } from '../index.ts';

export interface WorldComment {
  readonly id: number;
  readonly author: ForgeUser;
  body: string;
  readonly createdAt: string;
  updatedAt: string;
}

export interface WorldReview {
  readonly id: number;
  readonly author: ForgeUser;
  readonly verdict: Exclude<Verdict, 'dismissed'>;
  dismissed: boolean;
  readonly commit: string;
  readonly body: string;
  readonly submittedAt: string;
}

export interface WorldStatus extends CommitStatus {
  readonly id: number;
  readonly author: ForgeUser;
  readonly updatedAt: string;
}

/** Something that a forge tells in the discussion by itself. */
export interface WorldNote {
  readonly id: number;
  readonly author: ForgeUser;
  readonly kind: 'approved' | 'unapproved' | 'changes-requested';
  readonly at: string;
}

export interface WorldMergeRequest {
  readonly number: number;
  title: string;
  readonly body: string;
  readonly author: ForgeUser;
  /** Whoever moved its branch, as far as a test says so. */
  readonly pushers: ForgeUser[];
  draft: boolean;
  readonly labels: readonly string[];
  sourceRepository: string;
  readonly sourceBranch: string;
  sourceCommit: string;
  readonly targetBranch: string;
  /** What the target branch was when it was opened, merged or closed. */
  targetCommit: string;
  merged: { readonly commit: string; readonly by: ForgeUser; readonly at: string } | undefined;
  closedAt: string | undefined;
  readonly createdAt: string;
  updatedAt: string;
  readonly comments: WorldComment[];
  readonly reviews: WorldReview[];
  readonly notes: WorldNote[];
  /** Every head that it had, and since when. */
  readonly heads: { readonly commit: string; readonly at: string }[];
}

export interface WorldMergeOrder {
  readonly by: ForgeUser;
  readonly method: MergeMethod;
  /** The head that is meant; any head when absent. */
  readonly commit?: string;
}

/** Why it was not merged, finer than the contract tells it. */
export type WorldMergeEnd =
  | MergeOutcome
  | { readonly kind: 'closed' | 'draft' | 'protected' | 'method' | 'diverged' };
