/**
 * Keeps what `init` made of a folder, so that the next plan of the same files begins at once.
 *
 * K1. What is kept is named by a digest of all that `init` goes by: the tool's own file, every file of the
 *     stack, the backend, the tool's configuration. Another one is another folder.
 * K2. Nothing is kept that could be another thing next time: plug-ins that Git does not pin by hash, and
 *     modules that were fetched. Plug-ins are links into the cache; the tool checks their hashes itself.
 * K3. A backend's settings may hold credentials. On disk lies only what is made for states of this machine;
 *     the rest is in memory.
 * K4. No tool may write where it is kept. What cannot be read, or does not fit, is as if it were not there.
 */
import { hash } from 'node:crypto';
import {
  lstat,
  mkdir,
  readdir,
  readFile,
  readlink,
  rename,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';

import { isJsonObject, readList, readObject, readText } from '@trueup/diagnostics';

import { parseExactJson } from '../exact/exact-json.ts';

export interface KeptFolders {
  /** Puts back what was kept. False where there is nothing, or it leads to what is gone. */
  restore(place: KeptPlace): Promise<boolean>;
  /** Keeps what `init` just made, where that is safe. Never rejects. */
  keep(place: KeptPlace): Promise<void>;
  /** It did not do. */
  forget(place: KeptPlace): Promise<void>;
}

export interface KeptPlace {
  /** See K1. */
  readonly key: string;
  /** Where the root module lies. */
  readonly root: string;
  /** Whether Git pins its plug-ins. */
  readonly isPinned: boolean;
  readonly isLocal: boolean;
}

interface Entry {
  /** Below the tool's own folder. */
  readonly path: string;
  /** In base64; absent for a link. */
  readonly bytes?: string;
  readonly link?: string;
}

const own = '.terraform';
/** A folder of links and two small files. What is larger is not worth it. */
const bounds = { entries: 500, bytes: 1024 * 1024, kept: 500 };

/** `folder`: on disk; memory only if absent. `linked`: where links may lead to. */
export function openKeptFolders(
  folder: string | undefined,
  linked: readonly string[],
): KeptFolders {
  const memory = new Map<string, readonly Entry[]>();
  const fileOf = ({ key, isLocal }: KeptPlace): string | undefined =>
    folder !== undefined && isLocal ? join(folder, `${key}.json`) : undefined;
  return {
    async restore(place) {
      const file = fileOf(place);
      const entries = memory.get(place.key) ?? (file === undefined ? undefined : await load(file));
      if (!(entries && (await leadsSomewhere(entries, linked)))) return false;
      memory.set(place.key, entries);
      await layOut(entries, join(place.root, own));
      return true;
    },
    async keep(place) {
      const entries = await collect(join(place.root, own)).catch(() => undefined);
      if (!(entries && isSafe(entries, place))) return;
      memory.set(place.key, entries);
      const [oldest] = memory.keys();
      if (memory.size > bounds.kept && oldest !== undefined) memory.delete(oldest);
      const file = fileOf(place);
      if (file !== undefined) await save(file, entries).catch(() => undefined);
    },
    async forget(place) {
      memory.delete(place.key);
      await rm(join(place.root, own), { recursive: true, force: true });
      const file = fileOf(place);
      if (file !== undefined) await rm(file, { force: true }).catch(() => undefined);
    },
  };
}

/** Of the tool's own file: another one after an update in place. */
export async function identifyFile(path: string): Promise<string> {
  const { ino, size, mtimeMs } = await stat(path);
  return `${path} ${ino} ${size} ${mtimeMs}`;
}

/** K2 */
function isSafe(entries: readonly Entry[], { isPinned }: KeptPlace): boolean {
  const fetched = entries.some(
    ({ path }) => path.startsWith('modules/') && path !== 'modules/modules.json',
  );
  const plugins = entries.filter(({ path }) => path.startsWith('providers/'));
  if (fetched || !plugins.every(({ link }) => link !== undefined)) return false;
  return isPinned || plugins.length === 0;
}

/** `undefined` for more than the bounds. Links are taken as links, and not followed. */
async function collect(top: string): Promise<readonly Entry[] | undefined> {
  const entries: Entry[] = [];
  const left = [''];
  let bytes = 0;
  for (let folder = left.pop(); folder !== undefined; folder = left.pop()) {
    const found = await readdir(join(top, folder), { withFileTypes: true });
    const paths = found.map((one) => ({
      isFolder: one.isDirectory(),
      path: join(folder, one.name),
    }));
    left.push(...paths.filter(({ isFolder }) => isFolder).map(({ path }) => path));
    for (const { path } of paths.filter(({ isFolder }) => !isFolder)) {
      const entry = await readEntry(top, path, bounds.bytes - bytes);
      if (!entry || entries.length + left.length > bounds.entries) return undefined;
      bytes += entry.bytes?.length ?? 0;
      entries.push(entry);
    }
  }
  return entries;
}

/** `undefined` for more than there is room: without a cache a plug-in lies here itself, and is large. */
async function readEntry(top: string, path: string, room: number): Promise<Entry | undefined> {
  const at = join(top, path);
  const found = await lstat(at);
  if (found.isSymbolicLink()) return { path, link: await readlink(at) };
  if (found.size > room) return undefined;
  return { path, bytes: (await readFile(at)).toString('base64') };
}

/** A cache that was emptied is filled by `init`. */
async function leadsSomewhere(
  entries: readonly Entry[],
  linked: readonly string[],
): Promise<boolean> {
  const links = entries.flatMap(({ link }) => (link === undefined ? [] : [link]));
  if (!links.every((link) => linked.some((one) => isBelow(link, one)))) return false;
  const found = await Promise.all(
    links.map((link) =>
      stat(link).then(
        () => true,
        () => false,
      ),
    ),
  );
  return found.every(Boolean);
}

function isBelow(path: string, folder: string): boolean {
  const way = relative(folder, path);
  return way !== '' && way !== '..' && !way.startsWith(`..${sep}`) && !way.startsWith(sep);
}

async function layOut(entries: readonly Entry[], top: string): Promise<void> {
  for (const { path, bytes = '', link } of entries) {
    const at = join(top, path);
    if (!isBelow(at, top)) throw new Error(`${path}: is no path of a kept folder.`);
    await mkdir(dirname(at), { recursive: true });
    if (link === undefined) await writeFile(at, Buffer.from(bytes, 'base64'), { mode: 0o600 });
    else await symlink(link, at);
  }
}

async function load(file: string): Promise<readonly Entry[] | undefined> {
  try {
    const value = parseExactJson(await readFile(file, 'utf8'));
    if (!isJsonObject(value)) return undefined;
    const entries = readList(value['entries']).map((one) => readObject(one));
    return entries.map((entry): Entry => {
      const bytes = readText(entry['bytes']);
      const link = readText(entry['link']);
      const path = readText(entry['path']) ?? '';
      return { path, ...(bytes !== undefined && { bytes }), ...(link !== undefined && { link }) };
    });
  } catch {
    return undefined;
  }
}

/** In one step: whoever reads it meanwhile reads the one or the other. */
async function save(file: string, entries: readonly Entry[]): Promise<void> {
  const text = JSON.stringify({ entries });
  const folder = dirname(file);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const beside = `${file}.${hash('sha256', `${process.pid} ${text}`).slice(0, 12)}`;
  await writeFile(beside, text, { mode: 0o600 });
  await rename(beside, file);
  await dropOldest(folder);
}

async function dropOldest(folder: string): Promise<void> {
  const names = await readdir(folder);
  if (names.length <= bounds.kept) return;
  const aged = await Promise.all(
    names.map(async (name) => ({ name, at: (await stat(join(folder, name))).mtimeMs })),
  );
  const oldest = aged.sort((a, b) => a.at - b.at).slice(0, names.length - bounds.kept);
  await Promise.all(oldest.map(({ name }) => rm(join(folder, name), { force: true })));
}
