/** Copies what a digest stands for, with all that it names, from one repository to another. */
import { isJsonList, StalledError } from '@trueup/diagnostics';

import { type Descriptor, descriptorsOf, parseDescriptor } from './descriptor.ts';
import type { DigestReference, Manifest, RegistryClient } from './registry-client.ts';
import { type Place, refused } from './registry-errors.ts';

export interface CopyRequest {
  readonly from: DigestReference;
  readonly to: Place;
}

/** Layers that their makers allow nobody to pass on; they are fetched from where they are. */
const foreignLayer = /(?:\.nondistributable\.|\.foreign\.)/;

const deepestIndex = 4;
const mostParts = 2000;
/** Of one layer. */
const mostBytes = 64 * 1024 ** 3;
/** Each holds one piece in memory. */
const sideBySide = 4;

/**
 * The bytes stay the same, hence every digest. Children go before their parents, so that no manifest
 * stands in the registry whose parts are missing. Moves no tag; what is there already is not sent
 * again. Repeating it is harmless. Rejects as {@link RegistryClient} does.
 */
export async function copyArtifact(
  client: RegistryClient,
  request: CopyRequest,
  signal: AbortSignal,
): Promise<Manifest> {
  const root = await client.pullManifest(request.from, signal);
  await copyTree({ client, ...request, signal, left: { parts: mostParts } }, root, deepestIndex);
  return root;
}

interface Copy extends CopyRequest {
  readonly client: RegistryClient;
  readonly signal: AbortSignal;
  readonly left: { parts: number };
}

async function copyTree(copy: Copy, manifest: Manifest, depth: number): Promise<void> {
  const { client, from, to, signal } = copy;
  const { digest } = manifest;
  if (await client.headManifest({ ...to, digest }, signal)) return;
  const { manifests, layers, config } = manifest.content;
  const children = descriptorsOf(manifests);
  const blobs = [...descriptorsOf(layers), parseDescriptor(config)].filter(
    (one) => one !== undefined && !foreignLayer.test(one.mediaType),
  );
  checkParts(copy, manifest, children.length + blobs.length);
  if (children.length > 0 && depth <= 0) throw refused(from, 'its indexes are too deep');
  for (const child of children) {
    const part = await client.pullManifest({ ...from, digest: child.digest }, signal);
    await copyTree(copy, part, depth - 1);
  }
  await copyBlobs(copy, unique(blobs.filter((one) => one !== undefined)));
  await client.pushManifest({ ...to, digest }, manifest, signal);
}

/** What we do not understand would be left out, and the copy be broken. */
function checkParts({ from, left }: Copy, { content }: Manifest, understood: number): void {
  const { manifests, layers, config } = content;
  const listed = [manifests, layers].flatMap((list) => (isJsonList(list) ? list : []));
  const foreign = descriptorsOf(layers).filter(({ mediaType }) => foreignLayer.test(mediaType));
  const named = listed.length + (config === undefined ? 0 : 1) - foreign.length;
  if (understood < named) throw refused(from, 'its manifest names parts without a digest');
  left.parts -= named;
  if (left.parts >= 0) return;
  const subject = `${from.host}/${from.repository}`;
  throw new StalledError(
    'REGISTRY_REFUSED',
    `${subject}: not copied: it has too many parts`,
    subject,
  );
}

async function copyBlobs(copy: Copy, blobs: readonly Descriptor[]): Promise<void> {
  const queue = [...blobs];
  const failed = new AbortController();
  const signal = AbortSignal.any([copy.signal, failed.signal]);
  const work = async () => {
    for (let next = queue.shift(); next; next = queue.shift()) await copyBlob(copy, next, signal);
  };
  const workers = Array.from({ length: sideBySide }, () =>
    work().catch((error: unknown) => {
      failed.abort(error);
      throw error;
    }),
  );
  await Promise.allSettled(workers);
  copy.signal.throwIfAborted();
  failed.signal.throwIfAborted();
}

async function copyBlob(
  { client, from, to }: Copy,
  { digest, size }: Descriptor,
  signal: AbortSignal,
): Promise<void> {
  if (size > mostBytes) throw refused(from, 'one of its layers is too large');
  const mount = from.host === to.host && from.repository !== to.repository;
  await client.pushBlob(
    to,
    {
      digest,
      size,
      isChecked: true,
      open: (reading) =>
        client.openBlob({ ...from, digest }, reading, { maxBytes: Math.max(size, 1) }),
    },
    signal,
    mount ? { mountFrom: from.repository } : {},
  );
}

function unique(blobs: readonly Descriptor[]): readonly Descriptor[] {
  return [...new Map(blobs.map((one) => [one.digest, one])).values()];
}
