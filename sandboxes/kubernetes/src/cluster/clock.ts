/** Time, passed in so that tests can hold it. */
export interface Clock {
  now(): Date;
  /** Calls back once after `delayMs`, unless what it returned was called before. */
  schedule(delayMs: number, call: () => void): () => void;
}

export const systemClock: Clock = {
  now: () => new Date(),
  schedule: (delayMs, call) => {
    const timer = setTimeout(call, delayMs);
    return () => clearTimeout(timer);
  },
};

/** As the server writes times: whole seconds, UTC. */
export function formatTime(time: Date): string {
  return `${time.toISOString().slice(0, 19)}Z`;
}
