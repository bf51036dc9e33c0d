import { concerns, type ResourceId, type RollbackStatement } from '@trueup/provider-sdk';

import type { MadeStep } from './made-steps.ts';

/** What going back on one stack's part of a rollout would do. */
export interface StackRollback {
  /** How many resources would be looked at: what was changed, or may have been. */
  readonly count: number;
  readonly restores: string;
  /** What it leaves as it is, as far as something was done that it is about. */
  readonly leaves: readonly LeftBehind[];
}

export interface LeftBehind {
  readonly says: string;
  /** What it is about. Sorted, never empty. */
  readonly resources: readonly ResourceId[];
}

/** Holds what was done against what its provider says of going back. */
export function describeRollback(
  steps: readonly MadeStep[],
  { restores, limits }: RollbackStatement,
): StackRollback {
  const leaves = limits.map((limit): LeftBehind => {
    const about = steps.filter((step) => concerns(limit, step));
    return { says: limit.says, resources: [...new Set(about.map(({ id }) => id))].sort() };
  });
  return {
    count: new Set(steps.map(({ id }) => id)).size,
    restores,
    leaves: leaves.filter(({ resources }) => resources.length > 0),
  };
}
