/**
 * A plan compares what `observe` has just seen: the look behind that answer serves the plan that follows, once. No answer
 * depends on it: a plan without it looks by itself, and one whose observations are others does so too.
 */
import type { ObservedResource, Prepared, Target } from '@trueup/provider-sdk';

import { digestBundle } from '../prepare/bundle.ts';
import type { Look } from './look-at-stack.ts';
import { observeLook } from './observe-look.ts';

/** Looks hold what hosts told: few are kept. */
const mostKept = 8;

export class LookMemory {
  readonly #kept = new Map<string, Look>();

  keep(prepared: Prepared | undefined, target: Target, look: Look): void {
    const key = keyOf(prepared, target);
    if (key === undefined) return;
    this.#kept.delete(key);
    this.#kept.set(key, look);
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > mostKept && oldest !== undefined) this.#kept.delete(oldest);
  }

  /** Something was changed since. */
  forget(): void {
    this.#kept.clear();
  }

  take(
    prepared: Prepared,
    target: Target,
    observed: readonly ObservedResource[],
  ): Look | undefined {
    const key = keyOf(prepared, target);
    const look = key === undefined ? undefined : this.#kept.get(key);
    if (key === undefined || !look) return undefined;
    this.#kept.delete(key);
    const versions = new Map(
      observeLook(look, new Date(0)).map(({ id, version }) => [id, version] as const),
    );
    return observed.every(({ id, version }) => versions.get(id) === version) ? look : undefined;
  }
}

function keyOf(prepared: Prepared | undefined, target: Target): string | undefined {
  if (!prepared?.bundle) return undefined;
  return JSON.stringify([target.name, digestBundle(prepared.bundle)]);
}
