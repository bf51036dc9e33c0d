/** Where `trueup login` keeps what it was told: a file of the user's own, readable by nobody else. */
import { chmod, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { isJsonObject, type Json } from '@trueup/diagnostics';

import type { Surroundings } from '../surroundings.ts';

export interface Login {
  readonly url: string;
  readonly token: string;
}

export function loginFile({
  XDG_CONFIG_HOME: own,
  HOME: home,
}: Surroundings['environment']): string {
  const folder = own ? own : join(home ?? '/', '.config');
  return join(folder, 'trueup', 'login.json');
}

/** `undefined` when nobody has logged in, or the file is none of ours. */
export async function readLogin(file: string): Promise<Login | undefined> {
  const text = await readFile(file, 'utf8').catch(() => undefined);
  const value = text === undefined ? undefined : parse(text);
  if (!isJsonObject(value)) return undefined;
  const { url, token } = value;
  return typeof url === 'string' && typeof token === 'string' ? { url, token } : undefined;
}

/** Whole or not at all. */
export async function writeLogin(file: string, login: Login): Promise<void> {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  const beside = `${file}.${process.pid}`;
  await writeFile(beside, `${JSON.stringify(login, undefined, 2)}\n`, { mode: 0o600 });
  await chmod(beside, 0o600);
  await rename(beside, file);
}

export async function removeLogin(file: string): Promise<void> {
  await rm(file, { force: true });
}

function parse(text: string): Json | undefined {
  try {
    return JSON.parse(text);
  } catch {
    // Somebody wrote into it: as if nobody had logged in.
    return undefined;
  }
}
