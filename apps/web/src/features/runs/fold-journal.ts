/**
 * Makes one line for each step of a run from its journal.
 *
 * A step is written down before it is taken, so one that began and has no end may have happened.
 */
import type { Action, JournalLine, Outcome, Phase } from '@trueup/api';

export interface RunStep {
  readonly id: string;
  /** Absent for an effect that no plan named. */
  readonly action?: Action;
  readonly wave?: number;
  readonly begunAt?: string;
  readonly endedAt?: string;
  /** `begun`: no end is known. */
  readonly state: 'begun' | 'done' | 'moved' | 'failed' | 'in-doubt' | 'unplanned';
  /** The newest that was said of it. */
  readonly message?: string;
}

export interface RunPhase {
  readonly phase: Phase;
  readonly at: string;
  /** Absent for the newest one. */
  readonly untilMs?: number;
}

export interface RunStory {
  readonly phases: readonly RunPhase[];
  /** In the order in which they were begun. A step that was begun again is one step. */
  readonly steps: readonly RunStep[];
}

export function foldJournal(lines: readonly JournalLine[]): RunStory {
  const phases: RunPhase[] = [];
  const steps = new Map<string, RunStep>();
  for (const { entry } of lines) {
    if (entry.kind === 'phase') {
      endPhase(phases, entry.at);
      phases.push({ phase: entry.phase, at: entry.at });
    } else if (entry.kind === 'begun') {
      for (const { id, action } of entry.steps) {
        steps.set(id, { id, action, wave: entry.wave, begunAt: entry.at, state: 'begun' });
      }
    } else {
      for (const outcome of entry.outcomes)
        steps.set(outcome.id, endStep(steps, outcome, entry.at));
    }
  }
  return { phases, steps: [...steps.values()] };
}

function endPhase(phases: RunPhase[], at: string): void {
  const last = phases.pop();
  if (last) phases.push({ ...last, untilMs: Date.parse(at) });
}

function endStep(steps: ReadonlyMap<string, RunStep>, outcome: Outcome, at: string): RunStep {
  const before: RunStep = steps.get(outcome.id) ?? { id: outcome.id, state: 'begun' };
  switch (outcome.kind) {
    case 'progress':
      return { ...before, message: outcome.message };
    case 'unplanned':
      return { ...before, state: 'unplanned', endedAt: at, message: outcome.message };
    case 'failed':
    case 'in-doubt':
      return { ...before, state: outcome.kind, endedAt: at, message: outcome.failure.message };
    case 'done':
    case 'moved':
      return { ...before, state: outcome.kind, endedAt: at };
  }
}

/** Waves in their order; steps that no wave began come last. */
export function groupWaves(
  steps: readonly RunStep[],
): readonly { readonly wave: number | undefined; readonly steps: readonly RunStep[] }[] {
  return [...Map.groupBy(steps, ({ wave }) => wave)]
    .map(([wave, members]) => ({ wave, steps: members }))
    .toSorted(
      (one, other) =>
        (one.wave ?? Number.MAX_SAFE_INTEGER) - (other.wave ?? Number.MAX_SAFE_INTEGER),
    );
}
