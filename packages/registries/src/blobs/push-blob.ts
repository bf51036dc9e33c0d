/**
 * Brings a blob into a repository, so that no layer is ever whole in memory.
 *
 * U1. What goes up is hashed on its way, and is not finished when its digest is another or its end is
 *     missing.
 * U2. The first try lets the source flow into one request. When that breaks off, pieces follow from the
 *     byte on that the registry says it has; where it has lost the upload, all begins anew. That is bounded.
 */
import { TransientError } from '@trueup/diagnostics';

import { type PieceStart, pushPieces } from './piece-blob.ts';
import { mostTries } from './read-blob.ts';
import { RunningSum } from './running-sum.ts';
import { streamBlob } from './stream-blob.ts';
import { askProgress, type Begun, beginUpload, giveUp, pause, type Upload } from './upload.ts';

export async function pushBlob(upload: Upload): Promise<'there' | 'mounted' | 'pushed'> {
  const progress: Progress = { begun: undefined, sum: new RunningSum(upload.source.size) };
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await tryOnce(upload, progress, attempt);
    } catch (error) {
      await afterFailure(upload, progress, { error, attempt });
      // The answer to the last step may have got lost.
      if (await upload.has()) return 'there';
    }
  }
}

/** Waits for the next try; rejects with the error where there is to be none. */
async function afterFailure(
  upload: Upload,
  { begun }: Progress,
  { error, attempt }: { readonly error: unknown; readonly attempt: number },
): Promise<void> {
  upload.signal.throwIfAborted();
  if (error instanceof TransientError && attempt < mostTries) {
    await pause(upload, attempt);
    return;
  }
  if (begun) await giveUp(upload, begun.url);
  throw error;
}

/** What one try leaves to the next. */
interface Progress {
  begun: Begun | undefined;
  readonly sum: RunningSum;
}

async function tryOnce(
  upload: Upload,
  progress: Progress,
  attempt: number,
): Promise<'mounted' | 'pushed'> {
  const { begun: before, sum } = progress;
  const known = before && (await askReceived(upload, before, sum));
  const begun = known ?? (await beginUpload(upload));
  progress.begun = begun;
  if (!begun) return 'mounted';
  if (attempt === 1) await streamBlob(upload, begun.url, sum);
  else await pushPieces(upload, known ?? { ...begun, received: 0 }, sum);
  return 'pushed';
}

/** `undefined` where there is nothing to go on from. */
async function askReceived(
  upload: Upload,
  begun: Begun,
  sum: RunningSum,
): Promise<PieceStart | undefined> {
  const now = await askProgress(upload, begun.url);
  // More than we have sent is the upload of somebody else.
  if (!now || now.received === 0 || now.received > sum.at) return undefined;
  return { ...now, pieceBytes: begun.pieceBytes };
}
