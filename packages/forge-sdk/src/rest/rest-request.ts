export interface RestRequest {
  readonly url: string;
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** A redirection is an answer as any other one. It is followed if absent. */
  readonly redirections?: 'return';
}

export interface RestAnswer {
  /** Any status is an answer. */
  readonly status: number;
  /** By lower-case name. */
  readonly headers: ReadonlyMap<string, string>;
  readonly body: Uint8Array;
}

/**
 * Port to the outside: what `Outbound.request` does. It bounds time and size, judges addresses, and
 * rejects with the signal's reason or one of the two families.
 */
export type SendRest = (request: RestRequest, signal: AbortSignal) => Promise<RestAnswer>;

export interface RestClock {
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Rejects with the signal's reason when it aborts. */
  readonly wait: (ms: number, signal: AbortSignal) => Promise<void>;
}
