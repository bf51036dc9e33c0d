/**
 * Where a registry keeps no list of referrers, whoever pushes one keeps an index under a tag:
 * https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#referrers-tag-schema
 */
import { isJsonList, StalledError } from '@trueup/diagnostics';
import type { Place } from './artifact-reference.ts';
import { type Descriptor, descriptorsOf } from './descriptor.ts';
import type { Manifest, RegistryClient } from './registry-client.ts';

export interface Referrer {
  readonly subject: Descriptor;
  readonly own: Pick<Manifest, 'digest' | 'mediaType' | 'bytes'>;
  readonly signal: AbortSignal;
}

const indexType = 'application/vnd.oci.image.index.v1+json';

/** `undefined` when there is none. */
export async function readTagList(
  client: Pick<RegistryClient, 'pullManifest'>,
  place: Place,
  { digest, signal }: { readonly digest: string; readonly signal: AbortSignal },
): Promise<Manifest | undefined> {
  try {
    return await client.pullManifest({ ...place, tag: tagOf(digest) }, signal);
  } catch (error) {
    if (error instanceof StalledError && error.code === 'REGISTRY_NOT_FOUND') return undefined;
    throw error;
  }
}

/** Two who do it in the same moment may lose one: nothing compares and swaps there. Harmless when repeated. */
export async function listUnderTag(
  client: Pick<RegistryClient, 'pullManifest' | 'pushManifest'>,
  place: Place,
  { subject, own, signal }: Referrer,
): Promise<void> {
  const list = await readTagList(client, place, { digest: subject.digest, signal });
  const known = list?.content['manifests'];
  const entries = isJsonList(known) ? known : [];
  if (descriptorsOf(entries).some((one) => one.digest === own.digest)) return;
  const { digest, mediaType, bytes } = own;
  const about = parseAbout(bytes);
  const entry = { mediaType, digest, size: bytes.length, ...about };
  const content = { schemaVersion: 2, mediaType: indexType, manifests: [...entries, entry] };
  const index = { bytes: Buffer.from(JSON.stringify(content)), mediaType: indexType };
  await client.pushManifest({ ...place, tag: tagOf(subject.digest) }, index, signal);
}

/** What a list tells of its entries: for manifests without a type of their own that of their config. */
function parseAbout(bytes: Uint8Array): object {
  const content: unknown = JSON.parse(Buffer.from(bytes).toString('utf8'));
  if (typeof content !== 'object' || !content) return {};
  const { artifactType, config, annotations }: Readonly<Record<string, unknown>> = { ...content };
  const own = typeof config === 'object' && config && 'mediaType' in config ? config.mediaType : '';
  const type = typeof artifactType === 'string' ? artifactType : own;
  return { artifactType: type, ...(typeof annotations === 'object' && { annotations }) };
}

function tagOf(digest: string): string {
  return digest.replace(':', '-');
}
