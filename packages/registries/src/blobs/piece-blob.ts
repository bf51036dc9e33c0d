/** The way of a blob after something failed: pieces, each of which is taken up again by itself. */
import { TransientError } from '@trueup/diagnostics';

import { checkStatus, otherContent, truncated } from '../registry-errors.ts';
import { mostTries } from './read-blob.ts';
import type { RunningSum } from './running-sum.ts';
import {
  askFinish,
  askProgress,
  askUpload,
  type Begun,
  checkFinished,
  checkSum,
  pause,
  type Upload,
} from './upload.ts';

export interface PieceStart extends Begun {
  /** What the registry has already. */
  readonly received: number;
}

/** U2 */
export async function pushPieces(
  upload: Upload,
  { url: first, pieceBytes, received }: PieceStart,
  sum: RunningSum,
): Promise<void> {
  const { source } = upload;
  // No more memory than a small blob needs.
  const size = Math.min(pieceBytes, Math.max(source.size - received, 1));
  let url = first;
  let at = received;
  let last: Uint8Array | undefined;
  for await (const piece of toPieces(readFrom(upload, received, sum), size)) {
    if (last) url = await sendPiece(upload, url, { bytes: last, start: at - last.length });
    at += piece.length;
    last = piece;
  }
  checkSum(upload, sum);
  // Whatever fits into one piece goes up with the request that ends the upload.
  if (last && at > last.length) {
    url = await sendPiece(upload, url, { bytes: last, start: at - last.length });
    last = undefined;
  }
  const answer = await askFinish(upload, url, { body: last ?? new Uint8Array() });
  checkFinished(answer, upload.place);
}

/** From `received` on; what the sum has to go over once more is read, and left out. */
async function* readFrom(
  { source, place, signal }: Upload,
  received: number,
  sum: RunningSum,
): AsyncGenerator<Uint8Array, void, undefined> {
  const start = sum.rewind(received);
  for await (const piece of source.open(signal, start)) {
    const surplus = Math.max(received - sum.at, 0);
    sum.update(piece);
    if (sum.at > source.size) throw otherContent(place, source.digest);
    if (surplus < piece.length) yield piece.subarray(surplus);
  }
}

interface Piece {
  readonly bytes: Uint8Array;
  readonly start: number;
}

/** Returns where the next one goes. */
async function sendPiece(upload: Upload, first: URL, { bytes, start }: Piece): Promise<URL> {
  let url = first;
  let sent = 0;
  for (let attempt = 1; ; attempt += 1) {
    const failure = await tryPiece(upload, url, {
      bytes: bytes.subarray(sent),
      start: start + sent,
    });
    if (failure instanceof URL) return failure;
    if (attempt >= mostTries) throw failure;
    await pause(upload, attempt);
    const now = await askProgress(upload, url);
    if (!now || now.received < start || now.received > start + bytes.length) throw failure;
    url = now.url;
    sent = now.received - start;
    if (sent === bytes.length) return url;
  }
}

/** Where the next piece goes, or why this one did not arrive as a whole. */
async function tryPiece(
  upload: Upload,
  url: URL,
  { bytes, start }: Piece,
): Promise<URL | TransientError> {
  const { session, place, signal } = upload;
  try {
    const answer = await askUpload(upload, {
      path: url,
      method: 'PATCH',
      headers: {
        'content-type': 'application/octet-stream',
        'content-range': `${start}-${start + bytes.length - 1}`,
      },
      body: bytes,
    });
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
