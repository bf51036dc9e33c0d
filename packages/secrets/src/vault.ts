/**
 * Encryption at rest: what the store holds of secrets and artifacts can be read only with a key that
 * lies outside of it.
 *
 * Layout: version (1 byte), key id (8), salt (32), ciphertext, tag (16). Key and nonce of AES-256-GCM
 * are derived from the salt, so that no nonce can repeat under a key, however much is written.
 * Version, key id and place are authenticated: a ciphertext that was moved to another record does
 * not open there.
 */
import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createSecretKey,
  hkdfSync,
  type KeyObject,
  randomBytes,
} from 'node:crypto';

import { StalledError } from '@trueup/diagnostics';

import { deriveKey } from './derive-key.ts';

export interface Vault {
  /** `place` names the record that it is for: the same text opens it again, no other one does. */
  encrypt(plain: Uint8Array, place: string): Uint8Array;
  /**
   * @throws StalledError `SECRETS_KEY_MISSING` when it was written with a key that this vault does
   * not have, `SECRETS_UNREADABLE` when it was changed or belongs to another place.
   */
  decrypt(box: Uint8Array, place: string): Uint8Array;
  /** True when an older key wrote it: encrypt it anew, so that the older key can be retired. */
  isOutdated(box: Uint8Array): boolean;
}

/** The first key writes; all of them read. At least one. */
export function createVault(keys: readonly KeyObject[]): Vault {
  const known = keys.map((key) => ({ id: idOf(key), key: deriveKey(key, 'vault') }));
  const newest = known[0];
  if (!newest) throw new Error('a vault needs a key');

  return {
    encrypt(plain, place) {
      const salt = randomBytes(saltBytes);
      const header = Buffer.concat([Uint8Array.of(version), newest.id, salt]);
      const { key, nonce } = deriveMessageKey(newest.key, salt);
      const cipher = createCipheriv('aes-256-gcm', key, nonce);
      cipher.setAAD(bind(header, place));
      return Buffer.concat([header, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
    },

    decrypt(box, place) {
      const parsed = parseBox(box);
      if (!parsed) throw unreadable(place);
      const writer = known.find(({ id }) => parsed.id.equals(id));
      if (!writer) throw keyMissing(place);
      const plain = openBox(parsed, writer.key, place);
      if (!plain) throw unreadable(place);
      return plain;
    },

    isOutdated: (box) => !Buffer.from(box.subarray(1, 1 + idBytes)).equals(newest.id),
  };
}

const version = 1;
const idBytes = 8;
const saltBytes = 32;
const headerBytes = 1 + idBytes + saltBytes;
const tagBytes = 16;

interface Box {
  readonly id: Buffer;
  readonly header: Buffer;
  readonly salt: Buffer;
  readonly body: Buffer;
  readonly tag: Buffer;
}

function parseBox(box: Uint8Array): Box | undefined {
  const bytes = Buffer.from(box);
  if (bytes.length < headerBytes + tagBytes || bytes[0] !== version) return undefined;
  return {
    id: bytes.subarray(1, 1 + idBytes),
    header: bytes.subarray(0, headerBytes),
    salt: bytes.subarray(1 + idBytes, headerBytes),
    body: bytes.subarray(headerBytes, -tagBytes),
    tag: bytes.subarray(-tagBytes),
  };
}

function openBox(box: Box, writer: KeyObject, place: string): Uint8Array | undefined {
  const { key, nonce } = deriveMessageKey(writer, box.salt);
  const decipher = createDecipheriv('aes-256-gcm', key, nonce);
  decipher.setAAD(bind(box.header, place)).setAuthTag(box.tag);
  try {
    return Buffer.concat([decipher.update(box.body), decipher.final()]);
  } catch {
    // The tag does not fit. OpenSSL says no more than that.
    return undefined;
  }
}

/** Tells keys apart without telling anything about them. */
function idOf(key: KeyObject): Buffer {
  const own = deriveKey(key, 'key-id').export();
  return createHash('sha256').update(own).digest().subarray(0, idBytes);
}

function deriveMessageKey(
  key: KeyObject,
  salt: Uint8Array,
): { readonly key: KeyObject; readonly nonce: Uint8Array } {
  const bytes = new Uint8Array(hkdfSync('sha256', key, salt, 'trueup message v1', 32 + 12));
  return { key: createSecretKey(bytes.subarray(0, 32)), nonce: bytes.subarray(32) };
}

function bind(header: Uint8Array, place: string): Uint8Array {
  return Buffer.concat([header, Buffer.from(place)]);
}

function keyMissing(place: string): StalledError {
  return new StalledError(
    'SECRETS_KEY_MISSING',
    `${place}: cannot be read, since the key that it was encrypted with is not in the key file`,
    place,
  );
}

function unreadable(place: string): StalledError {
  return new StalledError(
    'SECRETS_UNREADABLE',
    `${place}: cannot be read, since it was changed or belongs to another record`,
    place,
  );
}
