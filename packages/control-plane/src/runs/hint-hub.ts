/**
 * Brings "look again" to whoever waits for it: runs that settle, and the look-out for drift.
 *
 * H1. A hint that comes while nobody waits is kept until somebody asks: it is never lost.
 * H2. Waiters are let go by a hint, a wake-up, the time-out, or an abort, and leave no timer behind.
 */
export class HintHub {
  readonly #pending = new Set<string>();
  readonly #waiters = new Map<string, () => void>();

  /** Something under this topic may have changed. */
  hint(topic: string): void {
    const waiter = this.#waiters.get(topic);
    if (waiter) waiter();
    else this.#pending.add(topic);
  }

  /** Returns at the next hint, or at once when there was one since the last call. */
  async wait(topic: string, timeoutMs: number, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    if (this.#pending.delete(topic)) return;
    await new Promise<void>((resolve) => {
      const finish = (): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', finish);
        this.#waiters.delete(topic);
        resolve();
      };
      const timer = setTimeout(finish, timeoutMs);
      this.#waiters.set(topic, finish);
      signal.addEventListener('abort', finish, { once: true });
    });
    signal.throwIfAborted();
  }
}
