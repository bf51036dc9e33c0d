import { Readable } from 'node:stream';

import type { Dispatcher } from 'undici';

import { decodeBody } from './decode-body.ts';
import type { Dispatchers } from './dispatchers.ts';
import {
  isPieceBody,
  type OutboundLimits,
  type OutboundStream,
  type RequestBody,
} from './outbound-request.ts';
import type { Hop } from './redirection.ts';
import { translateErrors } from './translate-errors.ts';

export interface Call {
  readonly limits: OutboundLimits;
  readonly signal: AbortSignal;
  /** The end of the time for the whole call. */
  readonly deadline: AbortSignal;
  readonly dispatchers: Dispatchers;
}

/**
 * Of an answer that is read slower than it comes: TLS hands it over in records of 16 KiB, and what is taken
 * together costs a fifth less than record by record.
 */
const readAheadBytes = 1024 * 1024;

/** One request and the beginning of its answer. */
export async function exchange(hop: Hop, call: Call): Promise<OutboundStream> {
  const { url, method, headers, body } = hop;
  const { limits, signal, deadline, dispatchers } = call;
  signal.throwIfAborted();
  const rim = { host: url.hostname, signal, deadline };
  const answer = await translateErrors(rim, () =>
    dispatchers.dispatcherFor(url).request({
      origin: url.origin,
      path: `${url.pathname}${url.search}`,
      method,
      // Else the library closes the connection after each of them.
      ...(method === 'HEAD' && { reset: false }),
      ...toPayload(headers, body),
      signal: AbortSignal.any([signal, deadline]),
      headersTimeout: limits.timeoutMs,
      bodyTimeout: limits.timeoutMs,
      highWaterMark: readAheadBytes,
    }),
  );
  const fields = toFields(answer.headers);
  const encoding = method === 'HEAD' ? '' : (fields.get('content-encoding') ?? '');
  return {
    status: answer.statusCode,
    headers: fields,
    url: url.href,
    body: decodeBody(answer.body, encoding, { ...rim, boundBytes: limits.responseBytes }),
    [Symbol.asyncDispose]: async () => {
      answer.body.on('error', () => undefined).destroy();
    },
  };
}

/** Pieces go with their length, so that whoever gets fewer of them knows. */
function toPayload(
  headers: Hop['headers'],
  body: RequestBody | undefined,
): Pick<Dispatcher.DispatchOptions, 'headers' | 'body'> {
  if (!isPieceBody(body)) return { headers: { ...headers }, body: body ?? null };
  if (body.size === 0) return { headers: { ...headers }, body: new Uint8Array() };
  return {
    headers: { ...headers, 'content-length': String(body.size) },
    body: Readable.from(body.pieces, { objectMode: false, highWaterMark: 256 * 1024 }),
  };
}

function toFields(headers: Dispatcher.ResponseData['headers']): ReadonlyMap<string, string> {
  const fields = Object.entries(headers).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, Array.isArray(value) ? value.join(', ') : value] as const],
  );
  return new Map(fields);
}
