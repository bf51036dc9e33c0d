import { mkdtempSync, readdirSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { TransientError } from '@trueup/diagnostics';
import { sql, type Transaction } from 'kysely';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { CommitQueue } from './commit-queue.ts';
import { connectSqlite } from './sqlite/connect-sqlite.ts';
import { openSqliteStore } from './sqlite/open-sqlite-store.ts';
import { createLogSync } from './sqlite/sync-log.ts';
import type { Tables } from './tables.ts';

let folder: string;
let file: string;
let database: ReturnType<typeof connectSqlite>;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'trueup-queue-'));
  file = join(folder, 'trueup.db');
  database = connectSqlite(file, 'write');
  await sql`create table note (text text)`.execute(database);
});

afterEach(async () => {
  await database.destroy();
  rmSync(folder, { recursive: true });
});

describe('a task', () => {
  it('is acknowledged after the disk has it, not before', async () => {
    const disk = heldDisk();
    const queue = new CommitQueue(database, disk.sync);
    const acknowledged: string[] = [];

    const done = queue.run(note('a')).then(() => acknowledged.push('a'));
    await disk.asked(1);
    expect(await notes()).toEqual(['a']);
    expect(acknowledged).toEqual([]);
    disk.answer();
    await done;

    expect(acknowledged).toEqual(['a']);
  });

  it('shares a sync with all that came while the disk was busy', async () => {
    const disk = heldDisk();
    const queue = new CommitQueue(database, disk.sync);

    const first = queue.run(note('a'));
    await disk.asked(1);
    const rest = Promise.all(['b', 'c', 'd'].map((text) => queue.run(note(text))));
    disk.answer();
    await first;
    await disk.asked(2);
    disk.answer();
    await rest;

    expect(disk.count()).toBe(2);
    expect(await notes()).toEqual(['a', 'b', 'c', 'd']);
  });

  it('says that the disk is full, not what became of its transaction', async () => {
    const queue = new CommitQueue(database, async () => undefined);
    await sql`pragma max_page_count = 3`.execute(database);

    const done = queue.run(note('x'.repeat(100_000)));
    await expect(done).rejects.toMatchObject({ errcode: 13 });
    await sql`pragma max_page_count = 1000`.execute(database);
    await queue.run(note('a'));

    expect(await notes()).toEqual(['a']);
  });

  it('is not acknowledged when the disk failed, nor is any that comes later', async () => {
    const log = createLogSync(join(folder, 'nothing-of-this-name'));
    const queue = new CommitQueue(database, () => log.sync());

    const first = queue.run(note('a'));
    await expect(first).rejects.toMatchObject({ code: 'STORE_IO_FAILED' });
    const second = queue.run(note('b'));
    await expect(second).rejects.toBeInstanceOf(TransientError);
  });
});

describe.runIf(process.platform === 'linux')('the log of a store', () => {
  it('is what is synced, and is let go at the end', async () => {
    const path = join(folder, 'other.db');
    const store = await openSqliteStore({ file: path });
    await store.setting('a');
    const before = openOnes(`${path}-wal`);

    await store.commit([{ kind: 'setting', name: 'a', value: '1' }]);
    const after = openOnes(`${path}-wal`);
    await store.close();

    // SQLite's own connections, and the one that is synced.
    expect(after - before).toBe(1);
    expect(openOnes(path)).toBe(0);
  });
});

function note(text: string): (transaction: Transaction<Tables>) => Promise<void> {
  return async (transaction) => {
    await sql`insert into note values (${text})`.execute(transaction);
  };
}

async function notes(): Promise<readonly string[]> {
  const { rows } = await sql<{ text: string }>`select text from note`.execute(database);
  return rows.map(({ text }) => text);
}

/** A disk that answers when it is told to. */
function heldDisk() {
  const answers: (() => void)[] = [];
  let count = 0;
  let told: (() => void) | undefined;
  return {
    sync(): Promise<void> {
      count += 1;
      told?.();
      return new Promise((resolve) => answers.push(resolve));
    },
    async asked(times: number): Promise<void> {
      while (count < times) {
        await new Promise<void>((resolve) => {
          told = resolve;
        });
      }
    },
    answer: () => answers.shift()?.(),
    count: () => count,
  };
}

/** How often this process has a file open whose path begins so. */
function openOnes(path: string): number {
  const links = readdirSync('/proc/self/fd').map((name) => {
    try {
      return readlinkSync(join('/proc/self/fd', name));
    } catch {
      // The one that lists the folder is gone by now.
      return '';
    }
  });
  return links.filter((link) => link.startsWith(path)).length;
}
