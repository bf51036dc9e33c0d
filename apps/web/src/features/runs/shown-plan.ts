/**
 * Which plan of a run stands on the page, against the run's newest one.
 *
 * S1. What is shown stays while it may be approved, also when the run has another plan by now: whoever reads
 *     it says when that one takes its place.
 */
import type { Run } from '@trueup/api';

export type ShownPlan = NonNullable<Run['plan']>;

export interface PlanOnPage {
  /** Absent until there is one. */
  readonly shown?: ShownPlan;
  /** It is no longer the run's plan, and cannot be approved. */
  readonly isStale: boolean;
}

/** `kept` is what was shown, if anything was. */
export function keepShownPlan(kept: ShownPlan | undefined, { plan, phase }: Run): PlanOnPage {
  const isOther = kept !== undefined && plan !== undefined && kept.digest !== plan.digest;
  if (isOther && wantsApproval(phase)) return { shown: kept, isStale: true };
  return { ...(plan && { shown: plan }), isStale: false };
}

/** Whether the word of somebody lets it go on. */
export function wantsApproval(phase: Run['phase']): boolean {
  return (
    phase.name === 'awaiting-approval' || (phase.name === 'held' && phase.reason !== 'in-doubt')
  );
}
