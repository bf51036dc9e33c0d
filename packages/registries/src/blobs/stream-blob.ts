/** The way of a blob while nothing fails: one request, into which the source flows. */
import type { PieceBody } from '@trueup/outbound';

import { otherContent, refused, truncated } from '../registry-errors.ts';
import { longestTransferMs } from './read-blob.ts';
import type { RunningSum } from './running-sum.ts';
import { askFinish, checkFinished, checkSum, type Upload } from './upload.ts';

const mostRedirections = 3;

/**
 * `sum` goes along with what is sent. Rejects with `REGISTRY_TRUNCATED` where the registry does not take
 * a blob as a whole: it may take it in pieces.
 */
export async function streamBlob(upload: Upload, first: URL, sum: RunningSum): Promise<void> {
  const { session, place, source } = upload;
  let url = first;
  for (let left = mostRedirections; left >= 0; left -= 1) {
    sum.rewind(0);
    const ended = new AbortController();
    const signal = AbortSignal.any([upload.signal, ended.signal]);
    const body = { pieces: checkedPieces({ ...upload, signal }, sum), size: source.size };
    const answer = await sendBody(upload, url, body).finally(() => {
      // A source that nobody reads from any more has to end too.
      ended.abort();
    });
    if (![307, 308].includes(answer.status)) {
      if (answer.status === 413 || answer.status === 401) throw truncated(place);
      checkFinished(answer, place);
      return;
    }
    url = session.resolve(place, answer.headers.get('location'), answer.url);
  }
  throw refused(place, 'it redirects too often', 'not written');
}

function sendBody(upload: Upload, url: URL, body: PieceBody): ReturnType<typeof askFinish> {
  return askFinish(upload, url, { body, timeoutMs: longestTransferMs });
}

/**
 * U1. The last piece is held back until all were summed up: content that is another, or too short, is never
 * whole on the other side.
 */
async function* checkedPieces(
  upload: Upload,
  sum: RunningSum,
): AsyncGenerator<Uint8Array, void, undefined> {
  const { source, place, signal } = upload;
  let held: Uint8Array | undefined;
  for await (const piece of source.open(signal, 0)) {
    if (piece.length === 0) continue;
    if (held) yield held;
    sum.update(piece);
    if (sum.at > source.size) throw otherContent(place, source.digest);
    held = piece;
  }
  checkSum(upload, sum);
  if (held) yield held;
}
