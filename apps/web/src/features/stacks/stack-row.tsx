import './stack-row.css';
import './standing.css';

import { Link } from '@tanstack/react-router';
import type { StackView } from '@trueup/api';
import type { ReactNode } from 'react';

import { HealthMark } from '../../marks/health-mark.tsx';
import { PhaseMark } from '../../marks/phase-mark.tsx';
import { RevisionMark } from '../../marks/revision-mark.tsx';
import { splitStackName } from '../../marks/stack-name.ts';
import { Age } from '../../ui/age.tsx';
import { ForeignText } from '../../ui/foreign-text.tsx';
import { type StandingName, standingOf, standingWords } from './stack-standing.ts';

export function StackRow({ stack }: { readonly stack: StackView }): ReactNode {
  const { repository, stack: name } = splitStackName(stack.id);
  const standing = standingOf(stack);
  return (
    <div className="stack-row">
      <HealthMark health={stack.health} />
      <div className="stack-row-name">
        <Link to="/repositories/$repository/stacks/$stack" params={{ repository, stack: name }}>
          <ForeignText>{name}</ForeignText>
        </Link>
        <span className="quiet small cut">
          <ForeignText>{`${repository} · ${stack.path}`}</ForeignText>
        </span>
      </div>
      <div className="stack-row-target small soft">
        <span className="cut">
          <ForeignText>{stack.target}</ForeignText>
        </span>
        <span className="quiet cut">{stack.provider}</span>
      </div>
      <div className="stack-row-standing">
        <span className={`standing standing-${standing}`}>{wordsOf(stack, standing)}</span>
        <span className="quiet small">
          {stack.resourceCount === 1
            ? '1 resource'
            : `${stack.resourceCount.toLocaleString('en')} resources`}
        </span>
      </div>
      <LastRun stack={stack} />
    </div>
  );
}

function wordsOf({ driftCount }: StackView, standing: StandingName): string {
  return standing === 'drifted' ? `${driftCount} drifted` : standingWords[standing];
}

function LastRun({ stack }: { readonly stack: StackView }): ReactNode {
  const { lastRun } = stack;
  const { repository } = splitStackName(stack.id);
  if (!lastRun) return <div className="stack-row-run quiet small">no run yet</div>;
  return (
    <div className="stack-row-run small">
      <Link
        to="/repositories/$repository/runs/$run"
        params={{ repository, run: lastRun.id }}
        className="stack-row-phase"
      >
        <PhaseMark phase={lastRun.phase} />
      </Link>
      <span className="quiet">
        <RevisionMark revision={lastRun.revision} /> · <Age at={lastRun.updatedAt} />
      </span>
    </div>
  );
}
