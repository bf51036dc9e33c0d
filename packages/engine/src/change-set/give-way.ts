/**
 * Decides what a merge request leaves to those ahead of it: merge requests that were approved before, and
 * change the same resources.
 *
 * Y1. A change that one of them brings as well, and just so, is theirs, and is taken out.
 * Y2. What they change in another way is planned once theirs is applied: until then nobody can say what
 *     it would be. Approvals of the rest stay.
 */
import type { ResourceId } from '@trueup/provider-sdk';

import { type Digest, digestPlan } from '../plan/digest.ts';
import type { PlannedChange, Withheld } from '../plan/plan-record.ts';
import { countActions, standStill } from '../plan/screen-plan.ts';
import type { JudgedScreen } from '../run/run-session.ts';

/** What one merge request would do to a stack. */
export interface AheadRequest {
  readonly number: number;
  readonly changes: ReadonlyMap<ResourceId, Digest>;
}

export function giveWay(screened: JudgedScreen, ahead: readonly AheadRequest[]): JudgedScreen {
  const withheld: Withheld[] = [];
  let taken = false;
  const changes = screened.changes.map((planned): PlannedChange => {
    const { change, digest } = planned;
    const other = ahead.find((one) => one.changes.has(change.id));
    if (digest === undefined || !other) return planned;
    taken = true;
    if (other.changes.get(change.id) !== digest) {
      withheld.push({ change, reason: describeOther(other) });
    }
    return { change: standStill(change) };
  });
  if (!taken) return screened;
  const digests = new Map(
    changes.flatMap(({ change, digest }) => (digest ? [[change.id, digest] as const] : [])),
  );
  return {
    ...screened,
    changes,
    digests,
    digest: digestPlan(new Set(digests.values())),
    totals: countActions(changes.map(({ change }) => change)),
    withheld: [...screened.withheld, ...withheld],
  };
}

/** The same for the same requests with the same changes: who is behind them is planned again else. */
export function keyOfAhead(ahead: readonly AheadRequest[]): string {
  const parts = ahead.map(({ number, changes }) => {
    const digest = digestPlan(new Set(changes.values())).slice('sha256:'.length, 19);
    return `${number}:${digest}`;
  });
  return parts.sort().join(' ');
}

/** For a stack that is applied as a whole. */
export function describeWhole([first]: readonly AheadRequest[]): string {
  const number = first?.number ?? 0;
  return `Merge request ${number}, which is approved, changes the stack as well, and it is applied as a whole: it is planned once that is applied.`;
}

function describeOther({ number }: AheadRequest): string {
  return `Merge request ${number}, which is approved, changes it as well: it is planned once that is applied.`;
}
