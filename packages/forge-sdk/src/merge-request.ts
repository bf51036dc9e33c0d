import type { ForgeUser } from './forge-user.ts';

/** What the forge counts within one repository, from 1. */
export type MergeRequestNumber = number;

/** One end of a merge request. */
export interface MergeRequestEnd {
  /**
   * Path of the repository that the branch lies in: another one than the target's for a fork; empty
   * when that is gone, or we may not see it.
   */
  readonly repository: string;
  /** As the forge calls it, without `refs/heads/`. Hostile: anybody names branches. */
  readonly branch: string;
  /** Full object id of its head. */
  readonly commit: string;
}

/**
 * - `open`: may be merged.
 * - `merged`: `commit` is what the target branch got: a merge commit, a squashed one, or the head.
 * - `closed`: given up; may be opened again.
 */
export type MergeRequestState =
  | { readonly name: 'open' }
  | {
      readonly name: 'merged';
      readonly commit: string;
      readonly by?: ForgeUser;
      readonly at: string;
    }
  | { readonly name: 'closed' };

/** Text in it is written by anybody, and may hold anything. */
export interface MergeRequest {
  readonly number: MergeRequestNumber;
  /** As the forge shows it: some mark a draft by a prefix, such as `WIP:`. */
  readonly title: string;
  /** Markdown. */
  readonly body: string;
  readonly author: ForgeUser;
  /**
   * Whoever moved its branch since it was opened, where the forge knows: what commits say of themselves
   * is anybody's word.
   */
  readonly pushers?: readonly ForgeUser[];
  readonly state: MergeRequestState;
  readonly draft: boolean;
  readonly labels: readonly string[];
  /** Where the change comes from. Its commit stays known after the branch is gone. */
  readonly source: MergeRequestEnd;
  /**
   * Where it goes to. While it is open, its commit is the branch's head when the forge answered;
   * afterwards it is what the forge remembers.
   */
  readonly target: MergeRequestEnd;
  /** Address for people. */
  readonly url: string;
  /** RFC 3339. */
  readonly createdAt: string;
  readonly updatedAt: string;
}

export interface NewMergeRequest {
  readonly sourceBranch: string;
  readonly targetBranch: string;
  readonly title: string;
  readonly body: string;
  readonly draft?: boolean;
}

export type MergeMethod = 'merge' | 'squash' | 'fast-forward';

/**
 * - `merged`: also when it had been merged before, at this same head.
 * - `conflict`: its branch and the target do not merge.
 * - `moved`: its head is another one than the request names; nothing happened.
 * - `refused`: the forge's own rules keep it from being merged, or it does not merge in this way.
 *   `reason` is one sentence for people, in our words.
 */
export type MergeOutcome =
  | { readonly kind: 'merged'; readonly commit: string }
  | { readonly kind: 'conflict' }
  | { readonly kind: 'moved' }
  | { readonly kind: 'refused'; readonly reason: string };
