import './standing.css';

import type { StackView } from '@trueup/api';
import type { ReactNode } from 'react';

import { HealthMark } from '../../marks/health-mark.tsx';
import { RevisionMark } from '../../marks/revision-mark.tsx';
import { Age } from '../../ui/age.tsx';
import { ForeignText } from '../../ui/foreign-text.tsx';
import { standingOf, standingWords } from './stack-standing.ts';

export function StackFacts({ stack }: { readonly stack: StackView }): ReactNode {
  const { applied, paused } = stack;
  const standing = standingOf(stack);
  return (
    <>
      <HealthMark health={stack.health} spoken />
      <span className={`standing standing-${standing}`}>{standingWords[standing]}</span>
      <span>
        to <ForeignText>{stack.target}</ForeignText>{' '}
        <span className="quiet">by {stack.provider}</span>
      </span>
      <code className="quiet">
        <ForeignText>{stack.path}</ForeignText>
      </code>
      {applied ? (
        <span>
          applied <RevisionMark revision={applied.revision} /> <Age at={applied.at} />
        </span>
      ) : (
        <span>never applied</span>
      )}
      {paused && (
        <span className="phase-waits">
          paused by <ForeignText>{paused.by}</ForeignText> <Age at={paused.at} />:{' '}
          <ForeignText>{paused.reason}</ForeignText>
        </span>
      )}
    </>
  );
}
