import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

import fc from 'fast-check';
import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { countedBatch, readCounted } from '../testing/counted-batch.ts';
import { connectSqlite } from './connect-sqlite.ts';
import { openSqliteStore } from './open-sqlite-store.ts';

const committer = join(import.meta.dirname, '../testing/commit-counted.ts');

let folder: string;
let file: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'trueup-crash-'));
  file = join(folder, 'trueup.db');
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

// P4. The seed fixes after how many commits, and how long after, a process is killed; where that
// hits it is up to the machine, and every place must do.
describe('a process that is killed while it writes', () => {
  it('loses nothing that was committed, and leaves nothing half written', async () => {
    const moments = fc.sample(
      fc.record({ afterLines: fc.nat(40), delayMs: fc.double({ min: 0, max: 4, noNaN: true }) }),
      { seed: 4, numRuns: 10 },
    );

    for (const { afterLines, delayMs } of moments) {
      const acknowledged = await killAfter(afterLines, delayMs);

      const { counts, tamperedWith } = await readState(file);
      expect(counts).toEqual(counts.map(() => counts[0]));
      expect(counts[0]).toBeGreaterThanOrEqual(acknowledged);
      expect(tamperedWith).toBeUndefined();
    }
  });

  it('leaves a store that opens, when it is killed while it makes one', async () => {
    const delays = fc.sample(fc.double({ min: 0, max: 12, noNaN: true }), { seed: 5, numRuns: 8 });

    for (const delayMs of delays) {
      for (const left of readdirSync(folder)) rmSync(join(folder, left));
      await killAfter(0, delayMs);

      const { counts } = await readState(file);
      expect(counts).toEqual(counts.map(() => counts[0]));
    }
  });
});

// What a power cut leaves of the log: less than was written, or something else at its end.
describe('a log that is torn', () => {
  it('holds whole batches, the first so many of them', async () => {
    const { size, copy } = await writeLog(30);
    const cuts = fc.sample(fc.nat(size), { seed: 6, numRuns: 30 });

    expect((await copy((log) => log)).counts[0]).toBe(30);
    for (const length of [0, ...cuts]) {
      const { counts, tamperedWith } = await copy((log) => log.subarray(0, length));

      expect(counts).toEqual(counts.map(() => counts[0]));
      expect(tamperedWith).toBeUndefined();
    }
  });

  it('holds whole batches before the first byte that is wrong', async () => {
    const { size, copy } = await writeLog(30);

    for (const at of fc.sample(fc.nat(size - 1), { seed: 7, numRuns: 30 })) {
      const { counts } = await copy((log) => log.fill((log[at] ?? 0) ^ 255, at, at + 1));

      expect(counts).toEqual(counts.map(() => counts[0]));
    }
  });
});

describe('a connection that writes', () => {
  it('leaves the sync of a commit to the queue, and that of a checkpoint to SQLite', async () => {
    const database = connectSqlite(file, 'write');
    try {
      const ask = async (name: string): Promise<unknown> =>
        (await sql.raw<Record<string, unknown>>(`pragma ${name}`).execute(database)).rows[0]?.[
          name
        ];

      expect(await ask('journal_mode')).toBe('wal');
      // NORMAL
      expect(await ask('synchronous')).toBe(1);
      expect(await ask('foreign_keys')).toBe(1);
    } finally {
      await database.destroy();
    }
  });
});

/** How many batches the killed process said that it had committed, in all rounds together. */
async function killAfter(lines: number, delayMs: number): Promise<number> {
  const child = spawn(process.execPath, [committer, file], { stdio: ['pipe', 'pipe', 'inherit'] });
  let output = '';
  const enough = new Promise<void>((resolve) => {
    child.stdout.on('data', (chunk) => {
      output += chunk;
      // The first line says that it is about to open the store.
      if (output.split('\n').length > lines + 1) resolve();
    });
  });
  const closed = once(child, 'close');
  await Promise.race([enough, closed]);
  await wait(delayMs);
  child.kill('SIGKILL');
  await closed;
  return Math.max(0, ...output.split('\n').map(Number));
}

async function readState(path: string): ReturnType<typeof readCounted> {
  const store = await openSqliteStore({ file: path });
  try {
    return await readCounted(store);
  } finally {
    await store.close();
  }
}

interface WrittenLog {
  readonly size: number;
  /** What a store says that found this log beside its file. */
  readonly copy: (tear: (log: Buffer) => Buffer) => ReturnType<typeof readCounted>;
}

async function writeLog(batches: number): Promise<WrittenLog> {
  const store = await openSqliteStore({ file });
  for (let number = 1; number <= batches; number += 1) await store.commit(countedBatch(number));
  // Closing would move the log into the file.
  const left = join(folder, 'left.db');
  copyFileSync(file, left);
  const log = readFileSync(`${file}-wal`);
  await store.close();

  let copies = 0;
  return {
    size: log.length,
    copy: async (tear) => {
      copies += 1;
      const place = join(folder, `${copies}`);
      mkdirSync(place);
      copyFileSync(left, join(place, 'trueup.db'));
      writeFileSync(join(place, 'trueup.db-wal'), tear(Buffer.from(log)));
      return await readState(join(place, 'trueup.db'));
    },
  };
}
