/**
 * Puts a new key into the place of the one that secrets are kept under.
 *
 * K1. The new key is in the file, and on the disk, before anything is encrypted with it; the older ones
 *     stay in the file behind it. Whenever this process ends, the file opens all that is kept.
 * K2. All secrets are written anew in one batch, with a line of the audit chain. What this process
 *     leaves undone, the next start of the server does.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';

import { StalledError } from '@trueup/diagnostics';
import type { Write } from '@trueup/engine';
import { createVault, rotateKey } from '@trueup/secrets';

import { openRightKey, renewSecrets } from './open-secrets.ts';

export interface KeyRotation {
  /** As the server has them. */
  readonly dataFolder: string;
  readonly keyFile: string;
  readonly now: () => number;
}

/**
 * The server must not run meanwhile.
 *
 * @throws StalledError `STORE_LOCKED` while it does, `STORE_MISSING`, and as `openSecrets` does.
 */
export async function rotateInstallationKey({
  dataFolder,
  keyFile,
  now,
}: KeyRotation): Promise<{ readonly secrets: number }> {
  const file = join(dataFolder, 'trueup.db');
  if (!existsSync(file)) {
    throw new StalledError('STORE_MISSING', `${file}: there is no store`, file);
  }
  const { openSqliteStore } = await import('@trueup/store');
  const store = await openSqliteStore({ file });
  try {
    await openRightKey(store, keyFile);
    const vault = createVault(await rotateKey(keyFile));
    const note = (secrets: number): readonly Write[] => [
      {
        kind: 'audit',
        line: {
          at: new Date(now()).toISOString(),
          actor: 'console',
          event: 'key:rotated',
          subject: 'installation',
          detail: { secrets },
        },
      },
    ];
    return { secrets: await renewSecrets(store, vault, note) };
  } finally {
    await store.close();
  }
}
