import { type Action, isEnd, type Outcome, type ResourceId } from '@trueup/provider-sdk';

import type { Digest } from '../plan/digest.ts';
import type { Phase, RunId } from './run.ts';

/**
 * What happened in a run, in order. A step is written down before it is taken (P4): a `begun`
 * without its `ended` says that the change may have happened.
 */
export type JournalEntry =
  | { readonly kind: 'phase'; readonly at: string; readonly phase: Phase }
  | {
      readonly kind: 'begun';
      readonly at: string;
      readonly wave: number;
      readonly steps: readonly BegunStep[];
    }
  | { readonly kind: 'ended'; readonly at: string; readonly outcomes: readonly Outcome[] };

export interface BegunStep {
  readonly id: ResourceId;
  readonly action: Action;
  readonly digest: Digest;
}

export interface StoredJournalEntry {
  readonly run: RunId;
  /** Counts from 1 within the run. */
  readonly sequence: number;
  readonly entry: JournalEntry;
}

/** Steps that were begun and have no end: what may have happened. */
export function openSteps(entries: readonly JournalEntry[]): readonly BegunStep[] {
  const open = new Map<ResourceId, BegunStep>();
  for (const entry of entries) {
    if (entry.kind === 'begun') for (const step of entry.steps) open.set(step.id, step);
    if (entry.kind === 'ended') for (const id of endedIn(entry.outcomes)) open.delete(id);
  }
  return [...open.values()];
}

/** What is in doubt has no end yet. */
function endedIn(outcomes: readonly Outcome[]): readonly ResourceId[] {
  return outcomes.filter((one) => isEnd(one) && one.kind !== 'in-doubt').map(({ id }) => id);
}

/** What was carried out, as far as somebody knows. */
export function endedSteps(entries: readonly JournalEntry[]): ReadonlySet<ResourceId> {
  const outcomes = entries.flatMap((entry) => (entry.kind === 'ended' ? entry.outcomes : []));
  return new Set(outcomes.filter(({ kind }) => kind === 'done').map(({ id }) => id));
}
