import { Link } from '@tanstack/react-router';
import type { ChangeSet, MergeRequestView } from '@trueup/api';
import type { ReactNode } from 'react';

import { Age } from '../../ui/age.tsx';
import { ForeignText } from '../../ui/foreign-text.tsx';
import { toWebAddress } from '../../ui/web-address.ts';
import { describeChangeSet } from './describe-change-set.ts';
import { useRolloutOf } from './queries.ts';

export interface MergeRequestFactsProps {
  /** Absent where it is on another forge. */
  readonly request: MergeRequestView | undefined;
  readonly set: ChangeSet | null | undefined;
  readonly repository: string;
}

export function MergeRequestFacts({ request, set, repository }: MergeRequestFactsProps): ReactNode {
  return (
    <>
      {request && (
        <>
          <span className={`request-state request-${request.state}`}>
            {request.draft ? 'draft' : request.state}
          </span>
          <span>
            <ForeignText>{request.author.login}</ForeignText> wants{' '}
            <SourceBranch request={request} repository={repository} /> in{' '}
            <code>
              <ForeignText>{request.target.branch}</ForeignText>
            </code>
          </span>
          <span className="quiet">
            <Age at={request.updatedAt} />
          </span>
        </>
      )}
      {set && <PlanWords set={set} isHere={request !== undefined} />}
    </>
  );
}

interface SourceBranchProps {
  readonly request: MergeRequestView;
  readonly repository: string;
}

/** Its files, where somebody goes on with them; a fork's lie in another repository. */
function SourceBranch({ request: { source, state }, repository }: SourceBranchProps): ReactNode {
  const name = (
    <code>
      <ForeignText>{source.branch}</ForeignText>
    </code>
  );
  if (state !== 'open') return name;
  return (
    <Link
      to="/repositories/$repository/files"
      params={{ repository }}
      search={{ revision: source.branch }}
      title="Its files, to be gone on with"
    >
      {name}
    </Link>
  );
}

function PlanWords(props: { readonly set: ChangeSet; readonly isHere: boolean }): ReactNode {
  const { set, isHere } = props;
  const { words, tone } = describeChangeSet(set);
  const rollout = useRolloutOf(set.mergeCommit);
  const comment = isHere ? undefined : toWebAddress(set.comment);
  return (
    <>
      <span className={`phase phase-${tone}`}>{words}</span>
      {rollout.data && (
        <Link to="/rollouts/$id" params={{ id: rollout.data }}>
          watch its rollout
        </Link>
      )}
      <span className="quiet">
        planned for <code>{set.head.slice(0, 8)}</code> <Age at={set.updatedAt} />
      </span>
      {comment !== undefined && (
        <a href={comment} rel="noopener noreferrer" target="_blank">
          comment on the forge
        </a>
      )}
    </>
  );
}
