import { Link } from '@tanstack/react-router';
import type { Adoption } from '@trueup/api';
import { formatFieldPath } from '@trueup/diagnostics';
import type { ReactNode } from 'react';

import { ResourceLabel } from '../../changes/resource-label.tsx';
import { splitStackName } from '../../marks/stack-name.ts';
import { ForeignText } from '../../ui/foreign-text.tsx';

/** The merge request that was opened, and what it leaves as it is. */
export function AdoptResult({ adoption }: { readonly adoption: Adoption }): ReactNode {
  const { stack, opened, refused } = adoption;
  const { repository } = splitStackName(stack);
  return (
    <output className="drift-adopted">
      {opened && (
        <p>
          <ProposalLink repository={repository} number={opened.mergeRequest} /> takes it into Git.
        </p>
      )}
      {refused.length > 0 && (
        <ul className="small">
          {refused.map(({ id, path, reason }) => (
            <li key={`${id} ${formatFieldPath(path)}`}>
              <ResourceLabel id={id} /> <ForeignText>{formatFieldPath(path)}</ForeignText> stays:{' '}
              {reason}
            </li>
          ))}
        </ul>
      )}
    </output>
  );
}

export interface ProposalLinkProps {
  readonly repository: string;
  readonly number: number;
}

export function ProposalLink({ repository, number }: ProposalLinkProps): ReactNode {
  return (
    <Link
      to="/repositories/$repository/merge-requests/$number"
      params={{ repository, number: `${number}` }}
    >
      !{number}
    </Link>
  );
}
