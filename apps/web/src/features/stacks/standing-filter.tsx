import './standing-filter.css';

import type { StackView } from '@trueup/api';
import type { ReactNode } from 'react';

import { countStandings, type StackFilter, standingWords } from './stack-standing.ts';

export interface StandingFilterProps {
  readonly stacks: readonly StackView[];
  readonly filter: StackFilter;
  readonly onChange: (filter: StackFilter) => void;
}

/** Figures that are filters: what one sees first is what one can ask for. */
export function StandingFilter({ stacks, filter, onChange }: StandingFilterProps): ReactNode {
  const figures = [
    { standing: 'all' as const, count: stacks.length, words: 'stacks' },
    ...countStandings(stacks).map((one) => ({ ...one, words: standingWords[one.standing] })),
  ];
  return (
    <fieldset className="figures">
      <legend className="hidden-text">Show only</legend>
      {figures.map(({ standing, count, words }) => (
        <button
          key={standing}
          type="button"
          className={`figure figure-${standing}`}
          aria-pressed={filter.standing === standing}
          onClick={() => onChange({ ...filter, standing })}
        >
          <span className="figure-count">{count.toLocaleString('en')}</span>
          <span className="figure-words">{words}</span>
        </button>
      ))}
    </fieldset>
  );
}
