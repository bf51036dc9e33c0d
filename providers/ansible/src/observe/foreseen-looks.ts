/**
 * Looks that began while the stack was prepared, since a look was to follow: one start of the tool serves both. Nobody
 * depends on it: what is not taken soon is forgotten, and whoever finds none looks anew.
 */
import type { Prepared, Target } from '@trueup/provider-sdk';

import { digestBundle } from '../prepare/bundle.ts';
import type { RunReport } from './run-report.ts';

export interface ForeseenLook {
  readonly report: Promise<RunReport>;
  /** Stops it, with all that it started. */
  stop(): void;
}

interface Kept extends ForeseenLook {
  endedAt: number | undefined;
}

/** Each of them is a program that runs: as many as a server's runs at once. */
const mostKept = 16;
/** What is older is no look at what there is. */
const freshMs = 30_000;

export class ForeseenLooks {
  readonly #kept = new Map<string, Kept>();
  readonly #now: () => Date;

  constructor(now: () => Date) {
    this.#now = now;
  }

  keep(prepared: Pick<Prepared, 'bundle'>, target: Target, look: ForeseenLook): void {
    const key = keyOf(prepared, target);
    if (key === undefined) {
      look.stop();
      return;
    }
    this.#drop(key);
    const kept: Kept = { ...look, endedAt: undefined };
    const note = (): void => {
      kept.endedAt = this.#now().getTime();
    };
    look.report.then(note, note);
    this.#kept.set(key, kept);
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > mostKept && oldest !== undefined) this.#drop(oldest);
  }

  /** Once, to whoever asks for just that. */
  take(prepared: Pick<Prepared, 'bundle'>, target: Target): ForeseenLook | undefined {
    const key = keyOf(prepared, target);
    const kept = key === undefined ? undefined : this.#kept.get(key);
    if (key === undefined || !kept) return undefined;
    this.#kept.delete(key);
    const { endedAt } = kept;
    const isFresh = endedAt === undefined || this.#now().getTime() - endedAt < freshMs;
    return isFresh ? kept : undefined;
  }

  /** Something was changed since. */
  forget(): void {
    for (const key of [...this.#kept.keys()]) this.#drop(key);
  }

  #drop(key: string): void {
    this.#kept.get(key)?.stop();
    this.#kept.delete(key);
  }
}

function keyOf({ bundle }: Pick<Prepared, 'bundle'>, target: Target): string | undefined {
  return bundle && JSON.stringify([target.name, target.settings, digestBundle(bundle)]);
}
