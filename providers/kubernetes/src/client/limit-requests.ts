/**
 * Bounds how many requests are on their way.
 *
 * A server with priority and fairness queues by itself and says 429 when it has enough: there the
 * bound only halves on that, and grows again one by one. A server without gets a rate besides, since
 * nothing else protects it from us.
 */
import { setTimeout as delay } from 'node:timers/promises';

import { onAbort } from './on-abort.ts';

export interface RequestLimit {
  /** Waits for a place. Whoever got one calls `leave` once. */
  enter(signal: AbortSignal): Promise<void>;
  leave(outcome: 'answered' | 'too-many' | 'failed'): void;
  /** The server protects itself (or does not), as far as its answers tell. */
  announce(hasPriorityAndFairness: boolean): void;
}

export interface LimitOptions {
  readonly concurrency: number;
  /** For servers without priority and fairness. */
  readonly perSecond: number;
  readonly burst: number;
  /** Milliseconds, from anywhere, never going back. */
  readonly now: () => number;
}

export function createRequestLimit(options: LimitOptions): RequestLimit {
  const { concurrency, perSecond, burst, now } = options;
  const waiting: (() => void)[] = [];
  let allowed = concurrency;
  let busy = 0;
  let throttled = false;
  let tokens = burst;
  let countedAt = now();

  function admit(): void {
    while (busy < Math.floor(allowed) && waiting.length > 0) {
      busy += 1;
      waiting.shift()?.();
    }
  }

  /** How long to wait for a token; takes it at once, so that those who wait stand in a row. */
  function takeToken(): number {
    if (!throttled) return 0;
    tokens = Math.min(burst, tokens + ((now() - countedAt) * perSecond) / 1000) - 1;
    countedAt = now();
    return tokens >= 0 ? 0 : (-tokens * 1000) / perSecond;
  }

  async function stand(signal: AbortSignal): Promise<void> {
    if (busy < Math.floor(allowed) && waiting.length === 0) {
      busy += 1;
      return;
    }
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    waiting.push(resolve);
    const forget = onAbort(signal, () => {
      const index = waiting.indexOf(resolve);
      if (index >= 0) waiting.splice(index, 1);
      reject(signal.reason);
    });
    await promise.finally(forget);
  }

  return {
    async enter(signal) {
      signal.throwIfAborted();
      const waitMs = takeToken();
      if (waitMs > 0) await delay(waitMs, undefined, { signal });
      await stand(signal);
    },
    leave(outcome) {
      busy -= 1;
      if (outcome === 'too-many') allowed = Math.max(1, allowed / 2);
      if (outcome === 'answered') allowed = Math.min(concurrency, allowed + 1 / allowed);
      admit();
    },
    announce(hasPriorityAndFairness) {
      throttled = !hasPriorityAndFairness;
    },
  };
}
