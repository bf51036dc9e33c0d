import type { Run } from '@trueup/api';
import { type ReactNode, useMemo } from 'react';

import type { StackChange } from '../features/plan/arrange-plan.ts';
import { AskedWords } from '../features/plan/asked-words.tsx';
import { PlanChanges } from '../features/plan/plan-changes.tsx';
import { PlanRemarks } from '../features/plan/plan-remarks.tsx';
import { PlanTotals } from '../features/plan/plan-totals.tsx';
import { usePlans } from '../features/plan/queries.ts';
import { approvedDigests } from '../features/runs/approved-digests.ts';
import { wantsApproval } from '../features/runs/shown-plan.ts';
import { isEnded } from '../marks/describe-phase.ts';
import { Failed, Loading } from '../ui/states.tsx';
import { RunDifference } from './run-difference.tsx';

export interface RunPlanPartProps {
  readonly plan: string;
  readonly run: Run;
}

/** The newest plan of a run; what nobody approved in it is marked. */
export function RunPlanPart({ plan, run }: RunPlanPartProps): ReactNode {
  const { stack } = run;
  const read = usePlans([plan]);
  const head = read.plans.get(plan);
  const found = read.changes.get(plan);
  const changes = useMemo(
    () => found?.items.map((one): StackChange => ({ ...one, stack })) ?? [],
    [found, stack],
  );
  const accepted = useMemo(() => approvedDigests(run, changes), [run, changes]);
  if (read.error) return <Failed error={read.error} what="Plan" />;
  if (!head || read.pending) return <Loading what="the plan" />;
  const steps = changes.filter(({ change }) => change.action !== 'none');
  return (
    <section aria-label="Plan" className="run-plan">
      <PlanTotals totals={[head.totals]} />
      {wantsApproval(run.phase) && <AskedWords plan={head} />}
      <PlanRemarks plan={head} changes={changes} />
      {wantsApproval(run.phase) && <RunDifference run={run} plan={plan} />}
      {steps.length > 0 && (
        <PlanChanges changes={changes} {...(accepted && !isEnded(run.phase) && { accepted })} />
      )}
    </section>
  );
}
