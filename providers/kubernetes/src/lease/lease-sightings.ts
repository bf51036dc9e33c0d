import type { LeaseClock } from './lease-clock.ts';

interface Sighting {
  readonly version: string;
  readonly since: number;
}

/** More than one process ever waits for; leases that nobody asks for again fall out. */
const mostSightings = 1000;

/** Since when the leases of others have stood still, by our own clock. */
export class LeaseSightings {
  readonly #clock: Pick<LeaseClock, 'now'>;
  readonly #seen = new Map<string, Sighting>();

  constructor(clock: Pick<LeaseClock, 'now'>) {
    this.#clock = clock;
  }

  /** Notes what was seen. True when it was seen unchanged for as long as it is good for. */
  hasEnded(
    key: string,
    { version, goodForMs }: { readonly version: string; readonly goodForMs: number },
  ): boolean {
    const known = this.#seen.get(key);
    if (known?.version === version) return this.#clock.now() - known.since >= goodForMs;
    this.#seen.delete(key);
    this.#seen.set(key, { version, since: this.#clock.now() });
    const [oldest] = this.#seen.keys();
    if (this.#seen.size > mostSightings && oldest !== undefined) this.#seen.delete(oldest);
    return false;
  }

  forget(key: string): void {
    this.#seen.delete(key);
  }
}
