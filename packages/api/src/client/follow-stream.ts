/**
 * Reads a stream of server-sent events by `fetch`, since `EventSource` sends no token.
 *
 * C1. Each item is given once: after a lost connection the stream goes on behind the last one.
 * C2. A connection that says nothing for a while (the server sends a sign of life) is given up.
 * C3. Attempts are spaced out, longer each time, at random; an item resets that.
 * C4. What waiting cannot mend (the token, the name, the request) is thrown at once.
 */
import { parseWire } from '../wire/json-text.ts';
import { ApiError, UnreachableError } from './api-error.ts';
import type { ComposedRequest } from './compose-request.ts';
import { EventParser, type SentEvent } from './parse-events.ts';
import { mediaType, originOf, readProblem, toProblem } from './read-problem.ts';

export interface StreamOptions {
  readonly fetch: typeof fetch;
  readonly signal: AbortSignal;
  /** Whether a lost connection is made again; else it is an error. */
  readonly resumable: boolean;
  readonly pace: StreamPace;
  readonly onConnection?: ConnectionListener;
}

/**
 * Is told of each connection that the server took, and of each that was lost and is made again. Who
 * shows what the items are about is behind between the two.
 */
export type ConnectionListener = (state: 'open' | 'lost') => void;

export interface StreamPace {
  /** Before the second attempt; doubled for each further one. */
  readonly firstDelayMs: number;
  readonly longestDelayMs: number;
  /** Without any sign of life. Longer than two of the server's signs. */
  readonly silenceMs: number;
}

export const usualPace: StreamPace = {
  firstDelayMs: 500,
  longestDelayMs: 30_000,
  silenceMs: 45_000,
};

/** Ends when the signal aborts, and where the server says that there is no more. */
export async function* followStream(
  request: ComposedRequest,
  options: StreamOptions,
): AsyncGenerator<unknown, void> {
  const { signal, pace } = options;
  const state: StreamState = { lastId: '', failures: 0, ended: false };
  while (!signal.aborted) {
    try {
      yield* readItems(request, state, options);
      if (state.ended) return;
      throw lost(request);
    } catch (error) {
      if (signal.aborted) return;
      if (!(options.resumable && isPassing(error))) throw error;
      options.onConnection?.('lost');
    }
    await wait(delayOf(state.failures, pace), signal);
    state.failures += 1;
  }
}

interface StreamState {
  lastId: string;
  /** Since the last item. */
  failures: number;
  ended: boolean;
}

async function* readItems(
  request: ComposedRequest,
  state: StreamState,
  options: StreamOptions,
): AsyncGenerator<unknown, void> {
  for await (const event of readOnce(request, state.lastId, options)) {
    // Several come in one piece.
    if (options.signal.aborted) return;
    if (event.type === 'problem') throw problemOf(event, request);
    if (event.type === 'end') {
      state.ended = true;
      return;
    }
    state.failures = 0;
    // Before it is given: whoever has it need not get it again.
    state.lastId = event.id;
    yield parseWire(event.data);
  }
}

async function* readOnce(
  { url, init }: ComposedRequest,
  lastId: string,
  { fetch: send, signal, pace, onConnection }: StreamOptions,
): AsyncGenerator<SentEvent> {
  using silence = watchSilence(pace.silenceMs);
  const headers = { ...init.headers, ...(lastId !== '' && { 'last-event-id': lastId }) };
  const either = AbortSignal.any([signal, silence.signal]);
  const response = await send(url, { ...init, headers, signal: either, cache: 'no-store' }).catch(
    () => {
      throw lost({ url });
    },
  );
  if (!response.ok) throw await readProblem(response);
  if (mediaType(response.headers) !== 'text/event-stream' || !response.body) {
    await response.body?.cancel();
    throw new UnreachableError(`${originOf(url)}: answered, but not as Trueup`);
  }
  onConnection?.('open');
  const parser = new EventParser();
  for await (const text of readTexts(response.body, silence)) yield* parser.push(text);
}

/** By a reader, since not every browser iterates over streams. */
async function* readTexts(
  body: ReadableStream<Uint8Array>,
  silence: Silence,
): AsyncGenerator<string> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  try {
    for (;;) {
      silence.listen();
      const { done, value } = await reader.read();
      // Whoever takes its time with an item is not the server's silence.
      silence.rest();
      if (done) return;
      yield decoder.decode(value, { stream: true });
    }
  } finally {
    // A stream that has failed rejects here as well, and its error is known already.
    await reader.cancel().catch(() => undefined);
  }
}

interface Silence extends Disposable {
  readonly signal: AbortSignal;
  listen(): void;
  rest(): void;
}

/** Listens from the start on: an answer that does not begin is silence, too. */
function watchSilence(silenceMs: number): Silence {
  const controller = new AbortController();
  const giveUp = (): void => controller.abort(new Error('silent'));
  let timer = setTimeout(giveUp, silenceMs);
  const rest = (): void => clearTimeout(timer);
  return {
    signal: controller.signal,
    listen() {
      rest();
      timer = setTimeout(giveUp, silenceMs);
    },
    rest,
    [Symbol.dispose]: rest,
  };
}

/** The server is away, busy, or cut us off. What is no answer of Trueup's stays none. */
function isPassing(error: unknown): boolean {
  if (error instanceof SyntaxError || error instanceof RangeError) return false;
  if (!(error instanceof ApiError)) return true;
  return error.status >= 500 || error.status === 429;
}

function problemOf({ data }: SentEvent, { url }: ComposedRequest): Error {
  const problem = toProblem(data);
  return problem ? new ApiError(problem) : lost({ url });
}

function lost({ url }: Pick<ComposedRequest, 'url'>): UnreachableError {
  return new UnreachableError(`${originOf(url)}: the connection was lost`);
}

/** Half of it at random, so that many clients do not come back at once. */
function delayOf(failures: number, { firstDelayMs, longestDelayMs }: StreamPace): number {
  const full = Math.min(firstDelayMs * 2 ** Math.min(failures, 20), longestDelayMs);
  return full * (0.5 + Math.random() / 2);
}

/** Also when the signal aborts. */
async function wait(delayMs: number, signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, delayMs);
  const stop = (): void => resolve();
  signal.addEventListener('abort', stop, { once: true });
  await promise;
  clearTimeout(timer);
  signal.removeEventListener('abort', stop);
}
