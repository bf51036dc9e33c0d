import type { Calls } from '../routes/calls.ts';
import type { Call, Route } from '../routes/route.ts';
import { type RouteName, routeNames, routes } from '../routes/routes.ts';
import { parseWire } from '../wire/json-text.ts';
import { UnreachableError } from './api-error.ts';
import { type CallInput, composeRequest, type Place } from './compose-request.ts';
import {
  type ConnectionListener,
  followStream,
  type StreamPace,
  usualPace,
} from './follow-stream.ts';
import { isJson, originOf, readProblem } from './read-problem.ts';

export interface ApiClientOptions extends Place {
  /** The platform's own if absent. */
  readonly fetch?: typeof fetch;
  /** Of a call that is no stream: 90 s if absent, longer than the server takes for any. */
  readonly timeoutMs?: number;
  readonly pace?: StreamPace;
}

/**
 * One function for each route, under the route's name.
 *
 * Calls reject with `ApiError` for what the server refuses, `UnreachableError` where no answer of
 * Trueup came, and the signal's reason when it aborts. Nothing is tried again: whether that is safe
 * is the caller's to know. Streams end when the signal aborts; `events` connects again by itself, and
 * goes on behind the last event that it gave.
 */
export type ApiClient = { readonly [N in RouteName]: Caller<Calls[N]> };

/** Input is left out where all of it is optional. */
export type Caller<C extends Call> =
  Record<never, never> extends InputOf<C>
    ? (input?: InputOf<C> & Abortable) => Answer<C>
    : (input: InputOf<C> & Abortable) => Answer<C>;

export interface Abortable {
  readonly signal?: AbortSignal;
  /** Of streams that connect again alone. */
  readonly onConnection?: ConnectionListener;
}

export type InputOf<C extends Call> = Readonly<Pick<C, keyof C & ('params' | 'body')>> & QueryOf<C>;

type QueryOf<C> = C extends { query: infer Q }
  ? Record<never, never> extends Q
    ? { readonly query?: Q }
    : { readonly query: Q }
  : unknown;

export type Answer<C extends Call> = C extends { stream: infer S }
  ? AsyncGenerator<S, void>
  : Promise<C extends { response: infer R } ? R : void>;

/** Connects to nothing yet. */
export function createApiClient(options: ApiClientOptions): ApiClient {
  const callers = routeNames.map((name) => [name, createCaller(routes[name], options)] as const);
  // biome-ignore lint/nursery/noUnsafeTypeAssertion: the server answers as the table says.
  return Object.fromEntries(callers) as unknown as ApiClient;
}

function createCaller(route: Route, options: ApiClientOptions) {
  if (route.stream) return (input: StreamInput = {}) => openStream(route, input, options);
  return (input: CallInput = {}) => send(route, input, options);
}

interface StreamInput extends CallInput {
  readonly onConnection?: ConnectionListener;
}

function openStream(route: Route, input: StreamInput, options: ApiClientOptions) {
  return followStream(composeRequest(route, input, options), {
    fetch: options.fetch ?? fetch,
    signal: input.signal ?? new AbortController().signal,
    resumable: route.resumable ?? false,
    pace: options.pace ?? usualPace,
    ...(input.onConnection && { onConnection: input.onConnection }),
  });
}

async function send(route: Route, input: CallInput, options: ApiClientOptions): Promise<unknown> {
  const { fetch: call = fetch, timeoutMs = 90_000 } = options;
  const { url, init } = composeRequest(route, input, options);
  const timeout = AbortSignal.timeout(timeoutMs);
  const signal = input.signal ? AbortSignal.any([input.signal, timeout]) : timeout;
  try {
    const response = await call(url, { ...init, signal });
    if (!response.ok) throw await readProblem(response);
    if (!route.response) {
      await response.body?.cancel();
      return undefined;
    }
    if (!isJson(response)) throw new UnreachableError(`${originOf(url)}: answered no JSON`);
    return parseWire(await response.text());
  } catch (error) {
    input.signal?.throwIfAborted();
    if (error instanceof TypeError || error === timeout.reason) {
      throw unreachable(url, timeout.aborted);
    }
    throw error;
  }
}

/** What `fetch` says of its reasons differs from platform to platform. */
function unreachable(url: string, late: boolean): UnreachableError {
  const why = late ? 'did not answer in time' : 'cannot be reached';
  return new UnreachableError(`${originOf(url)}: ${why}`);
}
