import { closeSync, existsSync, mkdirSync, openSync, realpathSync } from 'node:fs';
import { dirname } from 'node:path';

import { StalledError } from '@trueup/diagnostics';
import type { Store } from '@trueup/engine';
import type { Kysely } from 'kysely';

import { allMigrations } from '../migrations/all-migrations.ts';
import { migrate, requireMigrated } from '../migrations/migrate.ts';
import type { DialectWords, Migration } from '../migrations/migration.ts';
import { SqlStore } from '../sql-store.ts';
import type { Tables } from '../tables.ts';
import { connectSqlite } from './connect-sqlite.ts';
import { createSqliteErrors } from './sqlite-errors.ts';
import { createLogSync } from './sync-log.ts';
import { acquireWriterLock } from './writer-lock.ts';

export interface SqliteStoreOptions {
  /** Three more files lie beside it (`-wal`, `-shm`, `-lock`), and `-owner` while it is written to. */
  readonly file: string;
  /** For tests of migrations. */
  readonly migrations?: readonly Migration[];
}

/**
 * Opens the store to write to it; makes it where there is none, readable by its owner alone, and
 * brings an older one forward. Closing it lets the next process in, as does the end of this one.
 *
 * @throws StalledError `STORE_LOCKED` while another process has it open in this way; `STORE_NEWER`,
 * `STORE_FOREIGN`, `STORE_UNREADABLE` for a file that this Trueup cannot use.
 */
export async function openSqliteStore({
  file,
  migrations = allMigrations,
}: SqliteStoreOptions): Promise<Store> {
  return await translated(file, async () => {
    createPrivately(file);
    const lock = acquireWriterLock(file);
    // A link leads to the file that SQLite lays its log beside.
    const log = createLogSync(realpathSync(file));
    const release = (): void => {
      log.close();
      lock.release();
    };
    const opened: Kysely<Tables>[] = [];
    try {
      const writer = connectSqlite(file, 'write');
      opened.push(writer);
      await migrate(writer, { migrations, words: sqliteWords, name: file });
      const reader = connectSqlite(file, 'read');
      return new SqlStore({
        name: file,
        writer,
        reader,
        errors: createSqliteErrors(file),
        sync: () => log.sync(),
        release,
      });
    } catch (error) {
      for (const connection of opened) await connection.destroy();
      release();
      throw error;
    }
  });
}

/**
 * Opens the store to read from it, whether or not a server writes to it at the same time: what it
 * commits is seen. Every write is refused with `STORE_READ_ONLY`.
 *
 * @throws StalledError `STORE_MISSING`; `STORE_OLDER` when a server has to bring it forward first;
 * `STORE_NEWER`, `STORE_FOREIGN`, `STORE_UNREADABLE` as above.
 */
export async function readSqliteStore({
  file,
  migrations = allMigrations,
}: SqliteStoreOptions): Promise<Store> {
  return await translated(file, async () => {
    if (!existsSync(file)) {
      throw new StalledError('STORE_MISSING', `${file}: there is no store`, file);
    }
    const reader = connectSqlite(file, 'read');
    try {
      await requireMigrated(reader, { migrations, name: file });
    } catch (error) {
      await reader.destroy();
      throw error;
    }
    return new SqlStore({
      name: file,
      reader,
      errors: createSqliteErrors(file),
      sync: async () => undefined,
      release: () => undefined,
    });
  });
}

const sqliteWords: DialectWords = {
  position: 'integer',
  integer: 'integer',
  bytes: 'blob',
  // Without it SQLite takes any type for any other.
  tableEnd: 'strict',
};

/** SQLite would make the file readable by everybody; the files beside it get the same mode. */
function createPrivately(file: string): void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  closeSync(openSync(file, 'a', 0o600));
}

async function translated<T>(file: string, open: () => Promise<T>): Promise<T> {
  try {
    return await open();
  } catch (error) {
    throw createSqliteErrors(file).translate(error);
  }
}
