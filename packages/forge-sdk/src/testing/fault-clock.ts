import { setTimeout as delay, setImmediate as turn } from 'node:timers/promises';

import type { RestClock } from '../rest/rest-request.ts';

/** Waits that are long enough for this end only when they are aborted, so that a test can see that. */
const endlessMs = 15_000;

/** Time as tests want it: nobody waits, and everybody sees how long they would have. */
export class FaultClock implements RestClock {
  readonly waits: number[] = [];
  readonly #realMs: number;

  /** Waits shorter than `realMs` are real: for a real forge, which needs its time. */
  constructor(realMs = 0) {
    this.#realMs = realMs;
  }

  readonly now = (): number => Date.now();

  readonly wait = async (ms: number, signal: AbortSignal): Promise<void> => {
    signal.throwIfAborted();
    this.waits.push(ms);
    if (ms >= endlessMs) await untilAborted(signal);
    if (ms < this.#realMs) await delay(ms, undefined, { signal });
    await turn();
    signal.throwIfAborted();
  };
}

export function untilAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    if (signal.aborted) reject(signal.reason);
    else signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}
