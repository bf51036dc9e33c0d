import './plan-totals.css';

import type { ReactNode } from 'react';

import { ActionMark } from '../../marks/action-mark.tsx';
import { listTotals, type Totals } from './add-totals.ts';

/** The plan in one look: how much of what, in figures and in proportion. */
export function PlanTotals({ totals }: { readonly totals: readonly Totals[] }): ReactNode {
  const parts = listTotals(totals);
  if (parts.length === 0) return <p className="totals-none">No change</p>;
  return (
    <div className="totals">
      <ul className="totals-figures">
        {parts.map(({ action, count }) => (
          <li key={action} className={`total action-${action}`}>
            <span className="total-count">{count.toLocaleString('en')}</span>
            <span className="total-action">{action}</span>
          </li>
        ))}
      </ul>
      <div className="totals-bar" aria-hidden="true">
        {parts.map(({ action, count }) => (
          <span
            key={action}
            className={`totals-share share-${action}`}
            style={{ flexGrow: count }}
          />
        ))}
      </div>
    </div>
  );
}

/** The same in a line of a list. */
export function TotalsLine({ totals }: { readonly totals: Totals }): ReactNode {
  const parts = listTotals([totals]);
  if (parts.length === 0) return <span className="quiet">no change</span>;
  return (
    <span className="totals-line">
      {parts.map(({ action, count }) => (
        <span key={action} className="totals-line-part">
          {count.toLocaleString('en')} <ActionMark action={action} />
        </span>
      ))}
    </span>
  );
}
