/**
 * One execution of one plan, as it is stored.
 *
 * The phase is one tagged union. Everything that a later process needs in order to go on stands in
 * here or in the journal, so that a run survives the end of any process (P4).
 */
import type { Failure } from '@trueup/diagnostics';

import type { Digest } from '../plan/digest.ts';
import type { RepositoryId, Revision, StackId } from '../stack/stack-record.ts';

export type RunId = string;

/** How much of a plan was done when its run ended. */
export type Extent = 'nothing' | 'part' | 'all';

/**
 * - `revision`: a commit asks for it.
 * - `heal`: brings back what the last succeeded run had brought about.
 * - `rollback`: an older revision, at somebody's request.
 * - `removal`: Git says `removed`.
 */
export type Purpose = 'revision' | 'heal' | 'rollback' | 'removal';

export type WaitReason = 'freeze' | 'stack' | 'lock' | 'retry';

export type HoldReason = 'plan-moved' | 'in-doubt' | 'guard' | 'person';

/**
 * - `queued`: nothing has happened. Left when a supervisor takes the run up.
 * - `planning`: reads, observes and plans. Writes nothing. Entered again whenever the target moved,
 *   and after a restart.
 * - `awaiting-approval`: people have to approve `missing`. Left by approvals that cover them.
 * - `waiting`: for time or for others; planned again afterwards, whatever was planned before.
 * - `applying`: the changes of one wave are on their way. What was begun stands in the journal.
 * - `settling`: waits until what the next wave builds on is healthy. Writes nothing.
 * - `verifying`: all is applied; waits until all of it is healthy.
 * - `held`: waits for a person: approve, resume or cancel. It is no end.
 * - the ends: no phase follows them.
 */
export type Phase =
  | { readonly name: 'queued' }
  | { readonly name: 'planning' }
  | {
      readonly name: 'awaiting-approval';
      readonly missing: readonly Digest[];
      readonly reason: string;
    }
  | {
      readonly name: 'waiting';
      readonly for: WaitReason;
      /** RFC 3339. Absent where only an event ends the wait. */
      readonly until?: string;
      readonly message: string;
    }
  | { readonly name: 'applying'; readonly wave: number }
  | { readonly name: 'settling'; readonly wave: number }
  | { readonly name: 'verifying' }
  | { readonly name: 'held'; readonly reason: HoldReason; readonly message: string }
  | EndPhase;

export type EndPhase =
  | { readonly name: 'succeeded'; readonly extent: 'all' | 'nothing' }
  | { readonly name: 'failed'; readonly extent: Extent; readonly failure: Failure }
  | { readonly name: 'superseded'; readonly extent: Extent; readonly by: RunId }
  | { readonly name: 'cancelled'; readonly extent: Extent; readonly by: string };

export interface Run {
  readonly id: RunId;
  readonly repository: RepositoryId;
  readonly stack: StackId;
  readonly revision: Revision;
  readonly purpose: Purpose;
  /** An actor: `commit:<author>`, `member:<name>`, `trueup`. */
  readonly requestedBy: string;
  /**
   * Head of the followed branch before this revision, or before what has not succeeded since: its rules
   * protect as well, so that no merge request weakens those that it has to pass. Absent before the
   * first one, and for what does not come from Git.
   */
  readonly base?: Revision;
  /** The rollout that owns the order across stacks. */
  readonly rollout?: string;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly phase: Phase;
  /** The newest plan. */
  readonly plan?: { readonly id: string; readonly digest: Digest; readonly waves: number };
  /**
   * What may be applied: approved by people, or taken as it was planned where no rule asks for
   * approvals. It only grows by approval, and is what makes a resumed run the same run (P2).
   */
  readonly accepted: readonly Digest[];
  /** How many steps of all its plans are done. */
  readonly counts: { readonly done: number; readonly failed: number; readonly total: number };
  /** How often it has been planned again because the target moved. Bounded. */
  readonly replans: number;
  /** How often it was tried again after transient failures. Bounded. */
  readonly retries: number;
  /** Somebody took it upon themselves: neither missing approvals nor freezes keep it. */
  readonly brokenGlass?: BrokenGlass;
  /** Who let it go on after a hold: what a merge request said before does not hold it again. */
  readonly resumedBy?: string;
}

export interface BrokenGlass {
  /** An actor. */
  readonly by: string;
  /** RFC 3339. */
  readonly at: string;
  /** In the words of who did it. */
  readonly reason: string;
}

/**
 * Asked for from outside, and taken up by the run's supervisor between two steps. `hold` stops before
 * the next step until somebody resumes it. `resume` ends a
 * hold: with `repeat` what is in doubt is done again, with `done` it is taken for done.
 */
export type RunRequest =
  | { readonly kind: 'hold'; readonly by: string }
  /** `digests` are those of all steps of the plan that it was done for, and of no other. */
  | ({ readonly kind: 'break-glass'; readonly digests: readonly Digest[] } & BrokenGlass)
  | { readonly kind: 'cancel'; readonly by: string }
  | { readonly kind: 'supersede'; readonly by: RunId }
  | { readonly kind: 'resume'; readonly by: string; readonly doubt?: 'repeat' | 'done' };

export function isEnded({ phase }: Pick<Run, 'phase'>): boolean {
  return endNames.has(phase.name);
}

const endNames: ReadonlySet<Phase['name']> = new Set([
  'succeeded',
  'failed',
  'superseded',
  'cancelled',
]);
