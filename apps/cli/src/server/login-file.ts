/** Where `trueup login` keeps what it was told: a file of the user's own, readable by nobody else. */
import { chmod, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { isJsonObject, type Json } from '@trueup/diagnostics';

import type { Surroundings } from '../surroundings.ts';
import { UsageError } from '../usage-error.ts';

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

/** `undefined` when nobody has logged in. @throws UsageError for a file that is none of ours. */
export async function readLogin(file: string): Promise<Login | undefined> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => codeOf(error));
  if (text === 'ENOENT' || text === 'ENOTDIR') return undefined;
  const value = parse(text);
  const { url, token } = isJsonObject(value) ? value : {};
  if (typeof url === 'string' && typeof token === 'string') return { url, token };
  throw new UsageError(`${file}: it holds no login. Log in anew, or \`trueup login --logout\`.`);
}

/** A place for a login that is on its way. Nothing stays of it unless one is kept. */
export interface LoginPlace extends AsyncDisposable {
  /** Whole or not at all. */
  keep(login: Login): Promise<void>;
}

/**
 * Finds out that a login can be kept before there is one: a link is good once, and the token that it
 * gives is shown once.
 *
 * @throws UsageError where it cannot.
 */
export async function openLoginPlace(file: string): Promise<LoginPlace> {
  const beside = `${file}.${process.pid}`;
  try {
    await mkdir(dirname(file), { recursive: true, mode: 0o700 });
    await writeFile(beside, '', { mode: 0o600 });
    await chmod(beside, 0o600);
  } catch (error) {
    throw notWritable(file, error);
  }
  return {
    async keep(login) {
      await writeFile(beside, `${JSON.stringify(login, undefined, 2)}\n`);
      await rename(beside, file);
    },
    [Symbol.asyncDispose]: () => rm(beside, { force: true }),
  };
}

export async function removeLogin(file: string): Promise<void> {
  await rm(file, { force: true, recursive: true });
}

function notWritable(file: string, error: unknown): UsageError {
  const advice = 'Set XDG_CONFIG_HOME to a folder of yours.';
  return new UsageError(`${file}: a login cannot be kept there (${codeOf(error)}). ${advice}`);
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
}

function parse(text: string): Json | undefined {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
