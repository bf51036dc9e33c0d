import type { ReactNode } from 'react';

import { Button } from '../ui/button.tsx';
import type { LiveState } from './follow-events.ts';
import { useLive } from './live-events.tsx';

/** Whether what is shown follows the server, and until when it did. */
export function LiveMark(): ReactNode {
  const { state } = useLive();
  return (
    <span className={`live live-${state.name}`} role="status">
      <span className="live-dot" aria-hidden="true" />
      {wordsOf(state)}
    </span>
  );
}

function wordsOf(state: LiveState): ReactNode {
  switch (state.name) {
    case 'connecting':
      return 'Connecting';
    case 'live':
      return 'Live';
    case 'reconnecting':
      return `Reconnecting · as of ${toClock(state.sinceMs)}`;
    case 'ended':
      return 'Not live';
  }
}

function toClock(ms: number): string {
  return new Date(ms).toLocaleTimeString('en-GB');
}

/** Below the bar, while a reload would show more than the page does. */
export function LiveNotice(): ReactNode {
  const { state, upgraded } = useLive();
  if (!upgraded && state.name !== 'ended') return null;
  return (
    <div className="live-notice" role="alert">
      <span>
        {upgraded
          ? 'Trueup was upgraded. This tab still runs the pages of before.'
          : 'This page follows the server no more.'}
      </span>
      <Button onClick={() => window.location.reload()}>Reload</Button>
    </div>
  );
}
