/**
 * Blobs piece by piece, so that no layer is ever whole in memory.
 *
 * U1. What goes up is hashed on its way, by us or by who reads it, and is not finished when its digest is
 *     another.
 * U2. An upload that breaks off goes on at the byte that the registry says it has; where it has lost
 *     more than the piece at hand, all begins anew, a bounded number of times.
 */
import { createHash, type Hash } from 'node:crypto';

import { OperationError, TransientError } from '@trueup/diagnostics';
import type { OutboundHead } from '@trueup/outbound';

import type { BlobSource } from './registry-client.ts';
import { checkStatus, otherContent, type Place, refused, truncated } from './registry-errors.ts';
import type { RegistrySession } from './registry-session.ts';

export interface Upload {
  readonly session: RegistrySession;
  readonly place: Place;
  readonly source: BlobSource;
  readonly pieceBytes: number;
  readonly mountFrom?: string;
  readonly wait: (ms: number, signal: AbortSignal) => Promise<void>;
  readonly signal: AbortSignal;
  /** Whether the registry has it by now. */
  readonly has: () => Promise<boolean>;
}

const longestTransferMs = 30 * 60_000;
const mostTries = 3;
const largestPieceBytes = 64 * 1024 * 1024;

export async function* openBlob(
  session: RegistrySession,
  reference: Place & { readonly digest: string },
  { signal, maxBytes }: { readonly signal: AbortSignal; readonly maxBytes: number },
): AsyncGenerator<Uint8Array, void, undefined> {
  const ask = {
    place: reference,
    path: `blobs/${reference.digest}`,
    headers: { accept: '*/*' },
    maxBytes,
    timeoutMs: longestTransferMs,
  };
  await using stream = await session.open(ask, signal);
  const { digest: what } = reference;
  checkStatus(stream, reference, { statuses: [200], missed: 'not read', what });
  const sum = createHash('sha256');
  for await (const piece of stream.body) {
    sum.update(piece);
    yield piece;
  }
  if (`sha256:${sum.digest('hex')}` !== what) throw otherContent(reference, what);
}

export async function pushBlob(upload: Upload): Promise<'there' | 'mounted' | 'pushed'> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await pushOnce(upload);
    } catch (error) {
      upload.signal.throwIfAborted();
      if (!(error instanceof TransientError) || attempt >= mostTries) throw error;
      await upload.wait(200 * 2 ** attempt, upload.signal);
      // The answer to the last step may have got lost.
      if (await upload.has()) return 'there';
    }
  }
}

async function pushOnce(upload: Upload): Promise<'mounted' | 'pushed'> {
  const begun = await begin(upload);
  if (!begun) return 'mounted';
  const { source, place, signal } = upload;
  const sum = source.isChecked ? undefined : createHash('sha256');
  // No more memory than a small blob needs.
  const size = Math.min(begun.pieceBytes, Math.max(source.size, 1));
  let { url } = begun;
  let last: Uint8Array | undefined;
  let at = 0;
  try {
    for await (const piece of toPieces(source.open(signal), size)) {
      // Whatever fits into one piece goes up with the request that ends the upload.
      if (last) {
        url = await sendPiece(upload, url, { bytes: last, start: at - last.length });
      }
      at += piece.length;
      if (at > source.size) throw otherContent(place, source.digest);
      sum?.update(piece);
      last = piece;
    }
    if (at < source.size) throw truncated(place);
    checkSum(sum, upload);
    if (last && at > last.length) {
      url = await sendPiece(upload, url, { bytes: last, start: at - last.length });
      last = undefined;
    }
    await finish(upload, url, last ?? new Uint8Array());
    return 'pushed';
  } catch (error) {
    await giveUp(upload, url);
    throw error;
  }
}

/** U1 */
function checkSum(sum: Hash | undefined, { place, source: { digest } }: Upload): void {
  if (sum && `sha256:${sum.digest('hex')}` !== digest) throw otherContent(place, digest);
}

interface Begun {
  readonly url: URL;
  readonly pieceBytes: number;
}

/** `undefined` when the registry has mounted the blob. */
async function begin(upload: Upload): Promise<Begun | undefined> {
  const { session, place, source, mountFrom, signal } = upload;
  const query =
    mountFrom === undefined
      ? ''
      : `?${new URLSearchParams({ mount: source.digest, from: mountFrom })}`;
  const answer = await session.send(
    {
      place,
      path: `blobs/uploads/${query}`,
      method: 'POST',
      body: new Uint8Array(),
      maxBytes: smallAnswerBytes,
      actions: 'pull,push',
      // An upload that nobody goes on with is forgotten by the registry.
      repeatable: true,
      ...(mountFrom !== undefined && { alsoPull: mountFrom }),
    },
    signal,
  );
  if (answer.status === 201 && mountFrom !== undefined) return undefined;
  checkStatus(answer, place, { statuses: [202], missed: 'not written' });
  const least = Number(answer.headers.get('oci-chunk-min-length') ?? 0);
  if (!(least <= largestPieceBytes)) {
    throw refused(place, 'it wants pieces that are too large', 'not written');
  }
  const pieceBytes = Math.max(upload.pieceBytes, least);
  return { url: session.resolve(place, answer.headers.get('location'), answer.url), pieceBytes };
}

interface Piece {
  readonly bytes: Uint8Array;
  readonly start: number;
}

/** Returns where the next one goes. */
async function sendPiece(upload: Upload, first: URL, { bytes, start }: Piece): Promise<URL> {
  const { wait, signal } = upload;
  let url = first;
  let sent = 0;
  for (let attempt = 1; ; attempt += 1) {
    const failure = await tryPiece(upload, url, {
      bytes: bytes.subarray(sent),
      start: start + sent,
    });
    if (failure instanceof URL) return failure;
    if (attempt >= mostTries) throw failure;
    await wait(200 * 2 ** attempt, signal);
    const now = await askProgress(upload, url);
    if (!now || now.received < start || now.received > start + bytes.length) throw failure;
    url = now.url;
    sent = now.received - start;
    if (sent === bytes.length) return url;
  }
}

/** Where the next piece goes, or why this one did not arrive as a whole. */
async function tryPiece(
  { session, place, signal }: Upload,
  url: URL,
  { bytes, start }: Piece,
): Promise<URL | TransientError> {
  try {
    const answer = await session.send(
      {
        place,
        path: url,
        method: 'PATCH',
        headers: {
          'content-type': 'application/octet-stream',
          'content-range': `${start}-${start + bytes.length - 1}`,
        },
        body: bytes,
        maxBytes: smallAnswerBytes,
        actions: 'pull,push',
      },
      signal,
    );
    // Out of order, or forgotten: the registry has more, or less, than we were told.
    if (answer.status === 416 || answer.status === 404) return truncated(place);
    checkStatus(answer, place, { statuses: [202, 204], missed: 'not written' });
    return session.resolve(place, answer.headers.get('location'), answer.url);
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof TransientError) return error;
    throw error;
  }
}

interface Received {
  readonly url: URL;
  /** In bytes. */
  readonly received: number;
}

/** `undefined` where the registry knows nothing of the upload any more. */
async function askProgress(
  { session, place, signal }: Upload,
  url: URL,
): Promise<Received | undefined> {
  const ask = { place, path: url, maxBytes: smallAnswerBytes, actions: 'pull,push' };
  const answer = await session.send(ask, signal);
  if (answer.status === 404) return undefined;
  checkStatus(answer, place, { statuses: [204, 202], missed: 'not written' });
  return { url: nextUrl(session, place, answer, url), received: receivedOf(answer) };
}

function nextUrl(session: RegistrySession, place: Place, answer: OutboundHead, url: URL): URL {
  const location = answer.headers.get('location');
  return location === undefined ? url : session.resolve(place, location, answer.url);
}

/** `0-0` also stands for nothing at all: a piece is never one byte at the beginning. */
function receivedOf({ headers }: OutboundHead): number {
  const end = /^(?:bytes=)?0-(\d{1,15})$/.exec(headers.get('range') ?? '')?.[1];
  return end === undefined || end === '0' ? 0 : Number(end) + 1;
}

async function finish(upload: Upload, url: URL, body: Uint8Array): Promise<void> {
  const { session, place, source, signal } = upload;
  const path = new URL(url);
  path.searchParams.set('digest', source.digest);
  const answer = await session.send(
    {
      place,
      path,
      method: 'PUT',
      headers: { 'content-type': 'application/octet-stream' },
      body,
      maxBytes: smallAnswerBytes,
      actions: 'pull,push',
      // A second one finds no upload; whether the first arrived is asked by a look.
      repeatable: false,
    },
    signal,
  );
  if (answer.status === 404 || answer.status === 416) throw truncated(place);
  checkStatus(answer, place, { statuses: [201, 204], missed: 'not written' });
}

/** What is left over would be forgotten by the registry some day. */
async function giveUp({ session, place, signal }: Upload, url: URL): Promise<void> {
  if (signal.aborted) return;
  try {
    const actions = 'pull,push';
    await session.send(
      { place, path: url, method: 'DELETE', maxBytes: smallAnswerBytes, actions, timeoutMs: 5000 },
      signal,
    );
  } catch (error) {
    if (!(error instanceof OperationError) && !signal.aborted) throw error;
  }
}

const smallAnswerBytes = 1024 * 1024;

/** All of one size but the last. Each has memory of its own. */
async function* toPieces(
  source: AsyncIterable<Uint8Array>,
  size: number,
): AsyncGenerator<Uint8Array, void, undefined> {
  let piece = Buffer.allocUnsafe(size);
  let length = 0;
  for await (let part of source) {
    while (part.length > 0) {
      const taken = part.subarray(0, size - length);
      piece.set(taken, length);
      length += taken.length;
      part = part.subarray(taken.length);
      if (length < size) continue;
      yield piece;
      piece = Buffer.allocUnsafe(size);
      length = 0;
    }
  }
  if (length > 0) yield piece.subarray(0, length);
}
