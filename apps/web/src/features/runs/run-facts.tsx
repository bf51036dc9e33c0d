import { Link } from '@tanstack/react-router';
import type { Run } from '@trueup/api';
import type { ReactNode } from 'react';

import { RevisionMark } from '../../marks/revision-mark.tsx';
import { Age } from '../../ui/age.tsx';
import { ForeignText } from '../../ui/foreign-text.tsx';
import { describeRequester } from './describe-requester.ts';

const purposeWords: Readonly<Record<Run['purpose'], string>> = {
  revision: 'brings revision',
  heal: 'heals drift from',
  rollback: 'goes back to',
  removal: 'removes by',
};

export function RunFacts({ run }: { readonly run: Run }): ReactNode {
  const { counts, brokenGlass } = run;
  return (
    <>
      <span>
        {purposeWords[run.purpose]} <RevisionMark revision={run.revision} />
      </span>
      <span>
        asked for by <ForeignText>{describeRequester(run.requestedBy)}</ForeignText>{' '}
        <Age at={run.createdAt} />
      </span>
      <span>
        {counts.done} of {counts.total} steps done
        {counts.failed > 0 && `, ${counts.failed} failed`}
      </span>
      {run.replans > 0 && <span>planned again {run.replans}×</span>}
      {run.retries > 0 && <span>tried again {run.retries}×</span>}
      {run.rollout !== undefined && (
        <Link to="/rollouts/$id" params={{ id: run.rollout }}>
          its rollout
        </Link>
      )}
      {run.resumedBy !== undefined && (
        <span>
          resumed by <ForeignText>{run.resumedBy}</ForeignText>
        </span>
      )}
      {brokenGlass && (
        <span className="phase-bad">
          <ForeignText>{brokenGlass.by}</ForeignText> broke the glass:{' '}
          <ForeignText>{brokenGlass.reason}</ForeignText>
        </span>
      )}
    </>
  );
}
