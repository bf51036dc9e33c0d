import type { Diagnostic } from '@trueup/diagnostics';

import type { Digest } from '../plan/digest.ts';
import type { PlanId } from '../plan/plan-record.ts';
import type { RepositoryId, Revision, StackId } from '../stack/stack-record.ts';
import type { Discussion } from './discussion.ts';

export type ChangeSetId = string;

/**
 * The plans of all stacks that one merge request touches, for one state of its two branches.
 *
 * - `conflicting`: the branches do not merge; nothing is planned before one of them moves.
 * - `planning`: some stacks have no answer yet.
 * - `planned`: each has one. Plans are made again while it stays so, when the target moves.
 * - `superseded`: one of the branches moved, so that `by` took its place.
 * - `merged`: `commit` is what the followed branch got. Its approvals serve that commit and no other.
 * - `closed`: the merge request was given up.
 */
export interface ChangeSet {
  readonly id: ChangeSetId;
  readonly repository: RepositoryId;
  /** The merge request, as the forge counts. */
  readonly number: number;
  /** Of the merge request, as the forge tells it: hostile. Absent in what an older version wrote. */
  readonly title?: string;
  /** Of the merge request's branch. */
  readonly head: Revision;
  /** Of the followed branch: its rules, targets and alerts are in force. */
  readonly base: Revision;
  /** What merging the one into the other gives: what is planned. Absent where they do not merge. */
  readonly merged?: Revision;
  /** The forge's id of its author. */
  readonly author: string;
  /**
   * Actors: its author's account (`gitea:42`), and who wrote or committed what it holds
   * (`commit:ann@example.com`). Absent in what an older version wrote.
   */
  readonly authors?: readonly string[];
  /** For the rules, as the forge told when it was opened; absent in what an older version wrote. */
  readonly traits?: { readonly fork: boolean; readonly labels: readonly string[] };
  /** When this head was first seen, by the forge's own clock: what was said before is about others. */
  readonly headSeenAt: string;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly phase: ChangeSetPhase;
  /** Mistakes in `trueup.yaml` that the merge would bring: what they are about is not planned. */
  readonly diagnostics: readonly Diagnostic[];
  /** What the merge would take away from the rules, a sentence each. Absent: nothing. */
  readonly weakened?: readonly string[];
  readonly stacks: Readonly<Record<StackId, ChangeSetStack>>;
  /** Absent before anybody was listened to. */
  readonly discussion?: Discussion;
}

export type ChangeSetPhase =
  | { readonly name: 'conflicting'; readonly files: readonly string[] }
  | { readonly name: 'planning' }
  | { readonly name: 'planned' }
  | { readonly name: 'superseded'; readonly by: ChangeSetId }
  | {
      readonly name: 'merged';
      readonly commit: Revision;
      readonly at: string;
      /** How the runs of it ended; absent while some have not. */
      readonly applied?: AppliedEnd;
    }
  | { readonly name: 'closed' };

/** `nothing`: it touched no stack that was to be changed. */
export type AppliedEnd = 'succeeded' | 'partly' | 'failed' | 'nothing';

/**
 * - `waiting`: is planned next.
 * - `planned`: `digests` are those of its steps.
 * - `deferred`: cannot be planned before something else was applied; nothing covers it until then.
 * - `refused`: planning it would hand credentials to what its author wrote; waits for a word.
 * - `failed`: could not be planned; the merge request's status says so.
 * - `orphaned`: is no longer written and not said to be removed, so that nothing happens to it (P3).
 */
export type ChangeSetStack =
  | { readonly name: 'waiting' }
  | {
      readonly name: 'planned';
      readonly plan: PlanId;
      readonly digest: Digest;
      readonly digests: readonly Digest[];
      readonly plannedAt: string;
      /** Its name. Absent in what an older version wrote. */
      readonly target?: string;
      /** The target tells when it moves, and then it is planned again. */
      readonly watched?: true;
      /** Which merge requests it left something to. Absent where there were none. */
      readonly behind?: string;
    }
  | { readonly name: 'deferred'; readonly reason: string; readonly behind?: string }
  | { readonly name: 'refused'; readonly reason: string }
  | { readonly name: 'failed'; readonly diagnostics: readonly Diagnostic[] }
  | { readonly name: 'orphaned' };
