/**
 * Brings a store forward on start: all pending migrations in one transaction. It never goes back: a
 * file that a newer Trueup wrote is refused, since what it holds cannot be known here.
 */
import { StalledError } from '@trueup/diagnostics';
import { type Kysely, sql } from 'kysely';

import type { Tables } from '../tables.ts';
import type { DialectWords, Migration } from './migration.ts';

export interface MigrationRequest {
  readonly migrations: readonly Migration[];
  readonly words: DialectWords;
  /** For messages. */
  readonly name: string;
}

/**
 * @throws StalledError `STORE_NEWER` when the store knows a migration that we do not, `STORE_FOREIGN`
 * when it holds tables of something else. Nothing was changed then.
 */
export async function migrate(
  database: Kysely<Tables>,
  { migrations, words, name }: MigrationRequest,
): Promise<void> {
  const done = await readVersion(database, name);
  const newest = migrations.at(-1)?.number ?? 0;
  if (done > newest) throw newer(name, done, newest);
  if (done === newest) return;

  await database.transaction().execute(async (transaction) => {
    if (done === 0) await sql.raw(describeMigrationTable(words)).execute(transaction);
    for (const { number, name: step, statements } of migrations.slice(done)) {
      for (const statement of statements(words)) await sql.raw(statement).execute(transaction);
      await transaction.insertInto('schema_migration').values({ number, name: step }).execute();
    }
  });
}

/**
 * For those who only read, and cannot migrate.
 *
 * @throws StalledError `STORE_NEWER`, or `STORE_OLDER` when a server has to migrate it first.
 */
export async function requireMigrated(
  database: Kysely<Tables>,
  { migrations, name }: Omit<MigrationRequest, 'words'>,
): Promise<void> {
  const done = await readVersion(database, name);
  const newest = migrations.at(-1)?.number ?? 0;
  if (done > newest) throw newer(name, done, newest);
  if (done === newest) return;
  throw new StalledError(
    'STORE_OLDER',
    `${name}: not read, since it is of version ${done} and this Trueup needs ${newest}: start its server once`,
    name,
  );
}

async function readVersion(database: Kysely<Tables>, name: string): Promise<number> {
  const tables = await database.introspection.getTables();
  if (tables.length === 0) return 0;
  if (!tables.some((table) => table.name === 'schema_migration')) {
    throw new StalledError(
      'STORE_FOREIGN',
      `${name}: not opened, since it is the database of something else`,
      name,
    );
  }
  const row = await database
    .selectFrom('schema_migration')
    .select(({ fn }) => fn.max('number').as('number'))
    .executeTakeFirst();
  return row?.number ?? 0;
}

function describeMigrationTable({ integer, tableEnd }: DialectWords): string {
  return `create table schema_migration (
      number ${integer} primary key,
      name text not null
    ) ${tableEnd}`;
}

function newer(name: string, done: number, newest: number): StalledError {
  return new StalledError(
    'STORE_NEWER',
    `${name}: not opened, since a newer Trueup wrote it (version ${done}, this one knows ${newest}): use that one, or a backup`,
    name,
  );
}
