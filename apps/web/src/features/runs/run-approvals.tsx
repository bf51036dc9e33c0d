import type { Approval } from '@trueup/api';
import type { ReactNode } from 'react';

import { Age } from '../../ui/age.tsx';
import { ForeignText } from '../../ui/foreign-text.tsx';
import { useRunApprovals } from './queries.ts';

/** Who said yes to what the run applies, and whose word no longer holds. */
export function RunApprovals({ run }: { readonly run: string }): ReactNode {
  const approvals = useRunApprovals(run);
  if (!approvals.data || approvals.data.length === 0) return null;
  return (
    <>
      <h2>Approvals</h2>
      <ul className="run-approvals">
        {approvals.data.map((approval) => (
          <li key={approval.id}>
            <One approval={approval} />
          </li>
        ))}
      </ul>
    </>
  );
}

function One({ approval }: { readonly approval: Approval }): ReactNode {
  const { actor, state, at, dropped, digests, mergeRequest } = approval;
  const holds = state === 'given' || state === 'used';
  return (
    <>
      <span className={holds ? '' : 'run-approval-gone'}>
        <ForeignText>{actor}</ForeignText>
      </span>{' '}
      <span className="small quiet">
        {digests.length === 1 ? '1 change' : `${digests.length} changes`}
        {mergeRequest !== undefined && ` of !${mergeRequest}`}, <Age at={at} />
      </span>
      {!holds && (
        <span className="small phase-waits run-approval-why">
          {state}
          {dropped !== undefined && (
            <>
              : <ForeignText>{dropped}</ForeignText>
            </>
          )}
        </span>
      )}
    </>
  );
}
