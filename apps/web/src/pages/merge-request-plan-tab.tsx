import type { ChangeSet } from '@trueup/api';
import { type ReactNode, useMemo, useState } from 'react';

import { DiagnosticLine } from '../changes/diagnostic-line.tsx';
import { ConflictList } from '../features/conflicts/conflict-list.tsx';
import { ApproveBar } from '../features/plan/approve-bar.tsx';
import type { StackChange } from '../features/plan/arrange-plan.ts';
import { PlanChanges } from '../features/plan/plan-changes.tsx';
import { PlanRisks } from '../features/plan/plan-risks.tsx';
import { PlanTotals } from '../features/plan/plan-totals.tsx';
import { useApprove, usePlans } from '../features/plan/queries.ts';
import { isOpenToApproval, keepShown, staleStacks } from '../features/plan/shown-set.ts';
import { StackPlans } from '../features/plan/stack-plans.tsx';
import { ForeignText } from '../ui/foreign-text.tsx';
import { Failed, Loading } from '../ui/states.tsx';

export interface MergeRequestPlanTabProps {
  /** What the server says by now. */
  readonly newest: ChangeSet;
  /** It is asked for anew. What stood on the page before that has arrived once, nobody has looked at. */
  readonly isOnItsWay: boolean;
  /** The built-in forge has it, and can say where branches do not go together. */
  readonly hosted: boolean;
}

/** One plan for all tools. */
export function MergeRequestPlanTab({
  newest,
  isOnItsWay,
  hosted,
}: MergeRequestPlanTabProps): ReactNode {
  const [before, setBefore] = useState(newest);
  const [settled, setSettled] = useState(!isOnItsWay);
  if (!settled && !isOnItsWay) setSettled(true);
  const view = useMemo(
    () => (settled ? keepShown(before, newest) : { shown: newest }),
    [settled, before, newest],
  );
  if (!view.newer && before !== view.shown) setBefore(view.shown);
  const { shown } = view;
  const approve = useApprove(shown.id);
  const ids = useMemo(() => listPlans(shown), [shown]);
  const read = usePlans(ids);
  const changes = useMemo(() => listChanges(shown, read.changes), [shown, read.changes]);
  const steps = changes.filter(({ change }) => change.action !== 'none');
  const isOpen = isOpenToApproval(shown);
  if (newest.phase === 'conflicting') return <Conflicting set={newest} hosted={hosted} />;
  return (
    <div>
      {ids.length === 0 && shown.diagnostics.some(({ severity }) => severity === 'error') ? (
        <p className="totals-none">Not planned: it has mistakes</p>
      ) : (
        <PlanTotals totals={[...read.plans.values()].map(({ totals }) => totals)} />
      )}
      <PlanRisks changes={steps} plans={[...read.plans.values()]} set={shown} />
      <Troubles set={shown} />
      <ApproveBar
        view={view}
        busy={approve.isPending}
        error={approve.error}
        given={approve.data}
        onApprove={approve.mutate}
        onShowNewer={() => {
          setBefore(newest);
          approve.reset();
        }}
      />
      <StackPlans
        set={shown}
        plans={read.plans}
        changes={read.changes}
        stale={staleStacks(view)}
        busy={approve.isPending}
        {...(isOpen && shown.may.includes('approve') && { onApprove: approve.mutate })}
      />
      {read.error && <Failed error={read.error} what="Plan" />}
      {read.pending && ids.length > 0 && <Loading what={`the changes of ${ids.length} plans`} />}
      {steps.length > 0 && <PlanChanges changes={steps} />}
      <Cut read={read.changes} />
    </div>
  );
}

function Conflicting(props: { readonly set: ChangeSet; readonly hosted: boolean }): ReactNode {
  const { set, hosted } = props;
  return (
    <div>
      <p className="totals-none">Not planned: it does not merge</p>
      <p className="soft">
        Somebody has to bring its branch together with the target branch; the plan comes by itself.
      </p>
      {hosted ? <ConflictList place={set} moment={set.id} /> : <Troubles set={set} />}
    </div>
  );
}

function Cut(props: { readonly read: ReturnType<typeof usePlans>['changes'] }): ReactNode {
  const isCut = [...props.read.values()].some(({ cut }) => cut);
  if (!isCut) return null;
  return (
    <p className="phase-waits">
      A plan has more changes than a page can hold. <code>trueup mr plan</code> lists all of them.
    </p>
  );
}

function Troubles({ set }: { readonly set: ChangeSet }): ReactNode {
  const { diagnostics, conflicts = [], refusals, holdBy } = set;
  return (
    <ul className="remarks">
      {holdBy !== undefined && (
        <li className="phase-waits">
          <ForeignText>{holdBy}</ForeignText> said that nothing is applied after the merge until
          somebody resumes it.
        </li>
      )}
      {conflicts.map((path) => (
        <li key={path} className="phase-bad">
          does not merge: <code>{path}</code>
        </li>
      ))}
      {diagnostics.map((one) => (
        <li key={`${one.code} ${one.summary}`} className="phase-bad">
          <DiagnosticLine diagnostic={one} />
        </li>
      ))}
      {refusals.map(({ who, what, reason }) => (
        <li key={`${who} ${what} ${reason}`} className="soft">
          not done: <ForeignText>{`${who}, ${what}: ${reason}`}</ForeignText>
        </li>
      ))}
    </ul>
  );
}

function listPlans({ stacks }: ChangeSet): readonly string[] {
  return Object.values(stacks).flatMap(({ plan }) => (plan === undefined ? [] : [plan]));
}

function listChanges(
  { stacks }: ChangeSet,
  read: ReturnType<typeof usePlans>['changes'],
): readonly StackChange[] {
  return Object.entries(stacks).flatMap(([stack, { plan }]) => {
    const found = plan === undefined ? undefined : read.get(plan);
    return found?.items.map((one): StackChange => ({ ...one, stack })) ?? [];
  });
}
