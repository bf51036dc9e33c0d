/** Finds out what a copy has to bring, before it brings anything. */
import { isJsonList, StalledError } from '@trueup/diagnostics';
import type { Place } from '../artifact-reference.ts';
import { type Descriptor, descriptorsOf, parseDescriptor } from '../descriptor.ts';
import type { DigestReference, Manifest, RegistryClient } from '../registry-client.ts';
import { refused } from '../registry-errors.ts';
import { mapSideBySide } from '../side-by-side.ts';

/** A manifest with all that it names. */
export interface Part {
  readonly manifest: Manifest;
  /** The target has it, hence all that it names. */
  readonly isThere: boolean;
  readonly children: readonly Part[];
  readonly blobs: readonly Descriptor[];
}

export interface Collecting {
  readonly client: RegistryClient;
  readonly from: Place;
  readonly to: Place;
  readonly signal: AbortSignal;
  /** Also what is there is walked, since something may hang on it. */
  readonly walksAll: boolean;
  /** How much more there may be, over the whole copy. */
  readonly left: Allowance;
}

export interface Allowance {
  parts: number;
  /** Of manifests, which are held in memory. */
  bytes: number;
}

export function createAllowance(): Allowance {
  return { parts: 2000, bytes: 64 * 1024 * 1024 };
}

/** Layers that their makers allow nobody to pass on; they are fetched from where they are. */
const foreignLayer = /(?:\.nondistributable\.|\.foreign\.)/;

export const deepestIndex = 4;
/** Of one layer. */
const mostBytes = 64 * 1024 ** 3;
const width = 4;

export async function collectParts(
  collecting: Collecting,
  manifest: Manifest,
  depth: number,
): Promise<Part> {
  const { client, from, walksAll, signal } = collecting;
  const { digest } = manifest;
  const isThere = await has(collecting, digest);
  const { manifests, layers, config } = manifest.content;
  const named = descriptorsOf(manifests);
  const blobs = [...descriptorsOf(layers), ...descriptorsOf([config ?? null])].filter(
    (one) => !foreignLayer.test(one.mediaType),
  );
  checkParts(collecting, manifest, named.length + blobs.length);
  if (named.length > 0 && depth <= 0) throw refused(from, 'its indexes are too deep');
  // Registries answer for an index whose children are gone: each is looked for.
  const children = await mapSideBySide(named, { width, signal }, async (child, either) => {
    const own = { ...collecting, signal: either };
    const isLeaf = !indexTypes.includes(child.mediaType);
    if (isLeaf && !walksAll && (await has(own, child.digest))) return [];
    const part = await client.pullManifest({ ...from, digest: child.digest }, either);
    return [await collectParts(own, part, depth - 1)];
  });
  return { manifest, isThere, children: children.flat(), blobs: isThere ? [] : blobs };
}

async function has({ client, to, signal }: Collecting, digest: string): Promise<boolean> {
  return (await client.headManifest({ ...to, digest }, signal)) !== undefined;
}

/** Whether a repository has it with all the images that it lists. */
export async function isWhole(
  client: RegistryClient,
  reference: DigestReference,
  signal: AbortSignal,
): Promise<boolean> {
  const head = await client.headManifest(reference, signal);
  if (!head || !indexTypes.includes(head.mediaType)) return head !== undefined;
  const { content } = await client.pullManifest(reference, signal);
  for (const { digest } of descriptorsOf(content['manifests'])) {
    if (!(await client.headManifest({ ...reference, digest }, signal))) return false;
  }
  return true;
}

const indexTypes: readonly string[] = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
];

/** What we do not understand would be left out, and the copy be broken. */
function checkParts(
  { from, left }: Collecting,
  { content, bytes }: Manifest,
  understood: number,
): void {
  const { manifests, layers, config } = content;
  const listed = [manifests, layers].flatMap((list) => (isJsonList(list) ? list : []));
  const foreign = descriptorsOf(layers).filter(({ mediaType }) => foreignLayer.test(mediaType));
  const named = listed.length + (config === undefined ? 0 : 1) - foreign.length;
  if (understood < named) throw refused(from, 'its manifest names parts without a digest');
  const largest = [...descriptorsOf(layers), parseDescriptor(config)];
  if (largest.some((one) => (one?.size ?? 0) > mostBytes)) {
    throw refused(from, 'one of its layers is too large');
  }
  left.parts -= named + 1;
  left.bytes -= bytes.length;
  if (left.parts >= 0 && left.bytes >= 0) return;
  const subject = `${from.host}/${from.repository}`;
  throw new StalledError(
    'REGISTRY_REFUSED',
    `${subject}: not copied: it has too many parts`,
    subject,
  );
}
