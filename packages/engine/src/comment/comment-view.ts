import type { Diagnostic } from '@trueup/diagnostics';
import type { Refusal } from '../change-set/discussion.ts';
import type { Digest } from '../plan/digest.ts';
import type { PlannedChange, PlanRecord } from '../plan/plan-record.ts';

/** What a merge request's comment is made of. Names and values in it are hostile. */
export interface CommentView {
  /** Names the plans of all stacks together. */
  readonly digest: Digest;
  /** Of the merge request's branch. */
  readonly head: string;
  /** Mistakes of the configuration, which keep stacks from being planned. None if absent. */
  readonly diagnostics?: readonly Diagnostic[];
  /** Those that the merge request touches, in any order. */
  readonly stacks: readonly StackComment[];
  /** Sentences about all of it: it is frozen, somebody holds it. None if absent. */
  readonly notices?: readonly string[];
  /** How the runs go that the merge led to. Absent before the merge. */
  readonly applied?: CommentApplied;
  /** What was asked for and not done, and whose word does not count. None if absent. */
  readonly refusals?: readonly Refusal[];
  /** How it is decided who has to approve, where somebody asked for it. */
  readonly explanation?: readonly string[];
  /** Where all of it can be read, for people. */
  readonly url?: string;
}

export interface StackComment {
  /** With its repository. */
  readonly stack: string;
  readonly target: string;
  /** Of its page. No link if absent. */
  readonly url?: string;
  readonly state: StackCommentState;
}

/**
 * - `planned`: against observed state; `approval` says who has to agree, and who has. It is absent
 *   where people are asked only once the merge request's run is planned.
 * - `deferred`: waits for what does not exist yet; no approval covers it.
 * - `refused`: is not planned before somebody who may says so.
 * - `failed`: could not be planned.
 * - `orphaned`: is no longer written; its resources stay.
 * - `planning`: is being planned.
 */
export type StackCommentState =
  | {
      readonly name: 'planned';
      readonly plan: PlanRecord;
      readonly changes: readonly PlannedChange[];
      readonly approval?: CommentApproval;
      /** How old the plan may get before it is made again, in words; absent where a watch tells. */
      readonly freshness?: string;
    }
  | { readonly name: 'deferred'; readonly reason: string }
  | { readonly name: 'refused'; readonly reason: string }
  | { readonly name: 'failed'; readonly diagnostics: readonly Diagnostic[] }
  | { readonly name: 'orphaned' }
  | { readonly name: 'planning' };

export interface CommentApplied {
  /** One sentence. */
  readonly title: string;
  /** `url`: of the page of its run, or of itself. */
  readonly stacks: readonly {
    readonly stack: string;
    readonly state: string;
    readonly url?: string;
  }[];
}

export interface CommentApproval {
  /**
   * What is missing, or was asked for where nothing is, in words: `2 approvals from group:ops`. Empty
   * when nothing is asked.
   */
  readonly required: string;
  readonly covered: boolean;
  /** Who gave theirs for what is shown. */
  readonly given: readonly string[];
  /** What an approval that no longer holds did cover and is not planned any more, in words. */
  readonly dropped?: string;
}
