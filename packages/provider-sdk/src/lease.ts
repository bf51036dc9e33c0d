import type { Stack } from './target.ts';

export interface LeaseRequest {
  /** Its full name is what the lease is for: installations mark the same stack differently. */
  readonly stack: Stack;
  /**
   * Who asks, in words that people understand. Unique among all who might work at the same time; the
   * same one after a restart gets back what it held.
   */
  readonly holder: string;
}

/**
 * - `acquired`: whoever asked may change the stack, until the lease is released or lost.
 * - `held`: somebody else may; ask again later. Nothing was taken.
 * - `unavailable`: the target keeps no leases for us. `message` says why, in one sentence.
 */
export type LeaseAnswer =
  | { readonly kind: 'acquired'; readonly lease: TargetLease }
  | {
      readonly kind: 'held';
      readonly by: string;
      /** RFC 3339, by the clock of whoever holds it. */
      readonly since: string;
    }
  | { readonly kind: 'unavailable'; readonly message: string };

/** A lease that is held, and kept by itself. What is not released ends some time after its holder. */
export interface TargetLease {
  /**
   * Aborts, with a TransientError as the reason, when it may be lost: early enough to stop writing
   * before anybody else begins.
   */
  readonly lost: AbortSignal;
  /** Gives it up. Never rejects, and repeating it is harmless. */
  release(): Promise<void>;
}
