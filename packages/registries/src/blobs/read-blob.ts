/**
 * Reads blobs piece by piece, so that no layer is ever whole in memory.
 *
 * R1. A connection that breaks is made anew, and the content goes on at the byte that is missing. That is
 *     bounded: three times without progress, and progress is at least a mebibyte.
 */
import { createHash } from 'node:crypto';

import { TransientError } from '@trueup/diagnostics';
import type { OutboundStream } from '@trueup/outbound';
import type { Place } from '../artifact-reference.ts';
import { checkStatus, otherContent, refused, truncated } from '../registry-errors.ts';
import type { RegistrySession } from '../registry-session.ts';

export type Wait = (ms: number, signal: AbortSignal) => Promise<void>;

export interface BlobReading {
  readonly signal: AbortSignal;
  readonly maxBytes: number;
  readonly wait: Wait;
  /** The byte to begin at. 0 when absent. */
  readonly start?: number;
  /** The reader compares the digest itself. */
  readonly readerChecks?: boolean;
  /** In bytes: content that ends before is taken for broken. Any when absent. */
  readonly size?: number;
}

export type BlobReference = Place & { readonly digest: string };

export const longestTransferMs: number = 30 * 60_000;
export const mostTries = 3;
const progressBytes = 1024 * 1024;
/** What is read in less time than a connection takes does not need one of its own. */
const largeBytes = 4 * 1024 * 1024;

/** Its end rejects with `REGISTRY_DIGEST_MISMATCH` when the content was another. */
export async function* openBlob(
  session: RegistrySession,
  reference: BlobReference,
  reading: BlobReading,
): AsyncGenerator<Uint8Array, void, undefined> {
  if (reading.readerChecks) return yield* readBlob(session, reference, reading);
  const sum = createHash('sha256');
  for await (const piece of readBlob(session, reference, reading)) {
    sum.update(piece);
    yield piece;
  }
  const { digest } = reference;
  if (`sha256:${sum.digest('hex')}` !== digest) throw otherContent(reference, digest);
}

/** R1 */
async function* readBlob(
  session: RegistrySession,
  reference: BlobReference,
  reading: BlobReading,
): AsyncGenerator<Uint8Array, void, undefined> {
  const { start = 0 } = reading;
  const place: Progress = { at: start, failedAt: start, failures: 0 };
  for (;;) {
    try {
      for await (const piece of readFrom(session, reference, { ...reading, start: place.at })) {
        place.at += piece.length;
        yield piece;
      }
      if (place.at < (reading.size ?? 0)) throw truncated(reference);
      return;
    } catch (error) {
      await rest(place, error, reading);
    }
  }
}

interface Progress {
  at: number;
  failedAt: number;
  failures: number;
}

/** Before another try; rejects with the error where there is to be none. */
async function rest(place: Progress, error: unknown, { signal, wait }: BlobReading): Promise<void> {
  signal.throwIfAborted();
  const { at, failedAt, failures } = place;
  place.failures = at - failedAt >= progressBytes ? 1 : failures + 1;
  place.failedAt = at;
  if (!(error instanceof TransientError) || place.failures >= mostTries) throw error;
  await wait(200 * 2 ** place.failures, signal);
}

async function* readFrom(
  session: RegistrySession,
  reference: BlobReference,
  { signal, maxBytes, start = 0, size = 0 }: BlobReading,
): AsyncGenerator<Uint8Array, void, undefined> {
  const { digest: what } = reference;
  const ask = {
    place: reference,
    path: `blobs/${what}`,
    headers: { accept: '*/*', ...(start > 0 && { range: `bytes=${start}-` }) },
    maxBytes,
    timeoutMs: longestTransferMs,
    large: size - start >= largeBytes,
  };
  await using stream = await session.open(ask, signal);
  // There is nothing behind the last byte.
  if (start > 0 && stream.status === 416) throw truncated(reference);
  const statuses = start > 0 ? [200, 206] : [200];
  checkStatus(stream, reference, { statuses, missed: 'not read', what });
  let surplus = stream.status === 206 ? skipOf(stream, reference, start) : start;
  for await (const piece of stream.body) {
    if (piece.length > surplus) yield piece.subarray(surplus);
    surplus = Math.max(surplus - piece.length, 0);
  }
}

/** What a part holds before the byte that was asked for. */
function skipOf({ headers }: OutboundStream, place: Place, start: number): number {
  const from = /^bytes (\d{1,15})-/.exec(headers.get('content-range') ?? '')?.[1];
  const skip = start - Number(from ?? Number.NaN);
  if (skip >= 0) return skip;
  throw refused(place, 'it sends another part than it was asked for');
}
