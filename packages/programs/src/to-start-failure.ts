import { stat } from 'node:fs/promises';
import { basename } from 'node:path';

import { type OperationError, StalledError, TransientError } from '@trueup/diagnostics';

import type { Launch } from './compose-launch.ts';

/** The system has no room now: too many processes, files or too little memory. */
const passing: readonly string[] = ['EAGAIN', 'EMFILE', 'ENFILE', 'ENOMEM'];

/** Translates the refusal of the system to start a program. Arguments are not named: they may hold secrets. */
export async function toStartFailure(
  error: unknown,
  { command, folder }: Launch,
): Promise<OperationError> {
  const name = basename(command.program);
  const code = codeOf(error);
  if (passing.includes(code)) {
    return new TransientError('PROGRAM_NO_ROOM', `${name}: not started: ${code}`, name);
  }
  // The system answers ENOENT for a missing working folder, too.
  if (code === 'ENOENT' && (await isFolder(folder))) {
    return new StalledError('PROGRAM_NOT_FOUND', `${name}: not started: no such file`, name);
  }
  const reason = code === 'ENOENT' ? 'its working folder does not exist' : code;
  return new StalledError('PROGRAM_NOT_STARTED', `${name}: not started: ${reason}`, name);
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown reason';
}

async function isFolder(path: string): Promise<boolean> {
  return await stat(path).then(
    (stats) => stats.isDirectory(),
    () => false,
  );
}
