/** How long a browser stays signed in. */
export interface SessionLimits {
  /** Ends one that nobody uses for so long. A page that only waits for news does not use it. */
  readonly idleMs: number;
  /** Ends each, however much it is used. Lowering it ends those that are older at once. */
  readonly longestMs: number;
}

/** A long working day; a stolen cookie or a tab that was left open is of no use on the next one. */
export const defaultSessionLimits: SessionLimits = {
  idleMs: 2 * 3600_000,
  longestMs: 12 * 3600_000,
};
