import { closeSync, fdatasync, openSync } from 'node:fs';
import { promisify } from 'node:util';

import { TransientError } from '@trueup/diagnostics';

export interface LogSync {
  /**
   * Resolves when all that was committed before the call is on the disk. Other work of this process
   * goes on meanwhile: a slow disk keeps only those waiting who wait for it.
   *
   * @throws TransientError `STORE_IO_FAILED`, from then on at every call: what a disk has lost it
   * does not tell twice.
   */
  sync(): Promise<void>;
  /** May be called again. */
  close(): void;
}

const syncFile = promisify(fdatasync);

/**
 * Syncs the write-ahead log beside `database`, which is there from the first commit until the last
 * connection is closed. Locks are not harmed: SQLite holds them on other files.
 */
export function createLogSync(database: string): LogSync {
  let log: number | undefined;
  let failure: TransientError | undefined;
  return {
    async sync() {
      if (failure) throw failure;
      try {
        log ??= openSync(`${database}-wal`, 'r+');
        await syncFile(log);
      } catch {
        // Said anew, since the system's words may hold paths of this machine.
        failure = lost(database);
      }
      if (failure) throw failure;
    },
    close() {
      if (log !== undefined) closeSync(log);
      log = undefined;
    },
  };
}

function lost(database: string): TransientError {
  const message = `${database}: it is not known what was written: the disk reports an error`;
  return new TransientError('STORE_IO_FAILED', message, database);
}
