import type { ChangeSet, MergeRequestView } from '@trueup/api';
import type { ReactNode } from 'react';

import { Age } from '../../ui/age.tsx';
import { ForeignText } from '../../ui/foreign-text.tsx';
import { describeChangeSet } from './describe-change-set.ts';

export interface MergeRequestFactsProps {
  /** Absent where it is on another forge. */
  readonly request: MergeRequestView | undefined;
  readonly set: ChangeSet | null | undefined;
}

export function MergeRequestFacts({ request, set }: MergeRequestFactsProps): ReactNode {
  return (
    <>
      {request && (
        <>
          <span className={`request-state request-${request.state}`}>
            {request.draft ? 'draft' : request.state}
          </span>
          <span>
            <ForeignText>{request.author.login}</ForeignText> wants{' '}
            <code>
              <ForeignText>{request.source.branch}</ForeignText>
            </code>{' '}
            in{' '}
            <code>
              <ForeignText>{request.target.branch}</ForeignText>
            </code>
          </span>
          <span className="quiet">
            <Age at={request.updatedAt} />
          </span>
        </>
      )}
      {set && <PlanWords set={set} />}
    </>
  );
}

function PlanWords({ set }: { readonly set: ChangeSet }): ReactNode {
  const { words, tone } = describeChangeSet(set);
  return (
    <>
      <span className={`phase phase-${tone}`}>{words}</span>
      <span className="quiet">
        planned for <code>{set.head.slice(0, 8)}</code> <Age at={set.updatedAt} />
      </span>
      {isWebAddress(set.comment) && (
        <a href={set.comment} rel="noopener noreferrer" target="_blank">
          comment on the forge
        </a>
      )}
    </>
  );
}

function isWebAddress(text: string | undefined): boolean {
  return text !== undefined && /^https?:\/\//i.test(text);
}
