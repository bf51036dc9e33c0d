import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { Store } from '@trueup/engine';
import { createVault, openKey, rotateKey } from '@trueup/secrets';
import { openSqliteStore } from '@trueup/store';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { openSecrets } from './open-secrets.ts';
import { rotateInstallationKey } from './rotate-installation-key.ts';

let dataFolder: string;
let keyFile: string;

beforeEach(() => {
  dataFolder = mkdtempSync(join(tmpdir(), 'trueup-rotate-'));
  keyFile = join(dataFolder, 'key');
});

afterEach(() => rmSync(dataFolder, { recursive: true }));

const now = () => Date.parse('2026-01-02T03:04:05Z');

describe('the rotation of the key', () => {
  it('leaves every secret readable with the new key alone, and says so in the audit chain', async () => {
    const before = await keep('door', 'lock');

    const answer = await rotateInstallationKey({ dataFolder, keyFile, now });

    expect(answer).toEqual({ secrets: 2 });
    const [newest, ...older] = await openKey(keyFile);
    expect(older).toHaveLength(1);
    await withStore(async (store) => {
      const vault = createVault([newest]);
      const plain = (await store.secrets()).map(({ ciphertext, name }) =>
        Buffer.from(vault.decrypt(ciphertext, name)).toString(),
      );
      expect(plain).toEqual(['value of door', 'value of lock']);
      const [line] = (await store.audit({ limit: 9 })).items;
      expect(line).toMatchObject({
        actor: 'console',
        event: 'key:rotated',
        detail: { secrets: 2 },
      });
      // Seals of plans and the name of the installation stay what they are.
      expect((await openSecrets(store, keyFile)).installation).toBe(before);
    });
  });

  it('is finished by the next start, when it was killed in between', async () => {
    await keep('door');
    await rotateKey(keyFile);

    await withStore(async (store) => {
      const { decrypt } = await openSecrets(store, keyFile);

      const [secret] = await store.secrets();
      const [newest] = await openKey(keyFile);
      expect(createVault([newest]).isOutdated(secret?.ciphertext ?? Buffer.of())).toBe(false);
      expect(Buffer.from(decrypt(secret?.ciphertext ?? Buffer.of(), 'door')).toString()).toBe(
        'value of door',
      );
    });
  });

  it('is refused while a server runs, and with another key, leaving the file as it is', async () => {
    await keep('door');
    const text = readFileSync(keyFile, 'utf8');

    await withStore(async () => {
      await expect(rotateInstallationKey({ dataFolder, keyFile, now })).rejects.toMatchObject({
        code: 'STORE_LOCKED',
      });
    });
    const other = join(dataFolder, 'other');
    await openKey(other);
    await expect(rotateInstallationKey({ dataFolder, keyFile: other, now })).rejects.toMatchObject({
      code: 'SECRETS_KEY_OTHER',
    });

    expect(readFileSync(keyFile, 'utf8')).toBe(text);
    expect(await openKey(other)).toHaveLength(1);
  });

  it('makes no store where there is none', async () => {
    await expect(rotateInstallationKey({ dataFolder, keyFile, now })).rejects.toMatchObject({
      code: 'STORE_MISSING',
    });
    expect(existsSync(keyFile)).toBe(false);
  });
});

/** Keeps secrets of these names; answers with the name of the installation. */
async function keep(...names: readonly string[]): Promise<string> {
  return withStore(async (store) => {
    const { encrypt, installation } = await openSecrets(store, keyFile);
    await store.commit(
      names.map((name) => ({
        kind: 'secret',
        secret: {
          name,
          ciphertext: encrypt(Buffer.from(`value of ${name}`), name),
          uses: [],
          updatedAt: '2026-01-01T00:00:00Z',
        },
      })),
    );
    return installation;
  });
}

async function withStore<T>(use: (store: Store) => Promise<T>): Promise<T> {
  const store = await openSqliteStore({ file: join(dataFolder, 'trueup.db') });
  try {
    return await use(store);
  } finally {
    await store.close();
  }
}
