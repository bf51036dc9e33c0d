/**
 * Decides whose turn it is when there is more work than may be done at once: fair among targets, so that
 * one that does not answer holds up nobody but its own stacks.
 *
 * L1. So many at a time in all, the oldest first within a target; the target with the least under way
 *     comes first.
 * L2. Where there are several targets, none gets the last quarter of the places: whoever comes with
 *     work for another one finds a place at once.
 * L3. A target that failed several times in a row gets one place, until it answers again.
 */

/** The right to work, until it is left. */
export interface Place {
  /** `reached`: whether the target answered. Repeating it changes nothing. */
  leave(reached: boolean): void;
}

interface Waiting {
  readonly begin: (place: Place) => void;
}

interface Lane {
  readonly target: string;
  readonly waiting: Set<Waiting>;
  working: number;
  /** Ends in a row in which the target did not answer. */
  failures: number;
}

/** One failure is nothing: a single stack may be at fault. */
const doubtfulAfter = 3;

export class TargetLanes {
  readonly #places: number;
  readonly #countTargets: () => number;
  readonly #lanes = new Map<string, Lane>();
  #working = 0;

  /** Targets that it keeps something of. */
  get size(): number {
    return this.#lanes.size;
  }

  /** `countTargets`: how many there are, also those that nobody has worked on yet. */
  constructor(places: number, countTargets: () => number) {
    this.#places = places;
    this.#countTargets = countTargets;
  }

  /** Resolves when there is a place for work on this target; rejects with the signal's reason. */
  async enter(target: string, signal: AbortSignal): Promise<Place> {
    signal.throwIfAborted();
    const lane = this.#laneOf(target);
    const { promise, resolve, reject } = Promise.withResolvers<Place>();
    const waiting: Waiting = { begin: resolve };
    lane.waiting.add(waiting);
    const giveUp = (): void => {
      if (!lane.waiting.delete(waiting)) return;
      this.#release(lane);
      reject(signal.reason);
    };
    signal.addEventListener('abort', giveUp, { once: true });
    this.#begin();
    try {
      return await promise;
    } finally {
      signal.removeEventListener('abort', giveUp);
    }
  }

  #laneOf(target: string): Lane {
    const known = this.#lanes.get(target);
    if (known) return known;
    const lane = { target, waiting: new Set<Waiting>(), working: 0, failures: 0 };
    this.#lanes.set(target, lane);
    return lane;
  }

  #begin(): void {
    while (this.#working < this.#places) {
      const lane = this.#next();
      const [waiting] = lane?.waiting ?? [];
      if (!lane || !waiting) return;
      lane.waiting.delete(waiting);
      lane.working += 1;
      this.#working += 1;
      waiting.begin(this.#placeIn(lane));
    }
  }

  /** L1 */
  #next(): Lane | undefined {
    let next: Lane | undefined;
    for (const lane of this.#lanes.values()) {
      const mayBegin = lane.waiting.size > 0 && lane.working < this.#limitOf(lane);
      if (mayBegin && lane.working < (next?.working ?? Number.POSITIVE_INFINITY)) next = lane;
    }
    return next;
  }

  /** L2, L3 */
  #limitOf({ failures }: Lane): number {
    if (failures >= doubtfulAfter) return 1;
    const others = Math.max(this.#countTargets(), this.#lanes.size) > 1;
    const spare = others ? Math.max(1, Math.floor(this.#places / 4)) : 0;
    return Math.max(1, this.#places - spare);
  }

  /** Nobody needs to know of a target without work, unless it fails, and is still one of those there are. */
  #release(lane: Lane): void {
    const { target, waiting, working, failures } = lane;
    if (waiting.size > 0 || working > 0 || this.#lanes.get(target) !== lane) return;
    if (failures === 0 || this.#lanes.size > this.#countTargets()) this.#lanes.delete(target);
  }

  #placeIn(lane: Lane): Place {
    let left = false;
    return {
      leave: (reached) => {
        if (left) return;
        left = true;
        lane.working -= 1;
        this.#working -= 1;
        lane.failures = reached ? 0 : lane.failures + 1;
        this.#release(lane);
        this.#begin();
      },
    };
  }
}
