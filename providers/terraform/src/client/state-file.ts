/** A state as a file of this machine. */
import { mkdir, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';

import { type Json, StalledError, TransientError } from '@trueup/diagnostics';

import { parseExactJson } from '../exact/exact-json.ts';
import type { StatePlace } from '../terraform-client.ts';

/** As the tools call it. */
export const stateFileName = 'terraform.tfstate';

/** `undefined` where there is none, or an empty one. */
export async function readStateFile(
  folder: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  const text = await readFile(join(folder, stateFileName), { encoding: 'utf8', signal }).catch(
    (error: unknown) => {
      signal.throwIfAborted();
      const code = error instanceof Error && 'code' in error ? error.code : undefined;
      return code === 'ENOENT' || code === 'ENOTDIR' ? '' : undefined;
    },
  );
  if (text === undefined) {
    throw new TransientError(
      'TERRAFORM_STATE_UNREADABLE',
      'terraform: the file of the state cannot be read',
    );
  }
  return text.trim() === '' ? undefined : text;
}

/** @throws StalledError `TERRAFORM_STATE_UNREADABLE` */
export function parseStateText(text: string): Json {
  const value = tryParse(text);
  if (value !== undefined) return value;
  throw new StalledError('TERRAFORM_STATE_UNREADABLE', 'terraform: the state is no JSON');
}

/** In one step, so that there is one state at every moment. */
export async function moveStateFile(
  { folder: from }: StatePlace,
  { folder: to }: StatePlace,
): Promise<void> {
  if (from === undefined || to === undefined) return;
  await mkdir(to, { recursive: true, mode: 0o700 });
  await rename(join(from, stateFileName), join(to, stateFileName));
}

function tryParse(text: string): Json | undefined {
  try {
    return parseExactJson(text);
  } catch {
    return undefined;
  }
}
