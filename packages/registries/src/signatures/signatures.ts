/** Signatures beside what they are about: under a tag, as cosign keeps them, or in the list of referrers. */
import { createPublicKey, type KeyObject } from 'node:crypto';

import { isJsonList, isJsonObject, type Json, StalledError } from '@trueup/diagnostics';
import { placeOf } from '../artifact-reference.ts';
import { pushBytes } from '../artifacts/push-artifact.ts';
import { parseDescriptor } from '../descriptor.ts';
import { digestOf } from '../digest.ts';
import type { DigestReference, Manifest, RegistryClient } from '../registry-client.ts';
import { bundleType, isBundleOf } from './sigstore-bundle.ts';
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

export interface VerifyingOptions extends SigningOptions {
  /** `host/repository`, with or without a tag. Bundles name none, and do not count then. */
  readonly signedAs?: string;
}

const manifestType = 'application/vnd.oci.image.manifest.v1+json';
const configType = 'application/vnd.oci.image.config.v1+json';
/**
 * How cosign marks signatures in lists of referrers. Bundles stand in lists under the fallback tag by the type of
 * their config, which is that of nothing.
 */
const referrerTypes: readonly (string | undefined)[] = [
  'application/vnd.dev.cosign.artifact.sig.v1+json',
  bundleType,
  'application/vnd.oci.empty.v1+json',
  undefined,
];
/** Of all that are looked at: whoever may write beside an image could keep us reading for ever. */
const mostSignatures = 100;
const mostPayloadBytes = 64 * 1024;

/**
 * Whether the key has signed it, as cosign 2 or 3 does. The private one of a pair is as good. Rejects as
 * {@link RegistryClient} does.
 */
export async function hasSignature(
  client: RegistryClient,
  reference: DigestReference,
  { key, signal, signedAs }: VerifyingOptions,
): Promise<boolean> {
  const place = placeOf(reference);
  const publicKey = key.type === 'private' ? createPublicKey(key) : key;
  const claim = { digest: reference.digest, ...(signedAs !== undefined && { signedAs }) };
  let left = mostSignatures;
  const tagged = await findTagged(client, reference, signal);
  if (tagged && (await holds(tagged))) return true;
  const listed = await client.listReferrers(reference, signal);
  const signatures = listed.filter(({ artifactType }) => referrerTypes.includes(artifactType));
  for (const { digest } of signatures.slice(0, mostSignatures)) {
    const manifest = await unlessBroken(() => client.pullManifest({ ...place, digest }, signal));
    if (manifest && (await holds(manifest))) return true;
  }
  return false;

  async function holds({ content }: Manifest): Promise<boolean> {
    for (const { blob, signature } of signaturesIn(content['layers'])) {
      left -= 1;
      if (left < 0) return false;
      const pulling = { maxBytes: mostPayloadBytes };
      const payload = await unlessBroken(() =>
        client.pullBlob({ ...place, digest: blob }, signal, pulling),
      );
      if (payload && isGood(payload, signature)) return true;
    }
    return false;
  }

  function isGood(payload: Uint8Array, signature: string | undefined): boolean {
    if (signature !== undefined) return isSignatureOf({ payload, signature }, claim, publicKey);
    return signedAs === undefined && isBundleOf(payload, claim.digest, publicKey);
  }
}

/** What somebody has left half beside an image does not take its good signature away. */
async function unlessBroken<T>(read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof StalledError && brokenCodes.includes(error.code)) return undefined;
    throw error;
  }
}

const brokenCodes: readonly string[] = [
  'REGISTRY_NOT_FOUND',
  'REGISTRY_DIGEST_MISMATCH',
  'REGISTRY_REFUSED',
  'OUTBOUND_RESPONSE_TOO_LONG',
];

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

interface FoundSignature {
  readonly blob: string;
  /** Of the blob. Absent where it is a bundle, which holds its own. */
  readonly signature?: string;
}

function signaturesIn(layers: Json | undefined): readonly FoundSignature[] {
  const all = isJsonList(layers) ? layers.slice(0, mostSignatures) : [];
  return all.flatMap((layer): readonly FoundSignature[] => {
    const descriptor = parseDescriptor(layer);
    if (descriptor?.mediaType === bundleType) return [{ blob: descriptor.digest }];
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
