/** Signatures beside what they are about: under a tag, as cosign keeps them, or in the list of referrers. */
import { createPublicKey, type KeyObject } from 'node:crypto';

import { isJsonList, isJsonObject, type Json, StalledError } from '@trueup/diagnostics';
import { placeOf } from '../artifact-reference.ts';
import { pushBytes } from '../artifacts/push-artifact.ts';
import { parseDescriptor } from '../descriptor.ts';
import { digestOf } from '../digest.ts';
import type { DigestReference, Manifest, RegistryClient } from '../registry-client.ts';
import {
  formatPayload,
  isSignatureOf,
  payloadType,
  signatureAnnotation,
  signPayload,
} from './simple-signing.ts';

export interface SigningOptions {
  readonly key: KeyObject;
  readonly signal: AbortSignal;
}

const manifestType = 'application/vnd.oci.image.manifest.v1+json';
const configType = 'application/vnd.oci.image.config.v1+json';
/** How cosign marks signatures in lists of referrers. */
const referrerType = 'application/vnd.dev.cosign.artifact.sig.v1+json';
const mostSignatures = 100;
const mostPayloadBytes = 64 * 1024;

/** Whether the key has signed it. The private one of a pair is as good. Rejects as {@link RegistryClient} does. */
export async function hasSignature(
  client: RegistryClient,
  reference: DigestReference,
  { key, signal }: SigningOptions,
): Promise<boolean> {
  const { digest } = reference;
  const publicKey = key.type === 'private' ? createPublicKey(key) : key;
  const tagged = await findTagged(client, reference, signal);
  if (tagged && (await holds(tagged))) return true;
  const filter = { artifactType: referrerType };
  const listed = await client.listReferrers(reference, signal, filter);
  for (const { digest: own } of listed.slice(0, mostSignatures)) {
    if (await holds(await client.pullManifest({ ...placeOf(reference), digest: own }, signal))) {
      return true;
    }
  }
  return false;

  async function holds({ content }: Manifest): Promise<boolean> {
    for (const { blob, signature } of signaturesIn(content['layers'])) {
      const place = { ...placeOf(reference), digest: blob };
      const payload = await client.pullBlob(place, signal, { maxBytes: mostPayloadBytes });
      if (isSignatureOf({ payload, signature }, digest, publicKey)) return true;
    }
    return false;
  }
}

/**
 * Signs it, beside what others have signed. Harmless when repeated: it adds nothing where the key has
 * signed it. Two who do it in the same moment may lose one: no registry compares and swaps a tag.
 */
export async function addSignature(
  client: RegistryClient,
  reference: DigestReference,
  { key, signal }: SigningOptions,
): Promise<void> {
  if (await hasSignature(client, reference, { key, signal })) return;
  const place = placeOf(reference);
  const { digest } = reference;
  const payload = formatPayload({ reference: `${place.host}/${place.repository}`, digest });
  const known = await findTagged(client, reference, signal);
  const others = known && isJsonList(known.content['layers']) ? known.content['layers'] : [];
  const own = {
    mediaType: payloadType,
    digest: digestOf(payload),
    size: payload.length,
    annotations: { [signatureAnnotation]: signPayload(payload, key) },
  };
  const layers = [...others, own];
  const config = Buffer.from(JSON.stringify(configOf(layers)));
  for (const bytes of [payload, config]) await pushBytes(client, place, { bytes, signal });
  const about = { mediaType: configType, digest: digestOf(config), size: config.length };
  const content = { schemaVersion: 2, mediaType: manifestType, config: about, layers };
  const manifest = { bytes: Buffer.from(JSON.stringify(content)), mediaType: manifestType };
  await client.pushManifest({ ...place, tag: tagOf(digest) }, manifest, signal);
}

async function findTagged(
  client: RegistryClient,
  { digest, ...place }: DigestReference,
  signal: AbortSignal,
): Promise<Manifest | undefined> {
  try {
    return await client.pullManifest({ ...placeOf(place), tag: tagOf(digest) }, signal);
  } catch (error) {
    if (error instanceof StalledError && error.code === 'REGISTRY_NOT_FOUND') return undefined;
    throw error;
  }
}

function signaturesIn(layers: Json | undefined) {
  const all = isJsonList(layers) ? layers.slice(0, mostSignatures) : [];
  return all.flatMap((layer) => {
    const descriptor = parseDescriptor(layer);
    const annotations = isJsonObject(layer) ? layer['annotations'] : undefined;
    const signature = isJsonObject(annotations) ? annotations[signatureAnnotation] : undefined;
    if (descriptor?.mediaType !== payloadType || typeof signature !== 'string') return [];
    return [{ blob: descriptor.digest, signature }];
  });
}

/** What an image has; nobody reads it. */
function configOf(layers: readonly Json[]): object {
  const ids = layers.map((layer) => (isJsonObject(layer) ? layer['digest'] : undefined));
  return {
    architecture: '',
    os: '',
    config: {},
    rootfs: { type: 'layers', diff_ids: ids.filter((id) => typeof id === 'string') },
  };
}

function tagOf(digest: string): string {
  return `${digest.replace(':', '-')}.sig`;
}
