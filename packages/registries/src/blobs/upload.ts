/** What all ways of an upload share: how it begins, how far it has come, how it ends. */
import { OperationError } from '@trueup/diagnostics';
import type { OutboundHead, OutboundResponse, RequestBody } from '@trueup/outbound';
import type { Place } from '../artifact-reference.ts';
import type { BlobSource } from '../registry-client.ts';
import { checkStatus, otherContent, refused, truncated } from '../registry-errors.ts';
import type { Ask, RegistrySession } from '../registry-session.ts';
import type { Wait } from './read-blob.ts';
import type { RunningSum } from './running-sum.ts';

export interface Upload {
  readonly session: RegistrySession;
  readonly place: Place;
  readonly source: BlobSource;
  readonly pieceBytes: number;
  readonly mountFrom?: string;
  readonly wait: Wait;
  /** How long the registry has asked to be left alone, in milliseconds. */
  readonly rest: { ms: number };
  readonly signal: AbortSignal;
  /** Whether the registry has it by now. */
  readonly has: () => Promise<boolean>;
}

export interface Begun {
  readonly url: URL;
  readonly pieceBytes: number;
}

const smallAnswerBytes = 1024 * 1024;
const largestPieceBytes = 64 * 1024 * 1024;

/** A registry that asks for more finds us back early: who waits longer has a schedule of their own. */
const longestRestMs = 60_000;

/** All of an upload are asked for by the same grant: content that goes by once cannot be refused and sent again. */
export async function askUpload(
  { session, place, mountFrom, rest, signal }: Upload,
  ask: Omit<Ask, 'place' | 'maxBytes'>,
): Promise<OutboundResponse> {
  const own = { place, maxBytes: smallAnswerBytes, actions: 'pull,push' };
  const answer = await session.send(
    { ...own, ...(mountFrom !== undefined && { alsoPull: mountFrom }), ...ask },
    signal,
  );
  const seconds = /^\d{1,6}$/.exec(answer.headers.get('retry-after') ?? '')?.[0];
  if (seconds !== undefined) rest.ms = Math.min(Number(seconds) * 1000, longestRestMs);
  return answer;
}

/** Before another try: longer each time, and as long as the registry has asked for. */
export async function pause({ wait, rest, signal }: Upload, attempt: number): Promise<void> {
  const ms = Math.max(200 * 2 ** attempt, rest.ms);
  rest.ms = 0;
  await wait(ms, signal);
}

/** `undefined` when the registry has mounted the blob. */
export async function beginUpload(upload: Upload): Promise<Begun | undefined> {
  const { session, place, source, mountFrom } = upload;
  const query =
    mountFrom === undefined
      ? ''
      : `?${new URLSearchParams({ mount: source.digest, from: mountFrom })}`;
  const answer = await askUpload(upload, {
    path: `blobs/uploads/${query}`,
    method: 'POST',
    body: new Uint8Array(),
    // An upload that nobody goes on with is forgotten by the registry.
    repeatable: true,
  });
  if (answer.status === 201 && mountFrom !== undefined) return undefined;
  checkStatus(answer, place, { statuses: [202], missed: 'not written' });
  const least = Number(answer.headers.get('oci-chunk-min-length') ?? 0);
  if (!(least <= largestPieceBytes)) {
    throw refused(place, 'it wants pieces that are too large', 'not written');
  }
  const pieceBytes = Math.max(upload.pieceBytes, least);
  return { url: session.resolve(place, answer.headers.get('location'), answer.url), pieceBytes };
}

export interface Received {
  readonly url: URL;
  /** In bytes. */
  readonly received: number;
}

/** `undefined` where the registry knows nothing of the upload any more, or does not tell. */
export async function askProgress(upload: Upload, url: URL): Promise<Received | undefined> {
  const { session, place } = upload;
  const answer = await askUpload(upload, { path: url });
  if ([400, 404, 405, 416].includes(answer.status)) return undefined;
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

/** U1: nothing of another content is finished. */
export function checkSum({ place, source: { digest, size } }: Upload, sum: RunningSum): void {
  if (sum.at < size) throw truncated(place);
  if (sum.digest() !== digest) throw otherContent(place, digest);
}

/** Ends an upload with its last bytes. What else the registry says is the caller's to judge. */
export async function askFinish(
  upload: Upload,
  url: URL,
  { body, ...ask }: { readonly body: RequestBody; readonly timeoutMs?: number },
): Promise<OutboundResponse> {
  const path = new URL(url);
  path.searchParams.set('digest', upload.source.digest);
  return await askUpload(upload, {
    ...ask,
    path,
    method: 'PUT',
    headers: { 'content-type': 'application/octet-stream' },
    body,
    // A second one finds no upload; whether the first arrived is asked by a look.
    repeatable: false,
  });
}

export function checkFinished(answer: OutboundResponse, place: Place): void {
  if (answer.status === 404 || answer.status === 416) throw truncated(place);
  checkStatus(answer, place, { statuses: [201, 204], missed: 'not written' });
}

/** What is left over would be forgotten by the registry some day. */
export async function giveUp(upload: Upload, url: URL): Promise<void> {
  if (upload.signal.aborted) return;
  try {
    await askUpload(upload, { path: url, method: 'DELETE', timeoutMs: 5000 });
  } catch (error) {
    if (!(error instanceof OperationError) && !upload.signal.aborted) throw error;
  }
}
