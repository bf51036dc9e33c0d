import './marks.css';

import type { HealthStatus } from '@trueup/api';
import type { ReactNode } from 'react';

/** Told apart by shape as well as by colour. */
const shapes: Readonly<Record<HealthStatus, ReactNode>> = {
  current: <circle cx="6" cy="6" r="4.5" fill="currentColor" />,
  'in-progress': (
    <>
      <circle cx="6" cy="6" r="4.2" fill="none" stroke="currentColor" strokeWidth="1.6" />
      <path d="M6 1.8a4.2 4.2 0 0 1 0 8.4z" fill="currentColor" />
    </>
  ),
  failed: (
    <path d="M2 2l8 8M10 2l-8 8" stroke="currentColor" strokeWidth="2.2" strokeLinecap="round" />
  ),
  terminating: <path d="M1.5 6h9" stroke="currentColor" strokeWidth="2.4" strokeLinecap="round" />,
  'not-found': (
    <circle
      cx="6"
      cy="6"
      r="4.2"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.6"
      strokeDasharray="2.2 2"
    />
  ),
  unknown: <circle cx="6" cy="6" r="4.2" fill="none" stroke="currentColor" strokeWidth="1.6" />,
};

export interface HealthMarkProps {
  readonly health: HealthStatus;
  /** Beside the shape; else it is said to screen readers alone. */
  readonly spoken?: boolean;
}

export function HealthMark({ health, spoken = false }: HealthMarkProps): ReactNode {
  return (
    <span className={`health health-${health}`} title={health}>
      <svg viewBox="0 0 12 12" width="12" height="12" aria-hidden="true">
        {shapes[health]}
      </svg>
      <span className={spoken ? '' : 'hidden-text'}>{health}</span>
    </span>
  );
}
