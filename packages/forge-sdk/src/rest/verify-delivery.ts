import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

import type { Delivery } from '../delivery.ts';

/** Forges send at most this much; what is longer is not even hashed. */
const mostBytes = 26 * 1024 * 1024;

export interface SignedDelivery {
  readonly body: Uint8Array;
  /** As the forge wrote it; absent where it wrote none. */
  readonly signature: string | undefined;
  readonly secrets: readonly string[];
}

type Refusal = Extract<Delivery, { kind: 'refused' }>;

/**
 * Checks an HMAC-SHA256 of the body, in hexadecimal digits, possibly after `sha256=`. `undefined`
 * where it holds.
 */
export function verifyHmac({ body, signature, secrets }: SignedDelivery): Refusal | undefined {
  if (body.length > mostBytes) return { kind: 'refused', reason: 'malformed' };
  const digits = /^(?:sha256=)?([\da-f]{64})$/i.exec(signature ?? '')?.[1];
  if (!signature) return { kind: 'refused', reason: 'unsigned' };
  const given = Buffer.from(digits ?? '', 'hex');
  // All of them are tried: how long it takes does not tell which one it was.
  const matches = secrets.filter((secret) =>
    isSame(given, createHmac('sha256', secret).update(body).digest(), secret),
  );
  return matches.length > 0 ? undefined : { kind: 'refused', reason: 'wrong-signature' };
}

/** Checks a word that only the forge and we know. `undefined` where it is one of ours. */
export function verifyToken({ body, signature, secrets }: SignedDelivery): Refusal | undefined {
  if (body.length > mostBytes) return { kind: 'refused', reason: 'malformed' };
  if (!signature) return { kind: 'refused', reason: 'unsigned' };
  const matches = secrets.filter((secret) => isSame(digestOf(signature), digestOf(secret), secret));
  return matches.length > 0 ? undefined : { kind: 'refused', reason: 'wrong-signature' };
}

/** The same for the same body, whoever sends it again. */
export function deliveryId(body: Uint8Array): string {
  return digestOf(body).toString('hex');
}

/** An empty secret is one that was never set: everybody could sign with it. */
function isSame(given: Buffer, expected: Buffer, secret: string): boolean {
  return given.length === expected.length && timingSafeEqual(given, expected) && secret !== '';
}

function digestOf(value: string | Uint8Array): Buffer {
  return createHash('sha256').update(value).digest();
}
