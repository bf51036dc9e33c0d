import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { openSqliteStore, readSqliteStore } from './open-sqlite-store.ts';

const holder = join(import.meta.dirname, '../testing/hold-store.ts');

let folder: string;
let file: string;
const children: ChildProcess[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'trueup-lock-'));
  file = join(folder, 'data/trueup.db');
});

afterEach(async () => {
  for (const child of children.splice(0)) await kill(child);
  rmSync(folder, { recursive: true });
});

describe('a store that another process writes to', () => {
  it('is refused, naming that process, and can be read', async () => {
    const child = await startHolder();

    const refused = openSqliteStore({ file });

    await expect(refused).rejects.toMatchObject({
      family: 'stalled',
      code: 'STORE_LOCKED',
      subject: file,
      message: expect.stringContaining(`process ${child.pid} `),
    });
    const reader = await readSqliteStore({ file });
    expect(await reader.setting('held')).toBe('yes');
    await reader.close();
  });

  it('is free as soon as that process is killed', async () => {
    await kill(await startHolder());

    const store = await openSqliteStore({ file });

    expect(await store.setting('held')).toBe('yes');
    await store.close();
  });

  it('shows a reader what is committed while it reads', async () => {
    const store = await openSqliteStore({ file });
    const reader = await readSqliteStore({ file });

    await store.commit([{ kind: 'setting', name: 'a', value: '1' }]);
    expect(await reader.setting('a')).toBe('1');
    await store.commit([{ kind: 'setting', name: 'a', value: '2' }]);
    expect(await reader.setting('a')).toBe('2');

    await reader.close();
    await store.close();
  });
});

describe('a store that this process writes to', () => {
  it('is refused a second time, and free once it is closed', async () => {
    const store = await openSqliteStore({ file });

    await expect(openSqliteStore({ file })).rejects.toMatchObject({
      code: 'STORE_LOCKED',
      message: expect.stringContaining(`process ${process.pid} `),
    });
    await store.close();
    await store.close();

    const again = await openSqliteStore({ file });
    await again.close();
  });

  it('is free after it could not be opened', async () => {
    const broken = { number: 1, name: 'broken', statements: () => ['create nonsense'] };

    await expect(openSqliteStore({ file, migrations: [broken] })).rejects.toMatchObject({
      code: 'STORE_FAILED',
    });

    await (await openSqliteStore({ file })).close();
  });

  it('names nobody when the owner that is written down has ended', async () => {
    const store = await openSqliteStore({ file });
    // No process has this id: Linux gives out at most 4194304.
    writeFileSync(`${file}-owner`, '4194305\n');

    await expect(openSqliteStore({ file })).rejects.toThrow(/another process/);
    await store.close();
  });

  it('belongs to its owner alone, and leaves nothing open when it is closed', async () => {
    const store = await openSqliteStore({ file });
    for (const path of [file, `${file}-wal`, `${file}-shm`, `${file}-owner`]) {
      expect([path, statSync(path).mode & 0o077]).toEqual([path, 0]);
    }

    await store.close();

    expect(existsSync(`${file}-wal`)).toBe(false);
    expect(existsSync(`${file}-owner`)).toBe(false);
  });
});

describe('a reader', () => {
  it('needs a store', async () => {
    await expect(readSqliteStore({ file })).rejects.toMatchObject({ code: 'STORE_MISSING' });
    expect(existsSync(file)).toBe(false);
  });

  it('writes nothing', async () => {
    await (await openSqliteStore({ file })).close();
    const reader = await readSqliteStore({ file });
    const refused = { family: 'stalled', code: 'STORE_READ_ONLY' };

    await expect(reader.commit([])).rejects.toMatchObject(refused);
    await expect(
      reader.acquireLease({ key: 'a', holder: 'b', now: '', expiresAt: '' }),
    ).rejects.toMatchObject(refused);
    await reader.close();
  });
});

async function startHolder(): Promise<ChildProcess> {
  const child = spawn(process.execPath, [holder, file], { stdio: ['pipe', 'pipe', 'inherit'] });
  children.push(child);
  if (child.stdout) await once(child.stdout, 'data');
  return child;
}

async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGKILL');
  await once(child, 'exit');
}
