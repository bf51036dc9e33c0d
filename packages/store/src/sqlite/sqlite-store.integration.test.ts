import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { type DurableStoreFixture, describeReopening, describeStore } from '@trueup/engine/testing';

import { openSqliteStore } from './open-sqlite-store.ts';

describeStore('a store in SQLite', open);
describeReopening('a store in SQLite', open);

async function open(): Promise<DurableStoreFixture> {
  const folder = mkdtempSync(join(tmpdir(), 'trueup-store-'));
  const file = join(folder, 'trueup.db');
  return {
    store: await openSqliteStore({ file }),
    reopen: () => openSqliteStore({ file }),
    dispose: async () => rmSync(folder, { recursive: true }),
  };
}
