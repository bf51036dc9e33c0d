/** All events of the demo so far, and those to come. */
import type { LiveEvent } from '@trueup/control-plane';

export type EventTest = (event: LiveEvent) => boolean;

export class EventLog {
  readonly #events: LiveEvent[] = [];
  readonly #waiters = new Set<() => void>();
  #ended = false;

  /** Reads until the stream ends. `onEvent` sees each once, in order. */
  async read(events: AsyncIterable<LiveEvent>, onEvent: (event: LiveEvent) => void): Promise<void> {
    try {
      for await (const event of events) {
        this.#events.push(event);
        onEvent(event);
        this.#wake();
      }
    } finally {
      this.#ended = true;
      this.#wake();
    }
  }

  /** The newest event's place: what comes later is newer. */
  get last(): number {
    return this.#events.at(-1)?.sequence ?? 0;
  }

  /** The first event after a place that passes, also one that came already. */
  async first(after: number, test: EventTest, signal: AbortSignal): Promise<LiveEvent> {
    for (;;) {
      const found = this.#events.find((event) => event.sequence > after && test(event));
      if (found) return found;
      if (this.#ended) throw new Error('the events have ended');
      await this.#next(signal);
    }
  }

  #next(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    return new Promise((resolve, reject) => {
      const wake = (): void => {
        this.#waiters.delete(wake);
        signal.removeEventListener('abort', abort);
        resolve();
      };
      const abort = (): void => {
        this.#waiters.delete(wake);
        reject(signal.reason);
      };
      this.#waiters.add(wake);
      signal.addEventListener('abort', abort, { once: true });
    });
  }

  #wake(): void {
    for (const wake of [...this.#waiters]) wake();
  }
}
