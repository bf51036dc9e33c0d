import { setTimeout as delay } from 'node:timers/promises';

/** The time by which leases are kept and judged, passed in so that tests decide it. */
export interface LeaseClock {
  /** Milliseconds, from anywhere, never going back. */
  now(): number;
  /** Returns early when the signal aborts. It keeps no process alive. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

export const machineClock: LeaseClock = {
  now: () => performance.now(),
  sleep: (ms, signal) => delay(ms, undefined, { signal, ref: false }).catch(() => undefined),
};
