/** Database errors → our two families, so that no foreign message travels. */
import { type OperationError, StalledError, TransientError } from '@trueup/diagnostics';

import { type DatabaseErrors, readOnly } from '../database-errors.ts';

/** `file` is the subject of what went wrong. */
export function createSqliteErrors(file: string): DatabaseErrors {
  return {
    isTaken: (error) => sqliteCodeOf(error) === sqliteUnique,
    translate(error) {
      const code = sqliteCodeOf(error);
      if (code !== undefined) return translateSqlite(code, file);
      const reason = systemCodeOf(error);
      return reason === undefined ? error : unusable(file, `cannot be opened (${reason})`);
    },
  };
}

/** True when another connection holds what is asked for. */
export function isBusy(error: unknown): boolean {
  return sqliteCodeOf(error) === sqliteBusy;
}

const sqliteBusy = 5;
const sqliteUnique = 2067;

function translateSqlite(code: number, file: string): OperationError {
  // The lower byte is the error, the rest of the number says where.
  switch (code & 0xff) {
    case sqliteBusy:
    case 6:
      return again('STORE_BUSY', file, 'is held by another program');
    case 8:
      return readOnly(file);
    case 10:
      return again('STORE_IO_FAILED', file, 'the disk reports an error');
    case 13:
      return again('STORE_DISK_FULL', file, 'the disk is full');
    case 11:
      return unusable(file, 'is damaged');
    case 14:
      return unusable(file, 'cannot be opened');
    case 26:
      return unusable(file, 'is no database');
    default:
      return new StalledError('STORE_FAILED', `${file}: the store failed (SQLite: ${code})`, file);
  }
}

function again(code: string, file: string, why: string): TransientError {
  return new TransientError(code, `${file}: nothing was written: ${why}`, file);
}

function unusable(file: string, why: string): StalledError {
  return new StalledError('STORE_UNREADABLE', `${file}: ${why}`, file);
}

function sqliteCodeOf(error: unknown): number | undefined {
  if (!(error instanceof Error && 'errcode' in error)) return undefined;
  return typeof error.errcode === 'number' ? error.errcode : undefined;
}

/** Of an error of the file system: `EACCES`, `EISDIR`. */
function systemCodeOf(error: unknown): string | undefined {
  if (!(error instanceof Error && 'syscall' in error && 'code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}
