import type { ReactNode } from 'react';

import { type LiveState, useLiveState } from './live-events.tsx';

const words: Readonly<Record<LiveState, string>> = {
  connecting: 'Connecting',
  live: 'Live',
  lost: 'Not live',
};

export function LiveMark(): ReactNode {
  const state = useLiveState();
  return (
    <span className={`live live-${state}`} role="status" title="Whether this page follows events">
      <span className="live-dot" aria-hidden="true" />
      {words[state]}
    </span>
  );
}
