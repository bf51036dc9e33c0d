import { OperationError } from '@trueup/diagnostics';

import { SessionError } from '../access/session-error.ts';

/** What the built-in forge refuses, in the words of sessions; anything else as it is. */
export function toSessionError(error: unknown): unknown {
  if (!(error instanceof OperationError)) return error;
  const code = codes.get(error.code);
  return code === undefined ? error : new SessionError(code, error.message);
}

const codes: ReadonlyMap<string, SessionError['code']> = new Map([
  ['FORGE_NOT_FOUND', 'NOT_FOUND'],
  ['FORGE_FORBIDDEN', 'ACCESS_DENIED'],
  ['FORGE_REQUEST_INVALID', 'INVALID_REQUEST'],
  ['FORGE_CONFLICT', 'CONFLICT'],
  ['REPOSITORY_PATH_INVALID', 'INVALID_REQUEST'],
  ['REPOSITORY_BRANCH_INVALID', 'INVALID_REQUEST'],
]);
