import type { ApprovalDecision } from '../approval/decide-approval.ts';
import type { PlanRecord } from '../plan/plan-record.ts';
import type { StackId } from '../stack/stack-record.ts';

/** Guards that keep plans from being merged, and later from being applied. */
export interface Denial {
  /** At least one. */
  readonly stacks: readonly StackId[];
  /** What the first of them says, for people. */
  readonly message: string;
}

export interface DeniedPlan {
  readonly plan: Pick<PlanRecord, 'findings'>;
  readonly decision: Pick<ApprovalDecision, 'open'>;
}

/**
 * What guards found and nobody has overruled: enough people who approve the very plan that shows the
 * finding do. `undefined` when nothing is denied.
 */
export function findDenial(plans: Iterable<readonly [StackId, DeniedPlan]>): Denial | undefined {
  const denied = [...plans].flatMap(([stack, { plan, decision }]) => {
    const error = plan.findings.find(({ severity }) => severity === 'error');
    return error && decision.open.length > 0 ? [{ stack, message: error.message }] : [];
  });
  const [first] = denied;
  return first && { stacks: denied.map(({ stack }) => stack), message: first.message };
}
