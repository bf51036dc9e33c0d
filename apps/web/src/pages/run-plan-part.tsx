import { type ReactNode, useMemo } from 'react';

import type { StackChange } from '../features/plan/arrange-plan.ts';
import { PlanChanges } from '../features/plan/plan-changes.tsx';
import { PlanRemarks } from '../features/plan/plan-remarks.tsx';
import { PlanTotals } from '../features/plan/plan-totals.tsx';
import { usePlans } from '../features/plan/queries.ts';
import { Failed, Loading } from '../ui/states.tsx';

export interface RunPlanPartProps {
  readonly plan: string;
  /** Full name. */
  readonly stack: string;
  readonly accepted: readonly string[];
}

/** The newest plan of a run; what nobody approved in it is marked. */
export function RunPlanPart({ plan, stack, accepted }: RunPlanPartProps): ReactNode {
  const read = usePlans([plan]);
  const head = read.plans.get(plan);
  const found = read.changes.get(plan);
  const changes = useMemo(
    () => found?.items.map((one): StackChange => ({ ...one, stack })) ?? [],
    [found, stack],
  );
  const known = useMemo(() => new Set(accepted), [accepted]);
  if (read.error) return <Failed error={read.error} what="Plan" />;
  if (!head || read.pending) return <Loading what="the plan" />;
  const steps = changes.filter(({ change }) => change.action !== 'none');
  return (
    <section aria-label="Plan" className="run-plan">
      <PlanTotals totals={[head.totals]} />
      <PlanRemarks plan={head} changes={changes} />
      {steps.length > 0 && (
        <PlanChanges changes={changes} {...(known.size > 0 && { accepted: known })} />
      )}
    </section>
  );
}
