import type { Failure } from '@trueup/diagnostics';

import type { Change } from './change.ts';
import type { ResourceId } from './resource.ts';

/**
 * What became of one change while it was applied. `done`, `failed` and `in-doubt` are ends.
 *
 * - `progress`: a sign of life, any number of times; `message` is one sentence for people.
 * - `done`: the target accepted the change. Whether it also works is the question of `assess`. Where
 *   the target asks for the same again at once (it is not idempotent), `repeats` is what stands for it
 *   from now on: an `execute` with an id of its own, which the engine takes down as having run.
 * - `moved`: the resource is not in the version that the change was planned from, and was left as it
 *   is. The engine looks again, and decides anew whether this is still what was approved (P2).
 * - `failed`: the target is as it was before.
 * - `in-doubt`: the change may have happened, wholly or in part. The engine looks before it goes on.
 * - `unplanned`: something happened that the plan did not name; raises an alarm, ends nothing.
 */
export type Outcome =
  | { readonly kind: 'progress'; readonly id: ResourceId; readonly message: string }
  | { readonly kind: 'done'; readonly id: ResourceId; readonly repeats?: Change }
  | { readonly kind: 'moved'; readonly id: ResourceId }
  | { readonly kind: 'failed'; readonly id: ResourceId; readonly failure: Failure }
  | { readonly kind: 'in-doubt'; readonly id: ResourceId; readonly failure: Failure }
  | { readonly kind: 'unplanned'; readonly id: ResourceId; readonly message: string };

/** How a change ended. Every change of an `apply` has exactly one end. */
export type End = Exclude<Outcome, { readonly kind: 'progress' | 'unplanned' }>;

export function isEnd(outcome: Outcome): outcome is End {
  return outcome.kind !== 'progress' && outcome.kind !== 'unplanned';
}
