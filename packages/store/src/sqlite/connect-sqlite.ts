// biome-ignore lint/correctness/noUnresolvedImports: Biome's list of Node's modules lacks it.
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';

import { Kysely, type SqliteDatabase, SqliteDialect, type SqliteStatement } from 'kysely';

import type { Tables } from '../tables.ts';

/**
 * - `write`: creates the file if need be.
 * - `read`: for a file that exists; sees what was committed when a statement begins.
 */
export type SqliteAccess = 'write' | 'read';

/**
 * One connection, which gives its statements to one caller after the other.
 *
 * The write-ahead log lets others read while one writes. NORMAL leaves the sync of each commit to
 * `createLogSync`, which does not block the process as FULL does; what is acknowledged survives
 * a power cut all the same (P4). A reader may see a commit the moment before it would.
 */
export function connectSqlite(file: string, access: SqliteAccess): Kysely<Tables> {
  const database = new DatabaseSync(file, {
    readOnly: access === 'read',
    enableForeignKeyConstraints: true,
    timeout: busyTimeoutMs,
  });
  try {
    if (access === 'write') database.exec(writerPragmas);
    return new Kysely<Tables>({ dialect: new SqliteDialect({ database: adapt(database) }) });
  } catch (error) {
    database.close();
    throw error;
  }
}

/** Waits for a reader that recovers the log after a crash, or for a backup; both are short. */
const busyTimeoutMs = 5000;

const writerPragmas = `
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = NORMAL;
  PRAGMA trusted_schema = OFF;
`;

/**
 * Kysely's dialect is written for better-sqlite3, which takes parameters as one list and says whether
 * a statement returns rows. `node:sqlite` does neither.
 */
function adapt(database: DatabaseSync): SqliteDatabase {
  const prepared = new Map<string, SqliteStatement>();
  return {
    close: () => database.close(),
    prepare(sql) {
      const known = prepared.get(sql);
      if (known) return known;
      const prepare = sql === 'rollback' ? adaptRollback : adaptStatement;
      const statement = prepare(database.prepare(sql), database);
      if (prepared.size >= mostStatements) prepared.clear();
      prepared.set(sql, statement);
      return statement;
    },
  };
}

/** Queries are few and their lists have few lengths, so this is reached by mistake only. */
const mostStatements = 500;

function adaptStatement(statement: StatementSync): SqliteStatement {
  return {
    reader: statement.columns().length > 0,
    all: (parameters) => statement.all(...toInput(parameters)),
    run: (parameters) => statement.run(...toInput(parameters)),
    iterate: (parameters) => statement.iterate(...toInput(parameters)),
  };
}

/**
 * SQLite ends a transaction by itself where the disk is full, for one. To roll back then would fail,
 * and that failure would be told in the place of the reason.
 */
function adaptRollback(statement: StatementSync, database: DatabaseSync): SqliteStatement {
  const nothing = { changes: 0, lastInsertRowid: 0 };
  return {
    ...adaptStatement(statement),
    run: () => (database.isTransaction ? statement.run() : nothing),
  };
}

function toInput(parameters: readonly unknown[]): readonly SQLInputValue[] {
  return parameters.map((value) => {
    if (isInput(value)) return value;
    throw new Error('a query was given a value that SQLite cannot hold');
  });
}

function isInput(value: unknown): value is SQLInputValue {
  if (value === null || value instanceof Uint8Array) return true;
  return ['string', 'number', 'bigint'].includes(typeof value);
}
