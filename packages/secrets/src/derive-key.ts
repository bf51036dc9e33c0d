import { createSecretKey, hkdfSync, type KeyObject } from 'node:crypto';

/** One installation key serves several purposes; none of them can be used to learn about another. */
export type KeyPurpose = 'seal' | 'vault' | 'key-id';

export function deriveKey(key: KeyObject, purpose: KeyPurpose): KeyObject {
  const bytes = hkdfSync('sha256', key, new Uint8Array(), `trueup ${purpose} v1`, 32);
  return createSecretKey(new Uint8Array(bytes));
}
