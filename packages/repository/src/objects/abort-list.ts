/**
 * Rejects many waits when a signal aborts, by one listener for each signal: thousands of listeners
 * on one signal would be compared with each other, one by one, whenever another one is added.
 */
export class AbortList {
  readonly #waits = new WeakMap<AbortSignal, Set<(reason: unknown) => void>>();

  /**
   * Settles as the promise does, or rejects with the signal's reason when that aborts first. The
   * promise goes on for others.
   */
  async race<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
    signal.throwIfAborted();
    const waits = this.#waitsOf(signal);
    const { promise: raced, resolve, reject } = Promise.withResolvers<T>();
    waits.add(reject);
    promise.then(resolve, reject);
    try {
      return await raced;
    } finally {
      waits.delete(reject);
    }
  }

  #waitsOf(signal: AbortSignal): Set<(reason: unknown) => void> {
    const known = this.#waits.get(signal);
    if (known) return known;
    const waits = new Set<(reason: unknown) => void>();
    this.#waits.set(signal, waits);
    const abort = () => {
      for (const reject of waits) reject(signal.reason);
    };
    signal.addEventListener('abort', abort, { once: true });
    return waits;
  }
}
