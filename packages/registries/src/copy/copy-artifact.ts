/**
 * Copies what a digest stands for, with all that it names, from one repository to another.
 *
 * C1. The bytes stay the same, hence every digest.
 * C2. Blobs go before their manifests, children before their parents: no manifest stands in the registry
 *     whose parts are missing.
 * C3. What is there already is not sent again; within one registry it is mounted. Each blob flows from one
 *     registry to the other, a bounded number of them side by side, over all platforms.
 * C4. What was there may be cleaned up before a manifest names it: what is refused is brought once more.
 */

import { StalledError } from '@trueup/diagnostics';

import { type Place, placeOf } from '../artifact-reference.ts';
import type { Descriptor } from '../descriptor.ts';
import type { DigestReference, Manifest, RegistryClient } from '../registry-client.ts';
import { mapSideBySide } from '../side-by-side.ts';
import {
  type Collecting,
  collectParts,
  createAllowance,
  deepestIndex,
  type Part,
} from './collect-parts.ts';
import { copyReferrers } from './copy-referrers.ts';
import { selectPlatforms } from './select-platforms.ts';

export interface CopyRequest {
  readonly from: DigestReference;
  readonly to: Place;
  /** Of an index: only these, see `resolveArtifact`. All when absent. */
  readonly platforms?: readonly string[];
  /** Signatures, lists of contents and attestations come along: whatever names a part as its subject. */
  readonly referrers?: boolean;
}

/** Each holds a few buffers of its connections in memory, and a piece after something failed. */
const width = 4;
/** Small ones wait for answers more than they carry: many of them side by side share the waiting. */
const smallWidth = 12;
const smallBytes = 1024 * 1024;

/**
 * Moves no tag, but those that signatures of cosign are found by. Repeating it is harmless. Returns what the
 * copy is, under the digest that `resolveArtifact` tells. Rejects as {@link RegistryClient} does.
 */
export async function copyArtifact(
  client: RegistryClient,
  request: CopyRequest,
  signal: AbortSignal,
): Promise<Manifest> {
  const { referrers = false } = request;
  const [from, to] = [placeOf(request.from), placeOf(request.to)];
  const root = await resolveArtifact(client, request, signal);
  const copy = { client, from, to, signal, walksAll: referrers, left: createAllowance() };
  const part = await bringArtifact(copy, root);
  if (referrers) await copyReferrers(copy, part, bringArtifact);
  return root;
}

/**
 * What a copy of it is: for all platforms the very same; for one, that one's image; for several, an index
 * that holds only these. Writes nothing.
 */
export async function resolveArtifact(
  client: RegistryClient,
  { from, platforms = [] }: Pick<CopyRequest, 'from' | 'platforms'>,
  signal: AbortSignal,
): Promise<Manifest> {
  const index = await client.pullManifest(from, signal);
  return await selectPlatforms(index, { client, place: placeOf(from), platforms, signal });
}

/** C4 */
async function bringArtifact(copy: Collecting, root: Manifest): Promise<Part> {
  for (let again = true; ; again = false) {
    const part = await collectParts(copy, root, deepestIndex);
    const blobs = new Map(blobsOf(part).map((one) => [one.digest, one]));
    await copyBlobs(copy, [...blobs.values()]);
    try {
      await pushManifests(copy, part);
      return part;
    } catch (error) {
      copy.signal.throwIfAborted();
      const isRefused = error instanceof StalledError && error.code === 'REGISTRY_REFUSED';
      if (!(again && isRefused)) throw error;
    }
  }
}

async function copyBlobs(copy: Collecting, blobs: readonly Descriptor[]): Promise<void> {
  const { signal } = copy;
  const { small = [], large = [] } = Object.groupBy(blobs, ({ size }) =>
    size <= smallBytes ? 'small' : 'large',
  );
  const pools = [
    { pool: small, width: smallWidth },
    { pool: large, width },
  ];
  await mapSideBySide(pools, { width: pools.length, signal }, async (one, both) => {
    await mapSideBySide(one.pool, { width: one.width, signal: both }, (blob, either) =>
      copyBlob(copy, blob, either),
    );
  });
}

function blobsOf({ blobs, children }: Part): readonly Descriptor[] {
  return [...children.flatMap(blobsOf), ...blobs];
}

/** C2 */
async function pushManifests(
  copy: Collecting,
  { manifest, isThere, children }: Part,
): Promise<void> {
  const { client, to, signal } = copy;
  await mapSideBySide(children, { width, signal }, (child, either) =>
    pushManifests({ ...copy, signal: either }, child),
  );
  if (!isThere) await client.pushManifest({ ...to, digest: manifest.digest }, manifest, signal);
}

async function copyBlob(
  { client, from, to }: Collecting,
  { digest, size }: Descriptor,
  signal: AbortSignal,
): Promise<void> {
  const mount = from.host === to.host && from.repository !== to.repository;
  await client.pushBlob(
    to,
    {
      digest,
      size,
      open: (reading, start) => {
        const opening = { maxBytes: Math.max(size, 1), size, start, readerChecks: true };
        return client.openBlob({ ...from, digest }, reading, opening);
      },
    },
    signal,
    mount ? { mountFrom: from.repository } : {},
  );
}
