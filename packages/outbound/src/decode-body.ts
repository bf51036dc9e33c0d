import { pipeline, type Readable } from 'node:stream';
import { createBrotliDecompress, createGunzip } from 'node:zlib';

import { StalledError, TransientError } from '@trueup/diagnostics';

import type { OutboundResponse, OutboundStream } from './outbound-request.ts';
import { type Rim, translateErrors } from './translate-errors.ts';

export interface BodyRim extends Rim {
  readonly boundBytes: number;
}

/**
 * The body as it was before the transport packed it. The bound holds for what comes out: a small
 * body may unpack to a large one.
 */
export async function* decodeBody(
  body: Readable,
  encoding: string,
  rim: BodyRim,
): AsyncGenerator<Uint8Array> {
  const decoded = unpack(body, encoding, rim.host);
  const chunks: AsyncIterator<Uint8Array> = decoded[Symbol.asyncIterator]();
  let length = 0;
  try {
    for (;;) {
      const { done, value } = await translateErrors(rim, () => chunks.next());
      if (done) return;
      length += value.length;
      if (length > rim.boundBytes) throw tooLong(rim);
      yield value;
    }
  } finally {
    decoded.destroy();
    body.destroy();
  }
}

export async function readAll(stream: OutboundStream): Promise<OutboundResponse> {
  const body = Buffer.concat(await Array.fromAsync(stream.body));
  return { status: stream.status, headers: stream.headers, url: stream.url, body };
}

function unpack(body: Readable, encoding: string, host: string): Readable {
  const name = encoding.trim().toLowerCase();
  if (name === '' || name === 'identity') return body;
  // Errors of both come out of the decoder.
  if (name === 'gzip' || name === 'x-gzip') return pipeline(body, createGunzip(), () => undefined);
  if (name === 'br') return pipeline(body, createBrotliDecompress(), () => undefined);
  body.on('error', () => undefined).destroy();
  const message = `${host}: answer not read: its content encoding was not asked for`;
  throw new TransientError('OUTBOUND_RESPONSE_BROKEN', message, host);
}

export function tooLong({ host, boundBytes }: BodyRim): StalledError {
  const message = `${host}: answer not read: it is longer than ${boundBytes} bytes`;
  return new StalledError('OUTBOUND_RESPONSE_TOO_LONG', message, host);
}
