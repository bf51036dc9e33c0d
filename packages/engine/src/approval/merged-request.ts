import type { GuardFinding, PlannedChange } from '../plan/plan-record.ts';
import type { Approval } from './approval.ts';

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
