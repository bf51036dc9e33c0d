import type { Verb } from './request-info.ts';

/** Something that goes wrong with requests. */
export interface Fault {
  /** All that is given must hold; nothing given means every request. */
  readonly match?: FaultMatch;
  /** How many requests it meets before it is over. It lasts until it is removed by default. */
  readonly times?: number;
  /** How many matching requests go well before it begins. */
  readonly after?: number;
  readonly effect: FaultEffect;
}

export interface FaultMatch {
  readonly verb?: Verb | readonly Verb[];
  /** As `deployments.apps`, `pods`. */
  readonly resource?: string;
  readonly subresource?: string;
  readonly namespace?: string;
  readonly name?: string;
  readonly dryRun?: boolean;
}

export type FaultEffect = Latency | Refusal | Drop | Webhook;

/** The request waits, then goes on. */
export interface Latency {
  readonly kind: 'latency';
  readonly delayMs: number;
}

/** The request is refused without having any effect. */
export interface Refusal {
  readonly kind: 'status';
  readonly code: 401 | 403 | 404 | 409 | 410 | 429 | 500 | 503 | 504;
  /** Goes along with 429 and 503. */
  readonly retryAfterSeconds?: number;
  readonly message?: string;
}

/** The connection breaks: before the request has any effect, or after all of it. */
export interface Drop {
  readonly kind: 'drop';
  readonly when: 'before' | 'after';
}

/** An admission webhook, which sees writes only. */
export interface Webhook {
  readonly kind: 'webhook';
  /** As `policy.example.com`. */
  readonly name: string;
  /** How long it takes to answer. */
  readonly delayMs?: number;
  /**
   * It admits the write (the default), denies it, cannot be reached, or has side effects, so that
   * the server refuses dry runs on its behalf.
   */
  readonly outcome?: 'admit' | 'deny' | 'unreachable' | 'refuse-dry-run';
  /** Why it denies. */
  readonly message?: string;
}
