import './marks.css';

import type { Phase } from '@trueup/api';
import type { ReactNode } from 'react';

import { showControls } from '../ui/visible-text.ts';
import { describePhase } from './describe-phase.ts';

export function PhaseMark({ phase }: { readonly phase: Phase }): ReactNode {
  const { words, tone, because } = describePhase(phase);
  return (
    <span className={`phase phase-${tone}`} title={because && showControls(because)}>
      {words}
    </span>
  );
}
