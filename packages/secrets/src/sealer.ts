import { createHmac, type KeyObject } from 'node:crypto';

import { type FieldPath, formatJson, type Json } from '@trueup/diagnostics';

import { deriveKey } from './derive-key.ts';

/** The one field that a seal is for; equal values elsewhere have other seals. */
export interface SealPlace {
  /** Name of the target. */
  readonly target: string;
  /** Resource id. */
  readonly id: string;
  readonly path: FieldPath;
}

/** `sealed:` and 24 hexadecimal digits. Public: plans show it, digests and approvals cover it. */
export type Seal = (secret: Json, place: SealPlace) => string;

/**
 * Makes the function that stands for secrets in everything that is stored or shown (P5).
 *
 * A seal is a keyed hash over the value and its place: the two sides of one field compare, and
 * nothing else does. Without the place, a plan would tell which environments share a password;
 * without the key, a weak secret could be guessed back. Who loses the key gets other seals, so that
 * every plan that holds secrets asks for a new approval.
 */
export function createSealer(key: KeyObject): Seal {
  const own = deriveKey(key, 'seal');
  return (secret, { target, id, path }) => {
    // A list as JSON, since joined texts could be cut at another place.
    const text = formatJson([target, id, path, secret]);
    return `sealed:${createHmac('sha256', own).update(text).digest('hex').slice(0, sealDigits)}`;
  };
}

/** 96 bits: two values of one field never meet by chance, and people can still compare it. */
const sealDigits = 24;
