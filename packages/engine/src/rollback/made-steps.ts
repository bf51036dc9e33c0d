import type { Action, Change, Hazard, ResourceId } from '@trueup/provider-sdk';

import { endedSteps, type JournalEntry, openSteps } from '../run/journal.ts';

/** Something that a run changed, or may have. */
export interface MadeStep {
  readonly id: ResourceId;
  readonly action: Action;
  /** As its plan showed them; none where that is no longer kept. */
  readonly hazards: readonly Hazard[];
}

/** What is done by a run's journal, in order; what is in doubt counts, and what was right already does not. */
export function madeSteps(
  entries: readonly JournalEntry[],
  changes: readonly Pick<Change, 'id' | 'hazards'>[],
): readonly MadeStep[] {
  const done = new Set([...endedSteps(entries), ...openSteps(entries).map(({ id }) => id)]);
  const hazards = new Map(changes.map((one) => [one.id, one.hazards]));
  const begun = entries.flatMap((entry) => (entry.kind === 'begun' ? entry.steps : []));
  const made = new Map<string, MadeStep>();
  for (const { id, action } of begun) {
    if (action === 'none' || !done.has(id)) continue;
    made.set(`${action} ${id}`, { id, action, hazards: hazards.get(id) ?? [] });
  }
  return [...made.values()];
}
