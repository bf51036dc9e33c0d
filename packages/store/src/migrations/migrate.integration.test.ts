import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
// biome-ignore lint/correctness/noUnresolvedImports: Biome's list of Node's modules lacks it.
import { DatabaseSync } from 'node:sqlite';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { openSqliteStore, readSqliteStore } from '../sqlite/open-sqlite-store.ts';
import { dumpSchema } from '../testing/dump-schema.ts';
import { allMigrations } from './all-migrations.ts';
import type { Migration } from './migration.ts';

const next: Migration = {
  number: allMigrations.length + 1,
  name: 'next',
  statements: () => ['create table next (name text) strict', "insert into next values ('a')"],
};

let folder: string;
let file: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'trueup-migrate-'));
  file = join(folder, 'trueup.db');
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

describe('the migrations', () => {
  it('are numbered in order', () => {
    expect(allMigrations.map(({ number }) => number)).toEqual(allMigrations.map((_, at) => at + 1));
  });

  // A released migration is never edited: its dump is in the repository. Only a new one gets a new
  // dump (`npx vitest run -u packages/store`).
  it.each(allMigrations)('lead to the schema that $name was released with', async ({ number }) => {
    const migrations = allMigrations.slice(0, number);
    await (await openSqliteStore({ file, migrations })).close();

    const name = String(number).padStart(3, '0');
    await expect(dumpSchema(file)).toMatchFileSnapshot(`../../schema/sqlite-${name}.sql`);
  });

  it('keep what is there, and run once', async () => {
    const before = await openSqliteStore({ file });
    await before.commit([{ kind: 'setting', name: 'a', value: '1' }]);
    await before.close();

    for (let start = 1; start <= 2; start += 1) {
      const store = await openSqliteStore({ file, migrations: [...allMigrations, next] });
      expect(await store.setting('a')).toBe('1');
      await store.close();
    }
    expect(count('next')).toBe(1);
  });

  it('happen all or not at all', async () => {
    const broken = { number: next.number + 1, name: 'broken', statements: () => ['nonsense'] };

    const refused = openSqliteStore({ file, migrations: [...allMigrations, next, broken] });

    await expect(refused).rejects.toMatchObject({ family: 'stalled', code: 'STORE_FAILED' });
    expect(dumpSchema(file)).toBe('');
    await (await openSqliteStore({ file })).close();
  });
});

describe('a store', () => {
  it('of a newer Trueup is refused, and left as it is', async () => {
    await (await openSqliteStore({ file, migrations: [...allMigrations, next] })).close();
    const schema = dumpSchema(file);

    const refused = { family: 'stalled', code: 'STORE_NEWER', subject: file };
    await expect(openSqliteStore({ file })).rejects.toMatchObject(refused);
    await expect(readSqliteStore({ file })).rejects.toMatchObject(refused);

    expect(dumpSchema(file)).toBe(schema);
  });

  it('of an older Trueup is not read before a server brought it forward', async () => {
    await (await openSqliteStore({ file })).close();
    const migrations = [...allMigrations, next];

    await expect(readSqliteStore({ file, migrations })).rejects.toMatchObject({
      code: 'STORE_OLDER',
    });

    await (await openSqliteStore({ file, migrations })).close();
    await (await readSqliteStore({ file, migrations })).close();
  });

  it('of something else is refused, and left as it is', async () => {
    const other = new DatabaseSync(file);
    other.exec('create table account (name text)');
    other.close();
    const schema = dumpSchema(file);

    const refused = { family: 'stalled', code: 'STORE_FOREIGN', subject: file };
    await expect(openSqliteStore({ file })).rejects.toMatchObject(refused);

    expect(dumpSchema(file)).toBe(schema);
  });

  it.each([
    ['a text', () => writeFileSync(file, 'hunter2 '.repeat(2000))],
    ['a folder', () => mkdirSync(file)],
  ])('that is %s is refused without repeating it', async (_name, make) => {
    make();

    await expect(openSqliteStore({ file })).rejects.not.toThrow(/hunter2/);
    await expect(openSqliteStore({ file })).rejects.toMatchObject({ code: 'STORE_UNREADABLE' });
  });
});

function count(table: string): unknown {
  const database = new DatabaseSync(file, { readOnly: true });
  try {
    return database.prepare(`select count(*) as count from ${table}`).get()?.['count'];
  } finally {
    database.close();
  }
}
