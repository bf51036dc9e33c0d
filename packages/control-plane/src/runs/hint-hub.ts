/**
 * Brings "look again" to whoever waits for it: runs that settle, and the look-out for drift.
 *
 * H1. A hint that comes while nobody waits is kept until somebody asks: it is never lost.
 * H2. Waiters are let go by a hint, a wake-up, the time-out, or an abort, and leave no timer behind.
 * H3. All who wait for a topic are let go by one hint.
 */
export class HintHub {
  readonly #pending = new Set<string>();
  readonly #waiters = new Map<string, Set<() => void>>();

  /** Something under this topic may have changed. */
  hint(topic: string): void {
    const waiters = this.#waiters.get(topic);
    if (!waiters) this.#pending.add(topic);
    // Each takes itself out.
    for (const finish of [...(waiters ?? [])]) finish();
  }

  /** Returns at the next hint, or at once when there was one since the last call. */
  async wait(topic: string, timeoutMs: number, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    if (this.#pending.delete(topic)) return;
    await new Promise<void>((resolve) => {
      const finish = (): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', finish);
        this.#leave(topic, finish);
        resolve();
      };
      const timer = setTimeout(finish, timeoutMs);
      this.#waiters.set(topic, (this.#waiters.get(topic) ?? new Set()).add(finish));
      signal.addEventListener('abort', finish, { once: true });
    });
    signal.throwIfAborted();
  }

  #leave(topic: string, finish: () => void): void {
    const waiters = this.#waiters.get(topic);
    waiters?.delete(finish);
    if (waiters?.size === 0) this.#waiters.delete(topic);
  }
}
