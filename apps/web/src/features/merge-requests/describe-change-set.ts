import type { ChangeSet } from '@trueup/api';

import type { PhaseTone } from '../../marks/describe-phase.ts';

/** Where a change set stands, in few words. */
export function describeChangeSet(set: ChangeSet): {
  readonly words: string;
  readonly tone: PhaseTone;
} {
  switch (set.phase) {
    case 'conflicting':
      return { words: 'does not merge', tone: 'bad' };
    case 'planning':
      return { words: 'planning', tone: 'moves' };
    case 'planned':
      return describePlanned(set);
    case 'merged':
      return set.applied === undefined
        ? { words: 'merged, applying', tone: 'moves' }
        : { words: `merged, ${set.applied}`, tone: set.applied === 'failed' ? 'bad' : 'good' };
    case 'superseded':
    case 'closed':
      return { words: set.phase, tone: 'quiet' };
  }
}

function describePlanned({ stacks, holdBy }: ChangeSet): {
  readonly words: string;
  readonly tone: PhaseTone;
} {
  const all = Object.values(stacks);
  const failed = all.filter(({ state }) => state === 'failed' || state === 'refused').length;
  if (failed > 0) return { words: `${failed} not planned`, tone: 'bad' };
  if (holdBy !== undefined) return { words: 'held after the merge', tone: 'waits' };
  return { words: 'planned', tone: 'good' };
}
