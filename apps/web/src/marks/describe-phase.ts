import type { Phase } from '@trueup/api';

export type PhaseTone = 'good' | 'bad' | 'waits' | 'moves' | 'quiet';

/** A phase in few words, and how it should look. */
export interface PhaseWords {
  readonly words: string;
  readonly tone: PhaseTone;
  /** Why, where the phase says so. */
  readonly because?: string;
}

const heldWords = {
  'plan-moved': 'held: the plan moved',
  'in-doubt': 'held: a step is in doubt',
  guard: 'held by a guard',
  person: 'held by somebody',
} as const;

export function describePhase(phase: Phase): PhaseWords {
  switch (phase.name) {
    case 'queued':
    case 'planning':
    case 'verifying':
      return { words: phase.name, tone: 'moves' };
    case 'applying':
    case 'settling':
      return { words: `${phase.name} wave ${phase.wave + 1}`, tone: 'moves' };
    case 'awaiting-approval':
      return { words: 'awaiting approval', tone: 'waits', because: phase.reason };
    case 'waiting':
      return { words: `waiting for ${phase.for}`, tone: 'waits', because: phase.message };
    case 'held':
      return { words: heldWords[phase.reason], tone: 'waits', because: phase.message };
    case 'succeeded':
      return { words: phase.extent === 'nothing' ? 'nothing to do' : 'succeeded', tone: 'good' };
    case 'failed':
      return { words: 'failed', tone: 'bad', because: phase.failure.message };
    case 'superseded':
      return { words: 'superseded', tone: 'quiet', because: `by ${phase.by}` };
    case 'cancelled':
      return { words: 'cancelled', tone: 'quiet', because: `by ${phase.by}` };
  }
}

/** Whether nothing more comes of it. */
export function isEnded({ name }: Phase): boolean {
  return ['succeeded', 'failed', 'superseded', 'cancelled'].includes(name);
}
