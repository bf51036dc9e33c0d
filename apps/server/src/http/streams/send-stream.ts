/**
 * Sends items as server-sent events, for as long as both sides want.
 *
 * E1. A sign of life goes out at intervals, so that both sides notice when the other one is gone.
 * E2. Who reads too slowly is cut off rather than kept in memory; a resumable stream goes on later.
 * E3. Whether the token still counts is asked again at each sign of life.
 * E4. What fails before the first item is an answer like any other; later it is an event `problem`.
 */
import type { ServerResponse } from 'node:http';

import { formatWire, type Problem } from '@trueup/api';

export interface StreamOptions {
  readonly response: ServerResponse;
  /** Aborted when the client is gone, and by `end`. */
  readonly stream: AbortController;
  /** Items bear their `sequence`, to go on after. */
  readonly resumable: boolean;
  readonly heartbeatMs: number;
  /** How long a client may take to read what it was sent. */
  readonly patienceMs: number;
  readonly isStillAllowed: () => Promise<boolean>;
  readonly describe: (error: unknown) => Problem;
}

export async function sendStream(
  items: AsyncIterator<unknown>,
  first: Promise<IteratorResult<unknown>> | undefined,
  options: StreamOptions,
): Promise<void> {
  const { response, stream } = options;
  response.writeHead(200, headers);
  // Tells the client that it is connected, and whatever stands between not to wait.
  response.write('retry: 1000\n\n');
  const heart = startHeart(options);
  try {
    await sendAll(items, first, options);
    if (!stream.signal.aborted) response.end('event: end\ndata: {}\n\n');
  } catch (error) {
    if (!stream.signal.aborted) response.end(toEvent('problem', options.describe(error)));
  } finally {
    clearInterval(heart);
    stream.abort(new Error('the stream has ended'));
    response.destroy();
    await items.return?.().catch(() => undefined);
  }
}

const headers = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  // Proxies that gather answers would hold events back.
  'x-accel-buffering': 'no',
};

async function sendAll(
  items: AsyncIterator<unknown>,
  first: Promise<IteratorResult<unknown>> | undefined,
  options: StreamOptions,
): Promise<void> {
  const { response, stream, resumable } = options;
  for (let next = await (first ?? items.next()); !next.done; next = await items.next()) {
    if (stream.signal.aborted) return;
    const id = resumable ? sequenceOf(next.value) : undefined;
    const text = `${id === undefined ? '' : `id: ${id}\n`}data: ${formatWire(next.value)}\n\n`;
    if (!response.write(text)) await untilRead(options);
  }
}

function sequenceOf(item: unknown): number | undefined {
  if (typeof item !== 'object' || item === null || !('sequence' in item)) return undefined;
  return typeof item.sequence === 'number' ? item.sequence : undefined;
}

function toEvent(type: string, data: unknown): string {
  return `event: ${type}\ndata: ${formatWire(data)}\n\n`;
}

/** Waits until the client has read what it was sent, and gives it up when that takes too long (E2). */
async function untilRead({ response, stream, patienceMs }: StreamOptions): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const read = (): void => resolve();
  const timer = setTimeout(
    () => stream.abort(new Error('the client reads too slowly')),
    patienceMs,
  );
  response.once('drain', read);
  stream.signal.addEventListener('abort', read, { once: true });
  await promise;
  clearTimeout(timer);
  response.off('drain', read);
  stream.signal.removeEventListener('abort', read);
}

function startHeart({ response, stream, heartbeatMs, isStillAllowed }: StreamOptions) {
  return setInterval(() => {
    isStillAllowed().then(
      (allowed) => {
        if (!allowed) stream.abort(new Error('the token does not count any more'));
        else if (!stream.signal.aborted) response.write(':\n\n');
      },
      (error: unknown) => stream.abort(error),
    );
  }, heartbeatMs);
}
