import './stack-plans.css';

import { Link } from '@tanstack/react-router';
import type { ChangeSet, ChangeSetStack, Plan, PlannedChange } from '@trueup/api';
import type { ReactNode } from 'react';

import type { Gathered } from '../../api/read-all-pages.ts';
import { DiagnosticLine } from '../../changes/diagnostic-line.tsx';
import { DigestMark } from '../../marks/digest-mark.tsx';
import { splitStackName } from '../../marks/stack-name.ts';
import { Button } from '../../ui/button.tsx';
import { ForeignText } from '../../ui/foreign-text.tsx';
import { isEmptyPlan } from './add-totals.ts';
import { ApprovalWords } from './approval-words.tsx';
import { PlanRemarks } from './plan-remarks.tsx';
import { TotalsLine } from './plan-totals.tsx';

export interface StackPlansProps {
  readonly set: ChangeSet;
  /** By id. */
  readonly plans: ReadonlyMap<string, Plan>;
  /** By id of their plan. */
  readonly changes: ReadonlyMap<string, Gathered<PlannedChange>>;
  /** Full names of those whose plan is another one by now. */
  readonly stale: ReadonlySet<string>;
  readonly busy: boolean;
  /** Nothing can be approved any more if absent. */
  readonly onApprove?: (digest: string) => void;
}

/** One line for each stack: what its plan brings, its digest, and who stands behind it. */
export function StackPlans({ set, plans, changes, ...rest }: StackPlansProps): ReactNode {
  const stacks = Object.entries(set.stacks).toSorted(
    ([one, left], [other, right]) =>
      weightOfState(left) - weightOfState(right) || one.localeCompare(other),
  );
  return (
    <ul className="panel rows stack-plans" aria-label="Stacks">
      {stacks.map(([name, stack]) => (
        <li key={name}>
          <StackPlan
            {...rest}
            name={name}
            stack={stack}
            plan={stack.plan === undefined ? undefined : plans.get(stack.plan)}
            changes={changes.get(stack.plan ?? '')?.items ?? []}
          />
        </li>
      ))}
    </ul>
  );
}

function weightOfState({ state }: ChangeSetStack): number {
  return ['failed', 'refused', 'orphaned', 'deferred', 'waiting', 'planned'].indexOf(state);
}

interface StackPlanProps extends Omit<StackPlansProps, 'set' | 'plans' | 'changes'> {
  readonly changes: readonly PlannedChange[];
  readonly name: string;
  readonly stack: ChangeSetStack;
  readonly plan: Plan | undefined;
}

function StackPlan(props: StackPlanProps): ReactNode {
  const { name, stack, plan, changes, stale, busy, onApprove } = props;
  const isStale = stale.has(name);
  const { digest, approval } = stack;
  const asks = approval && approval.required !== '' && !approval.covered;
  return (
    <div className={isStale ? 'stack-plan stack-plan-stale' : 'stack-plan'}>
      <div className="stack-plan-name">
        <Link to="/repositories/$repository/stacks/$stack" params={splitStackName(name)}>
          <ForeignText>{name}</ForeignText>
        </Link>
        {plan?.tool && (
          <span className="small quiet">
            <ForeignText>{`${plan.tool.name} ${plan.tool.version}`}</ForeignText>
          </span>
        )}
      </div>
      <div className={digest === undefined ? 'stack-plan-alone' : ''}>
        {plan ? <TotalsLine totals={plan.totals} /> : <StateWords stack={stack} />}
      </div>
      <div className="stack-plan-digest">
        {digest !== undefined && <DigestMark digest={digest} stale={isStale} />}
        {isStale && <span className="small phase-waits">planned anew since</span>}
      </div>
      <div className="stack-plan-approval">
        {approval && <ApprovalWords approval={approval} />}
        {asks && onApprove && digest !== undefined && (
          <Button disabled={isStale} busy={busy} onClick={() => onApprove(digest)}>
            Approve this one
          </Button>
        )}
      </div>
      {stack.diagnostics && stack.diagnostics.length > 0 && (
        <ul className="stack-plan-remarks">
          {stack.diagnostics.map((one) => (
            <li key={`${one.code} ${one.summary}`} className="phase-bad">
              <DiagnosticLine diagnostic={one} />
            </li>
          ))}
        </ul>
      )}
      {plan && !isEmptyPlan(plan) && (
        <div className="stack-plan-remarks">
          <PlanRemarks plan={plan} changes={changes} />
        </div>
      )}
    </div>
  );
}

const stateWords: Readonly<Record<ChangeSetStack['state'], string>> = {
  waiting: 'being planned',
  planned: 'reading',
  deferred: 'deferred',
  refused: 'not planned',
  failed: 'cannot be planned',
  orphaned: 'no longer written: its resources stay until Git says what is meant',
};

function StateWords({ stack: { state, reason } }: { readonly stack: ChangeSetStack }): ReactNode {
  const tone = state === 'failed' || state === 'refused' ? 'phase-bad' : 'phase-waits';
  return (
    <span className={state === 'planned' || state === 'waiting' ? 'quiet' : tone}>
      {stateWords[state]}
      {reason !== undefined && (
        <span className="soft">
          : <ForeignText>{reason}</ForeignText>
        </span>
      )}
    </span>
  );
}
