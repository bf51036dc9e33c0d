export interface Clock {
  readonly now: () => number;
  /** Rejects with the signal's reason when that aborts. */
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
}
