/** Database errors → our two families, so that no foreign message travels. */
import { OperationError, StalledError, TransientError } from '@trueup/diagnostics';

/** True when a record takes what another one has: a name, a hash. */
export function isTaken(error: unknown): boolean {
  return sqliteCodeOf(error) === sqliteUnique;
}

/** True when another connection holds what is asked for. */
export function isBusy(error: unknown): boolean {
  return sqliteCodeOf(error) === sqliteBusy;
}

/** What a caller gets to see. Our own errors stay what they are. */
export function translateError(error: unknown): unknown {
  if (error instanceof OperationError) return error;
  const code = sqliteCodeOf(error);
  if (code === undefined) return error;
  // The lower byte is the error, the rest of the number says where.
  return byCode.get(code & 0xff)?.() ?? failed(code);
}

const sqliteBusy = 5;
const sqliteUnique = 2067;

const byCode: ReadonlyMap<number, () => OperationError> = new Map<number, () => OperationError>([
  [
    sqliteBusy,
    () => new TransientError('STORE_BUSY', 'The store is busy: another program holds its file'),
  ],
  [6, () => new TransientError('STORE_BUSY', 'The store is busy: another program holds its file')],
  [8, readOnly],
  [10, () => new TransientError('STORE_IO_FAILED', 'The disk under the store reports an error')],
  [11, () => new StalledError('STORE_UNREADABLE', 'The file of the store is damaged')],
  [13, () => new TransientError('STORE_DISK_FULL', 'The disk under the store is full')],
  [14, () => new StalledError('STORE_UNREADABLE', 'The file of the store cannot be opened')],
  [26, () => new StalledError('STORE_UNREADABLE', 'The file of the store is no database')],
]);

/** It was opened by somebody who may only read, or its file may only be read. */
export function readOnly(): StalledError {
  return new StalledError('STORE_READ_ONLY', 'The store can only be read here');
}

function failed(code: number): OperationError {
  return new StalledError('STORE_FAILED', `The store failed (SQLite result code ${code})`);
}

function sqliteCodeOf(error: unknown): number | undefined {
  if (!(error instanceof Error && 'errcode' in error)) return undefined;
  return typeof error.errcode === 'number' ? error.errcode : undefined;
}
