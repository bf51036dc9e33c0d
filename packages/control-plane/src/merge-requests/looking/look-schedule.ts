/**
 * Decides when merge requests of a repository are looked at: at once when something hints at it, and
 * else at an interval.
 *
 * K1. One look at a repository's merge requests at a time; hints that come meanwhile lead to one more.
 */
export interface LookSchedulePorts {
  /** Never rejects. */
  readonly look: (name: string, signal: AbortSignal) => Promise<void>;
  readonly random: () => number;
  /** Between two looks that nothing hinted at; a tenth more or less. */
  readonly intervalMs: number;
}

interface Looks {
  /** Ends the look that is under way. */
  readonly abort: AbortController;
  timer: NodeJS.Timeout | undefined;
  look: Promise<void> | undefined;
  again: boolean;
}

export class LookSchedule {
  readonly #ports: LookSchedulePorts;
  readonly #byName = new Map<string, Looks>();
  readonly #stopping = new AbortController();

  constructor(ports: LookSchedulePorts) {
    this.#ports = ports;
  }

  /** Looks now, or once more after the look that is under way; from then on at the interval. */
  hint(name: string): void {
    if (this.#stopping.signal.aborted) return;
    const looks = this.#byName.get(name) ?? begin();
    this.#byName.set(name, looks);
    clearTimeout(looks.timer);
    if (looks.look !== undefined) {
      looks.again = true;
      return;
    }
    looks.again = false;
    const signal = AbortSignal.any([looks.abort.signal, this.#stopping.signal]);
    looks.look = this.#ports.look(name, signal).finally(() => {
      looks.look = undefined;
      this.#schedule(name, looks);
    });
  }

  /** Looks no more, and waits for the look that is under way. */
  async forget(name: string, reason: Error): Promise<void> {
    const looks = this.#byName.get(name);
    this.#byName.delete(name);
    clearTimeout(looks?.timer);
    looks?.abort.abort(reason);
    await looks?.look;
  }

  async stop(reason: Error): Promise<void> {
    this.#stopping.abort(reason);
    const all = [...this.#byName.values()];
    for (const { timer } of all) clearTimeout(timer);
    await Promise.all(all.map(({ look }) => look));
  }

  #schedule(name: string, looks: Looks): void {
    if (this.#stopping.signal.aborted || this.#byName.get(name) !== looks) return;
    const calm = this.#ports.intervalMs * (0.9 + this.#ports.random() * 0.2);
    looks.timer = setTimeout(() => this.hint(name), looks.again ? 0 : calm);
    looks.timer.unref();
  }
}

function begin(): Looks {
  return { abort: new AbortController(), timer: undefined, look: undefined, again: false };
}
