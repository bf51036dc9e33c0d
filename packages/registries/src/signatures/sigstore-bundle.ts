/**
 * Signatures as cosign 3 makes them, and cosign 2 with `--new-bundle-format`: an envelope around a statement. Read only.
 * https://github.com/sigstore/cosign/blob/main/specs/BUNDLE_SPEC.md, https://github.com/secure-systems-lab/dsse
 */
import { type KeyObject, verify } from 'node:crypto';

import { isJsonList, isJsonObject, type Json } from '@trueup/diagnostics';

export const bundleType = 'application/vnd.dev.sigstore.bundle.v0.3+json';
const payloadType = 'application/vnd.in-toto+json';
const statementType = 'https://in-toto.io/Statement/v1';
/** Other statements of the same key say something else about the image, and sign nothing. */
const signingPredicate = 'https://sigstore.dev/cosign/sign/v1';

/** Whether this key says so of this very digest. It names no repository. Never throws. */
export function isBundleOf(bundle: Uint8Array, digest: string, key: KeyObject): boolean {
  try {
    const { dsseEnvelope: envelope } = parseObject(bundle);
    if (!isJsonObject(envelope) || envelope['payloadType'] !== payloadType) return false;
    const { payload: packed, signatures } = envelope;
    const payload = Buffer.from(typeof packed === 'string' ? packed : '', 'base64');
    const isSigned =
      isJsonList(signatures) && signatures.some((one) => isOver(toSigned(payload), one, key));
    return isSigned && isAbout(parseObject(payload), digest);
  } catch {
    return false;
  }
}

function isOver(signed: Uint8Array, signature: Json, key: KeyObject): boolean {
  const text = isJsonObject(signature) ? signature['sig'] : undefined;
  return typeof text === 'string' && verify('sha256', signed, key, Buffer.from(text, 'base64'));
}

/** What is signed names the type of the payload too, with the lengths of both. */
function toSigned(payload: Buffer): Uint8Array {
  const head = `DSSEv1 ${payloadType.length} ${payloadType} ${payload.length} `;
  return Buffer.concat([Buffer.from(head), payload]);
}

function isAbout(
  { _type: type, predicateType, subject }: Readonly<Record<string, Json>>,
  digest: string,
): boolean {
  if (type !== statementType || predicateType !== signingPredicate) return false;
  return (
    isJsonList(subject) && subject.some((one) => sha256Of(one) === digest.replace('sha256:', ''))
  );
}

function sha256Of(subject: Json): Json | undefined {
  const digests = isJsonObject(subject) ? subject['digest'] : undefined;
  return isJsonObject(digests) ? digests['sha256'] : undefined;
}

function parseObject(bytes: Uint8Array): Readonly<Record<string, Json>> {
  const value: unknown = JSON.parse(Buffer.from(bytes).toString('utf8'));
  return isJsonObject(value) ? value : {};
}
