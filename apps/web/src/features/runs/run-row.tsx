import './run-row.css';

import { Link } from '@tanstack/react-router';
import type { Run } from '@trueup/api';
import type { ReactNode } from 'react';

import { describePhase } from '../../marks/describe-phase.ts';
import { PhaseMark } from '../../marks/phase-mark.tsx';
import { RevisionMark } from '../../marks/revision-mark.tsx';
import { splitStackName } from '../../marks/stack-name.ts';
import { Age } from '../../ui/age.tsx';
import { ForeignText } from '../../ui/foreign-text.tsx';
import { describeRequester } from './describe-requester.ts';

const purposeWords: Readonly<Record<Run['purpose'], string>> = {
  revision: 'A revision was brought',
  heal: 'Drift was healed',
  rollback: 'An older revision was brought back',
  removal: 'The stack was removed',
};

export interface RunRowProps {
  readonly run: Run;
  /** In a list of one stack its name would say nothing. */
  readonly unnamed: boolean;
  readonly aside: ReactNode;
}

export function RunRow({ run, unnamed, aside }: RunRowProps): ReactNode {
  const { repository } = splitStackName(run.stack);
  const { because } = describePhase(run.phase);
  return (
    <div className="run-row">
      <div className="run-row-words">
        <Link
          to="/repositories/$repository/runs/$run"
          params={{ repository, run: run.id }}
          className="run-row-stack"
        >
          {unnamed ? purposeWords[run.purpose] : <ForeignText>{run.stack}</ForeignText>}
        </Link>
        {because !== undefined && (
          <span className="small quiet cut">
            <ForeignText>{because}</ForeignText>
          </span>
        )}
      </div>
      <div className="run-row-words">
        <PhaseMark phase={run.phase} />
        <span className="small quiet">
          {run.counts.done} of {run.counts.total} steps
          {run.counts.failed > 0 && `, ${run.counts.failed} failed`}
        </span>
      </div>
      <div className="run-row-words small">
        {!unnamed && <span>{run.purpose}</span>}
        <span className="quiet cut">
          <ForeignText>{describeRequester(run.requestedBy)}</ForeignText>
        </span>
      </div>
      <div className="run-row-words small run-row-at">
        <RevisionMark revision={run.revision} />
        <span className="quiet">
          <Age at={run.updatedAt} />
        </span>
        {aside}
      </div>
    </div>
  );
}
