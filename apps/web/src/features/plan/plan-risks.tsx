import './plan-risks.css';

import type { ChangeSet, Plan } from '@trueup/api';
import type { ReactNode } from 'react';

import type { StackChange } from './arrange-plan.ts';
import { listRisks } from './list-risks.ts';

export interface PlanRisksProps {
  readonly changes: readonly StackChange[];
  readonly plans: readonly Plan[];
  readonly set?: ChangeSet;
}

/** What somebody should see who reads nothing else. */
export function PlanRisks({ changes, plans, set }: PlanRisksProps): ReactNode {
  const risks = listRisks(changes, plans, Object.values(set?.stacks ?? {}));
  if (risks.length === 0) return null;
  return (
    <ul className="risks" aria-label="Risks">
      {risks.map(({ words, tone }) => (
        <li key={words} className={`risk risk-${tone}`}>
          {words}
        </li>
      ))}
    </ul>
  );
}
