/**
 * One writer per file.
 *
 * The right to write is an operating system's lock on a file beside the store, taken through SQLite:
 * it ends with the process, however that ends, so that no lock can be left over and no process id be
 * taken for another's. Who holds it writes its process id into a second file, for people.
 *
 * The lock does not reach across machines: a store on a network file system is not supported.
 */
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
// biome-ignore lint/correctness/noUnresolvedImports: Biome's list of Node's modules lacks it.
import { DatabaseSync } from 'node:sqlite';

import { StalledError } from '@trueup/diagnostics';

import { isBusy } from './sqlite-errors.ts';

export interface WriterLock {
  /** May be called again. */
  release(): void;
}

/** @throws StalledError `STORE_LOCKED`, naming the process that holds it. */
export function acquireWriterLock(file: string): WriterLock {
  const database = new DatabaseSync(`${file}-lock`, { timeout: 0 });
  if (!tryLock(database)) throw locked(file);
  writeFileSync(ownerFile(file), `${process.pid}\n`, { mode: 0o600 });
  return {
    release() {
      if (!database.isOpen) return;
      rmSync(ownerFile(file), { force: true });
      database.close();
    },
  };
}

function tryLock(database: DatabaseSync): boolean {
  try {
    database.exec('BEGIN EXCLUSIVE');
    return true;
  } catch (error) {
    database.close();
    if (isBusy(error)) return false;
    throw error;
  }
}

function ownerFile(file: string): string {
  return `${file}-owner`;
}

function locked(file: string): StalledError {
  const owner = readOwner(file);
  const holder = owner === undefined ? 'another process' : `process ${owner}`;
  return new StalledError(
    'STORE_LOCKED',
    `${file}: not opened, since ${holder} writes to it: one server per store`,
    file,
  );
}

/** `undefined` in the moment before the holder has written it. */
function readOwner(file: string): number | undefined {
  try {
    const owner = Number(readFileSync(ownerFile(file), 'utf8'));
    process.kill(owner, 0);
    return owner;
  } catch (error) {
    // It runs, but belongs to another user.
    const foreign = error instanceof Error && 'code' in error && error.code === 'EPERM';
    return foreign ? Number(readFileSync(ownerFile(file), 'utf8')) : undefined;
  }
}
