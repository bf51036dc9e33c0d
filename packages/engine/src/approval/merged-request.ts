import type { GuardFinding, PlannedChange } from '../plan/plan-record.ts';
import type { Approval } from './approval.ts';

/** What brought a run's revision since its stack was applied last. */
export interface MergedWork {
  /** Those of which something is known; none where nobody uses merge requests. */
  readonly requests: readonly MergedRequest[];
  /**
   * Actors who wrote what the run brings, or asked for it: see `RunRule.objection`. Whoever pressed the
   * button that merged something did not write it.
   */
  readonly authors: readonly string[];
}

/** What a merged merge request says of one stack that it brought changes of. */
export interface MergedRequest {
  readonly number: number;
  /** Actors who wrote its commits, and who opened it. */
  readonly authors: readonly string[];
  /** Of this stack, in whatever state. */
  readonly approvals: readonly Approval[];
  /** What was planned for the stack last before it was merged, and shown. */
  readonly shown: readonly PlannedChange[];
  /** What the guards found then. */
  readonly findings: readonly GuardFinding[];
  /** Who said that nothing of it is to be applied yet. */
  readonly holdBy?: string;
}
