import type { AnySchema, Schema } from '../schema/schema.ts';

/** What goes in and comes out of one route. Absent where there is nothing. */
export interface Call {
  /** Parts of the path. */
  readonly params?: object;
  readonly query?: object;
  readonly body?: object;
  /** The body of the answer; without it the answer is empty. */
  readonly response?: unknown;
  /** The items that are sent as server-sent events, for as long as both sides want. */
  readonly stream?: unknown;
}

export interface RouteWords {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Below `/api/v1`; `{name}` stands for a member of `params`. */
  readonly path: string;
  /** One line, as in a list of contents. */
  readonly summary: string;
  /** What it is about. */
  readonly tag: Tag;
  /** Of a request's body. 64 KiB if absent. */
  readonly bodyBytes?: number;
  /** Answers 201 (something was made) or 202 (it happens soon) in the place of 200 or 204. */
  readonly status?: 201 | 202;
  /** Needs no token. */
  readonly open?: true;
  /** Of a stream whose items have a `sequence` to go on after (`Last-Event-ID`). */
  readonly resumable?: true;
}

export type Tag =
  | 'repositories'
  | 'merge-requests'
  | 'stacks'
  | 'change sets'
  | 'runs'
  | 'rollouts'
  | 'drift'
  | 'events'
  | 'members'
  | 'secrets'
  | 'audit'
  | 'alerts';

/** A route whose parts have exactly these types. */
export type RouteFor<C extends Call> = RouteWords & {
  readonly [P in keyof C & keyof Call]: Schema<NonNullable<C[P]>>;
};

/** A route for those who look at all of them alike. */
export interface Route extends RouteWords {
  readonly params?: AnySchema;
  readonly query?: AnySchema;
  readonly body?: AnySchema;
  readonly response?: AnySchema;
  readonly stream?: AnySchema;
}

/** Every route answers below it. */
export const apiPrefix = '/api/v1';

/** What a route answers with when all is well. */
export function statusOf({ status, response, stream }: Route): number {
  return status ?? (response || stream ? 200 : 204);
}
