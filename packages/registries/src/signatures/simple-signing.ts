/**
 * Signatures as `cosign sign --key` makes them and `cosign verify --key` reads them:
 * https://github.com/sigstore/cosign/blob/main/specs/SIGNATURE_SPEC.md
 */
import { createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto';

import { isJsonObject } from '@trueup/diagnostics';

import { parseArtifactReference } from '../artifact-reference.ts';

export interface SignedImage {
  /** `host/repository`, as people name it. */
  readonly reference: string;
  readonly digest: string;
}

export const payloadType = 'application/vnd.dev.cosign.simplesigning.v1+json';
export const signatureAnnotation = 'dev.cosignproject.cosign/signature';
const signatureKind = 'cosign container image signature';

/** A private key of ECDSA on P-256, PEM, not encrypted. `undefined` for anything else. */
export function parseSigningKey(pem: string): KeyObject | undefined {
  return parseKey(() => createPrivateKey(pem));
}

/** The public one, of which a private one is also an account. `undefined` for anything else. */
export function parseVerificationKey(pem: string): KeyObject | undefined {
  return parseKey(() => createPublicKey(pem));
}

function parseKey(read: () => KeyObject): KeyObject | undefined {
  try {
    const key = read();
    const { namedCurve } = key.asymmetricKeyDetails ?? {};
    return key.asymmetricKeyType === 'ec' && namedCurve === 'prime256v1' ? key : undefined;
  } catch {
    return undefined;
  }
}

/** The bytes that are signed. Their order is that of cosign. */
export function formatPayload({ reference, digest }: SignedImage): Uint8Array {
  const critical = {
    identity: { 'docker-reference': reference },
    image: { 'docker-manifest-digest': digest },
    type: signatureKind,
  };
  return Buffer.from(JSON.stringify({ critical, optional: null }));
}

/** In base64. Another one each time: such signatures have chance in them. */
export function signPayload(payload: Uint8Array, key: KeyObject): string {
  return sign('sha256', payload, key).toString('base64');
}

export interface Claim {
  readonly digest: string;
  /**
   * What it has to be signed as: `host/repository`, of which a tag may stand in the signature besides, or
   * `host/repository:tag`, which has to. Anything when absent.
   */
  readonly signedAs?: string;
}

/** Whether this key says so of this very digest, under the name that is asked for. Never throws. */
export function isSignatureOf(
  { payload, signature }: { readonly payload: Uint8Array; readonly signature: string },
  { digest, signedAs }: Claim,
  key: KeyObject,
): boolean {
  try {
    const isSigned = verify('sha256', payload, key, Buffer.from(signature, 'base64'));
    const said = isSigned ? readPayload(payload) : undefined;
    return said?.digest === digest && (signedAs === undefined || isNamed(said.name, signedAs));
  } catch {
    return false;
  }
}

function readPayload(payload: Uint8Array) {
  const content: unknown = JSON.parse(Buffer.from(payload).toString('utf8'));
  const critical = isJsonObject(content) ? content['critical'] : undefined;
  if (!isJsonObject(critical) || critical['type'] !== signatureKind) return undefined;
  const { image, identity } = critical;
  return {
    digest: isJsonObject(image) ? image['docker-manifest-digest'] : undefined,
    name: isJsonObject(identity) ? identity['docker-reference'] : undefined,
  };
}

function isNamed(name: unknown, wanted: string): boolean {
  const known = typeof name === 'string' ? parseArtifactReference(name) : undefined;
  const asked = parseArtifactReference(wanted);
  if (!known || !asked) return false;
  const { host, repository, tag } = asked;
  const isPlace = known.host === host && known.repository === repository;
  return isPlace && (tag === undefined || tag === known.tag);
}
