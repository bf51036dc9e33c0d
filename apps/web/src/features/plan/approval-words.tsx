import type { ChangeSetApproval } from '@trueup/api';
import type { ReactNode } from 'react';

import { ForeignText } from '../../ui/foreign-text.tsx';

/** Who stands behind a plan, who is missing, and whose word does not count. */
export function ApprovalWords({ approval }: { readonly approval: ChangeSetApproval }): ReactNode {
  const { required, covered, given, uncounted, dropped } = approval;
  return (
    <span className="approval small">
      {required === '' && given.length === 0 && <span className="quiet">nobody is asked</span>}
      {required !== '' && !covered && (
        <span className="phase-waits">
          <ForeignText>{`needs ${required}`}</ForeignText>
        </span>
      )}
      {given.length > 0 && (
        <span className={covered ? 'approval-covered' : ''}>
          approved by <ForeignText>{given.join(', ')}</ForeignText>
        </span>
      )}
      {uncounted.map(({ who, reason }) => (
        <span key={`${who} ${reason}`} className="soft">
          not counted: <ForeignText>{`${who}, ${reason}`}</ForeignText>
        </span>
      ))}
      {dropped !== undefined && (
        <span className="phase-bad">
          an approval was dropped: <ForeignText>{dropped}</ForeignText>
        </span>
      )}
    </span>
  );
}
