/**
 * Lets readers follow events live. Events are read from the store, so a reader that was away goes on
 * where it stopped; a write only tells that there is something new.
 */
import type { LiveEvent, Store } from '@trueup/engine';

const pageSize = 200;

export class EventFeed {
  readonly #wakers = new Set<() => void>();
  #closed = false;

  /** Events were written. */
  notify(): void {
    for (const wake of this.#wakers) wake();
  }

  /** Ends all that follow, once they have read what they are at. */
  close(): void {
    this.#closed = true;
    this.notify();
  }

  /** Ends when the signal aborts. A slow reader is never behind by more than a page in memory. */
  async *follow(store: Store, after: number, signal: AbortSignal): AsyncGenerator<LiveEvent> {
    let seen = after;
    while (!(signal.aborted || this.#closed)) {
      // Before the page is read: what is written meanwhile is news.
      const news = this.#nextNews(signal);
      try {
        const page = await store.events({ after: String(seen), limit: pageSize });
        for (const event of page.items) {
          yield event;
          seen = event.sequence;
        }
        if (page.items.length < pageSize && !signal.aborted) await news.promise;
      } finally {
        news.drop();
      }
    }
  }

  #nextNews(signal: AbortSignal): { readonly promise: Promise<void>; readonly drop: () => void } {
    const { promise, resolve } = Promise.withResolvers<void>();
    const wake = (): void => resolve();
    this.#wakers.add(wake);
    signal.addEventListener('abort', wake, { once: true });
    const drop = (): void => {
      this.#wakers.delete(wake);
      signal.removeEventListener('abort', wake);
      resolve();
    };
    return { promise, drop };
  }
}
