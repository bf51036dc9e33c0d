import { StalledError } from '@trueup/diagnostics';

/** What one database's errors mean: no foreign message travels. */
export interface DatabaseErrors {
  /** True when a record takes what another one has: a name, a hash. */
  readonly isTaken: (error: unknown) => boolean;
  /** What a caller gets to see. What is not of the database stays what it is. */
  readonly translate: (error: unknown) => unknown;
}

/** It was opened by somebody who may only read, or its file may only be read. */
export function readOnly(name: string): StalledError {
  return new StalledError(
    'STORE_READ_ONLY',
    `${name}: nothing was written: opened for reading`,
    name,
  );
}
