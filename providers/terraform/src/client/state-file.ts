/** A state as a file of this machine. */
import { mkdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';

import { type Json, StalledError, TransientError } from '@trueup/diagnostics';

import { parseExactJson } from '../exact/exact-json.ts';
import type { StatePlace } from '../terraform-client.ts';

/** As the tools call it. */
export const stateFileName = 'terraform.tfstate';

/** As the tools call what they keep of the state before a write. */
const backupName = `${stateFileName}.backup`;

/**
 * - `whole`: as the tool wrote it; without a text where there is none.
 * - `torn`: the tools write over the file from its beginning. One that was killed then leaves a piece of the
 *   state, or an empty file beside a copy of the one before: taken for no state, all of it would be made anew.
 */
export type StateText =
  | { readonly kind: 'whole'; readonly text: string | undefined }
  | { readonly kind: 'torn' };

/** A state that is written at the same moment is torn as well, and whole a little later. */
export async function readStateFile(folder: string, signal: AbortSignal): Promise<StateText> {
  const text = await readText(join(folder, stateFileName), signal);
  if (text !== undefined) return isWhole(text) ? { kind: 'whole', text } : { kind: 'torn' };
  const before = await readText(join(folder, backupName), signal);
  return before === undefined ? { kind: 'whole', text } : { kind: 'torn' };
}

/** Tools indent what they write: only the end of it has such a line, and need not be found by reading all of it. */
function isWhole(text: string): boolean {
  return /\n\}\s*$/.test(text.slice(-8)) || tryParse(text) !== undefined;
}

export function tornState(folder: string): StalledError {
  const file = join(folder, stateFileName);
  return new StalledError(
    'TERRAFORM_STATE_TORN',
    `terraform: the state was cut off while a tool wrote it, and nothing is planned without it: look at what the last apply made, put ${backupName} in the place of ${file} if it is still true, and import what is newer; remove both only if nothing of the stack is left`,
  );
}

export function beingWritten(): TransientError {
  return new TransientError('TERRAFORM_STATE_UNREADABLE', 'terraform: the state is being written');
}

/** @throws StalledError `TERRAFORM_STATE_UNREADABLE` */
export function parseStateText(text: string): Json {
  const value = tryParse(text);
  if (value !== undefined) return value;
  throw new StalledError('TERRAFORM_STATE_UNREADABLE', 'terraform: the state is no JSON');
}

/** `undefined` where there is none, or an empty one. */
async function readText(file: string, signal: AbortSignal): Promise<string | undefined> {
  const text = await readFile(file, { encoding: 'utf8', signal }).catch((error: unknown) => {
    signal.throwIfAborted();
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    return code === 'ENOENT' || code === 'ENOTDIR' ? '' : undefined;
  });
  if (text === undefined) {
    throw new TransientError(
      'TERRAFORM_STATE_UNREADABLE',
      'terraform: the file of the state cannot be read',
    );
  }
  return text.trim() === '' ? undefined : text;
}

/** In one step, so that there is one state at every moment. */
export async function moveStateFile(
  { folder: from }: StatePlace,
  { folder: to }: StatePlace,
): Promise<void> {
  if (from === undefined || to === undefined) return;
  await mkdir(to, { recursive: true, mode: 0o700 });
  await rename(join(from, stateFileName), join(to, stateFileName));
  // A copy that stays behind would speak of a state that is gone.
  await rm(join(from, backupName), { force: true });
}

function tryParse(text: string): Json | undefined {
  try {
    return parseExactJson(text);
  } catch {
    return undefined;
  }
}
