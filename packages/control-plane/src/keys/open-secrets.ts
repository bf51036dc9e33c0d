/** The installation's key, and what is kept with it: opened at the start, and kept under the newest key. */
import { OperationError, StalledError } from '@trueup/diagnostics';
import type { OpenStack, SecretRecord, Store, Write } from '@trueup/engine';
import { createSealer, createVault, type Keys, openKey, type Vault } from '@trueup/secrets';

export interface SecretServices {
  /** Names the installation, for as long as its key lives. */
  readonly installation: string;
  readonly seal: OpenStack['seal'];
  /** `place` is bound to the bytes: they cannot be moved elsewhere. */
  encrypt(bytes: Uint8Array, place: string): Uint8Array;
  decrypt(bytes: Uint8Array, place: string): Uint8Array;
}

/**
 * A store whose secrets cannot be read would look healthy until somebody needs one of them, and new
 * ones would be lost as soon as the right key is back. A rotation that was interrupted is finished.
 *
 * @throws StalledError `SECRETS_KEY_MISSING`, `SECRETS_KEY_OTHER`, and as the key file says.
 */
export async function openSecrets(store: Store, keyFile: string): Promise<SecretServices> {
  const keys = await openRightKey(store, keyFile);
  await renewSecrets(store, createVault(keys));
  return toSecretServices(keys);
}

/** A key is made where nothing was ever encrypted. @throws as `openSecrets`. */
export async function openRightKey(store: Store, keyFile: string): Promise<Keys> {
  const [sample] = await store.secrets();
  const keys = await openKey(keyFile, { isFirst: sample === undefined });
  if (!sample || read(sample, createVault(keys))) return keys;
  const message = `${keyFile}: this is not the key that the store's secrets were encrypted with`;
  throw new StalledError('SECRETS_KEY_OTHER', message, keyFile);
}

/**
 * Encrypts with the newest key what an older one wrote, all of it at once or nothing; what cannot be
 * read stays as it is. `extra` is written with it. Answers how many there were.
 */
export async function renewSecrets(
  store: Store,
  vault: Vault,
  extra: (renewed: number) => readonly Write[] = () => [],
): Promise<number> {
  const outdated = (await store.secrets()).filter(({ ciphertext }) => vault.isOutdated(ciphertext));
  const renewed = outdated.flatMap((secret): Write[] => {
    const plain = read(secret, vault);
    if (!plain) return [];
    const ciphertext = vault.encrypt(plain, secret.name);
    return [{ kind: 'secret', secret: { ...secret, ciphertext } }];
  });
  const writes = [...renewed, ...extra(renewed.length)];
  if (writes.length > 0) await store.commit(writes);
  return renewed.length;
}

function read({ ciphertext, name }: SecretRecord, vault: Vault): Uint8Array | undefined {
  try {
    return vault.decrypt(ciphertext, name);
  } catch (error) {
    if (error instanceof OperationError) return undefined;
    throw error;
  }
}

/** Seals and the installation's name outlive a rotation, so that they come from the oldest key. */
function toSecretServices(keys: Keys): SecretServices {
  const vault = createVault(keys);
  const seal = createSealer(keys.at(-1) ?? keys[0]);
  const place = { target: '', id: 'installation', path: [] };
  return {
    installation: seal('installation', place),
    seal,
    encrypt: (bytes, at) => vault.encrypt(bytes, at),
    decrypt: (bytes, at) => vault.decrypt(bytes, at),
  };
}
