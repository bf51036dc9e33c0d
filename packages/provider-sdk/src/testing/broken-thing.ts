/** A things provider that breaks one promise, and the ways to bend a sound one into it. */
import type { Change, Plan } from '../change.ts';
import type { Outcome } from '../outcome.ts';
import type { Prepared, Provider } from '../provider.ts';
import type { ObservedResource } from '../resource.ts';
import type { ThingFixture } from './thing-fixture.ts';

export interface BrokenThing {
  /** The check that notices. */
  readonly check: string;
  readonly fault: string;
  readonly breaks: (sound: Provider, fixture: ThingFixture) => Partial<Provider>;
}

/** A signal that nobody aborts. */
export const never: AbortSignal = new AbortController().signal;

export type Breaks = BrokenThing['breaks'];

export function onPlan(bend: (plan: Plan) => Plan): (sound: Provider) => Partial<Provider> {
  return ({ plan }) => ({ plan: async (...args) => bend(await plan(...args)) });
}

export function onChange(bend: (change: Change) => Change): Breaks {
  return onPlan((plan) => ({ ...plan, changes: plan.changes.map(bend) }));
}

export function onPrepared(bend: (prepared: Prepared) => Prepared): Breaks {
  return ({ prepare }) => ({ prepare: async (...args) => bend(await prepare(...args)) });
}

export function onObserved(
  bend: (observed: readonly ObservedResource[]) => readonly ObservedResource[],
): Breaks {
  return ({ observe }) => ({ observe: async (...args) => bend(await observe(...args)) });
}

export function onOutcomes(bend: (outcomes: readonly Outcome[]) => readonly Outcome[]): Breaks {
  return ({ apply }) => ({
    async *apply(...args) {
      yield* bend(await Array.fromAsync(apply(...args)));
    },
  });
}

let count = 0;

/** Another number each time. */
export function countUp(): number {
  count += 1;
  return count;
}
