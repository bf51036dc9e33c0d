import './run-phases.css';

import type { ReactNode } from 'react';

import { describePhase } from '../../marks/describe-phase.ts';
import { Age } from '../../ui/age.tsx';
import { ForeignText } from '../../ui/foreign-text.tsx';
import { formatDuration } from '../../ui/format-time.ts';
import type { RunPhase } from './fold-journal.ts';

/** The way of a run so far; the newest phase on top. */
export function RunPhases({ phases }: { readonly phases: readonly RunPhase[] }): ReactNode {
  return (
    <ol className="phases" reversed aria-label="Phases, the newest first">
      {phases.toReversed().map(({ phase, at, untilMs }, index) => {
        const { words, tone, because } = describePhase(phase);
        return (
          <li key={`${at} ${phase.name} ${words}`} className={`phase-step phase-step-${tone}`}>
            <span className={index === 0 ? 'phase-words phase-words-newest' : 'phase-words'}>
              {words}
            </span>
            {because !== undefined && (
              <span className="small soft phase-because">
                <ForeignText>{because}</ForeignText>
              </span>
            )}
            <span className="small quiet">
              {untilMs === undefined ? (
                <Age at={at} />
              ) : (
                `took ${formatDuration(untilMs - Date.parse(at))}`
              )}
            </span>
          </li>
        );
      })}
    </ol>
  );
}
