/**
 * The installation's keys: a text file outside of the store, one key per line, the newest first.
 * Older ones stay until nothing is encrypted with them any more.
 */
import { createSecretKey, type KeyObject, randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { type FileHandle, link, mkdir, open, rename, rm, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';

import { StalledError } from '@trueup/diagnostics';

/** At least one, the newest first: as `createVault` takes them. */
export type Keys = readonly [KeyObject, ...KeyObject[]];

/**
 * Reads the keys; writes a file with a first key where there is none, readable by its owner alone.
 * Of two processes that do so at once, both get the key that was there first.
 *
 * `isFirst`: whether nothing was ever encrypted. If it was, no key is made where there is none, since
 * the one that is missing is needed. True if absent.
 *
 * @throws StalledError `SECRETS_KEY_MISSING`, `SECRETS_KEY_FILE_LOOSE` when others may read or write the file or it belongs
 * to somebody else, `SECRETS_KEY_FILE_INVALID` when it holds anything but keys.
 */
export async function openKey(
  file: string,
  { isFirst = true }: { readonly isFirst?: boolean } = {},
): Promise<Keys> {
  const found = await readKeyFile(file);
  if (found) return parseKeys(found, file);
  if (!isFirst) {
    const message = `${file}: there is no key, and what is kept was encrypted with one: restore it from the backup`;
    throw new StalledError('SECRETS_KEY_MISSING', message, file);
  }
  await createKeyFile(file);
  return parseKeys((await readKeyFile(file)) ?? '', file);
}

/**
 * Puts a new key in front: it writes from the next start on, older ones go on reading. Not to be
 * called by two processes at once.
 */
export async function rotateKey(file: string): Promise<Keys> {
  await openKey(file);
  const before = (await readKeyFile(file)) ?? '';
  const temporary = await writeBeside(file, `${createKeyLine()}${before}`);
  await rename(temporary, file);
  await syncFolder(file);
  return openKey(file);
}

const linePrefix = 'trueup-key-1:';
const keyBytes = 32;
/** More keys than anybody has; keeps a wrong path (a disk image) from being read into memory. */
const largestFile = 64 * 1024;

async function readKeyFile(file: string): Promise<string | undefined> {
  let handle: FileHandle;
  try {
    // Without O_NONBLOCK a named pipe would keep us waiting for its writer.
    handle = await open(file, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (error) {
    if (isCode(error, 'ENOENT')) return undefined;
    throw invalid(file, 'cannot be opened');
  }
  try {
    await requirePrivate(handle, file);
    return await handle.readFile('utf8');
  } finally {
    await handle.close();
  }
}

/** Looks at what was opened, not at the path: that may name another file a moment later. */
async function requirePrivate(handle: FileHandle, file: string): Promise<void> {
  const stat = await handle.stat();
  const { mode, size, uid } = stat;
  if (!stat.isFile() || size > largestFile) throw invalid(file, 'is no key file');
  // Windows has neither modes nor user ids.
  if (process.getuid === undefined) return;
  const own = uid === process.getuid() || uid === 0;
  if (own && (mode & 0o077) === 0) return;
  throw new StalledError(
    'SECRETS_KEY_FILE_LOOSE',
    `${file}: the key is not used, since others may read or change it: chmod 600, owned by who runs Trueup`,
    file,
  );
}

async function createKeyFile(file: string): Promise<void> {
  const temporary = await writeBeside(file, createKeyLine());
  try {
    // Unlike a rename, a link never replaces the key of another process.
    await link(temporary, file);
  } catch (error) {
    if (!isCode(error, 'EEXIST')) throw invalid(file, 'cannot be created');
  } finally {
    await unlink(temporary);
  }
  await syncFolder(file);
}

/** A key that is used before it is on disk could be lost, and all that was encrypted with it. */
async function writeBeside(file: string, text: string): Promise<string> {
  const temporary = `${file}.${randomBytes(8).toString('hex')}`;
  try {
    await mkdir(dirname(file), { recursive: true, mode: 0o700 });
    await using handle = await open(temporary, 'wx', 0o600);
    await handle.writeFile(text);
    await handle.sync();
    return temporary;
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw invalid(file, `cannot be written${codeIn(error)}`);
  }
}

function codeIn(error: unknown): string {
  return error instanceof Error && 'code' in error ? ` (${String(error.code)})` : '';
}

async function syncFolder(file: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(dirname(file), 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function createKeyLine(): string {
  return `${linePrefix}${randomBytes(keyBytes).toString('base64url')}\n`;
}

function parseKeys(text: string, file: string): Keys {
  const keys = text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => parseKey(line, file));
  const [first, ...rest] = keys;
  if (!first) throw invalid(file, 'holds no key');
  return [first, ...rest];
}

function parseKey(line: string, file: string): KeyObject {
  const bytes = Buffer.from(line.slice(linePrefix.length), 'base64url');
  if (!line.startsWith(linePrefix) || bytes.length !== keyBytes) {
    throw invalid(file, `holds a line that is no key ("${linePrefix}" and 32 bytes in base64url)`);
  }
  return createSecretKey(bytes);
}

function invalid(file: string, why: string): StalledError {
  return new StalledError('SECRETS_KEY_FILE_INVALID', `${file}: ${why}`, file);
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
