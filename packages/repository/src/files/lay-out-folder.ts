/**
 * Writes a folder of the repository to disk, for programs that read by themselves.
 *
 * No links are written: a program that follows one would leave the folder. What a link leads to is
 * copied in its place, when it lies in the repository.
 */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { StalledError } from '@trueup/diagnostics';

import type { Tree, TreeEntry } from '../objects/parse-tree.ts';
import type { Segments } from './repository-path.ts';

/** Private to whoever asked for it, and gone once disposed. */
export interface LaidOutFolder extends AsyncDisposable {
  readonly path: string;
}

/** What is needed of a revision. */
export interface LayOutParts {
  readonly tree: (id: string) => Promise<Tree>;
  /** `undefined` for what cannot be given, which is then left out. */
  readonly load: (id: string, path: Segments) => Promise<Buffer | undefined>;
  readonly resolve: (
    path: Segments,
  ) => Promise<{ readonly entry: TreeEntry; readonly path: Segments } | undefined>;
  /** Told of submodules, which are left out. */
  readonly skip: (path: Segments) => void;
  readonly bounds: { readonly entries: number; readonly layOutBytes: number };
  readonly subject: string;
}

interface Item {
  /** Below the folder that is laid out. */
  readonly to: Segments;
  /** In the repository, for diagnostics and links. */
  readonly from: Segments;
  readonly entry: TreeEntry;
  /** Folders that links led into on the way here, by their ids. */
  readonly linked: readonly string[];
}

export async function layOutFolder(
  source: { readonly id: string; readonly path: Segments } | undefined,
  parts: LayOutParts,
): Promise<LaidOutFolder> {
  const path = await mkdtemp(join(tmpdir(), 'trueup-files-'));
  const dispose = () => rm(path, { recursive: true, force: true, maxRetries: 3 });
  try {
    const top: Item[] = source
      ? [{ to: [], from: source.path, entry: { kind: 'folder', id: source.id }, linked: [] }]
      : [];
    await writeItems(path, await collect(top, parts), parts);
    return { path, [Symbol.asyncDispose]: dispose };
  } catch (error) {
    await dispose();
    throw error;
  }
}

interface Collected {
  readonly folders: readonly Segments[];
  readonly files: readonly Item[];
}

/** Depth by depth, so that all trees of one depth are read at once. */
async function collect(top: readonly Item[], parts: LayOutParts): Promise<Collected> {
  const folders: Segments[] = [];
  const files: Item[] = [];
  let level = top;
  while (level.length > 0) {
    const resolved = await Promise.all(level.map((item) => followItem(item, parts)));
    const items = resolved.filter((item) => item !== undefined);
    const inner = items.filter(({ entry }) => entry.kind === 'folder');
    folders.push(...inner.map(({ to }) => to));
    files.push(...items.filter(({ entry }) => entry.kind !== 'folder'));
    checkEntries(folders.length + files.length, parts);
    level = await membersOf(inner, parts);
  }
  return { folders, files };
}

/** Bounded while it grows: links may lead to the same large folder many times. */
async function membersOf(items: readonly Item[], parts: LayOutParts): Promise<readonly Item[]> {
  const trees = await Promise.all(items.map(({ entry }) => parts.tree(entry.id)));
  const members: Item[] = [];
  for (const [index, { to, from, linked }] of items.entries()) {
    for (const [name, entry] of trees[index] ?? []) {
      members.push({ to: [...to, name], from: [...from, name], entry, linked });
    }
    checkEntries(members.length, parts);
  }
  return members;
}

function checkEntries(count: number, { bounds, subject }: LayOutParts): void {
  if (count > bounds.entries) throw tooLarge(subject, `more than ${bounds.entries} files`);
}

/** A link becomes what it leads to. A folder within itself is left out: it would have no end. */
async function followItem(item: Item, parts: LayOutParts): Promise<Item | undefined> {
  if (item.entry.kind === 'submodule') {
    parts.skip(item.from);
    return undefined;
  }
  if (item.entry.kind !== 'link') return item;
  const target = await parts.resolve(item.from);
  if (!target) return undefined;
  if (target.entry.kind !== 'folder') return { ...item, entry: target.entry, from: target.path };
  if (item.linked.includes(target.entry.id) || isWithin(item.from, target.path)) return undefined;
  const linked = [...item.linked, target.entry.id];
  return { to: item.to, from: target.path, entry: target.entry, linked };
}

export function isWithin(path: Segments, folder: Segments): boolean {
  return folder.every((name, index) => path[index] === name);
}

/** So many files at a time: enough to keep git and the disk busy, few enough for the memory. */
const atOnce = 64;

async function writeItems(
  path: string,
  { folders, files }: Collected,
  parts: LayOutParts,
): Promise<void> {
  // Outer folders come first, as they were found.
  for (const folder of folders) await mkdir(join(path, ...folder), { recursive: true });
  let bytes = 0;
  for (let index = 0; index < files.length; index += atOnce) {
    const sizes = await Promise.all(
      files.slice(index, index + atOnce).map((file) => writeItem(path, file, parts)),
    );
    bytes += sizes.reduce((sum, size) => sum + size, 0);
    if (bytes > parts.bounds.layOutBytes) {
      throw tooLarge(parts.subject, `more than ${parts.bounds.layOutBytes} bytes`);
    }
  }
}

async function writeItem(
  path: string,
  { to, from, entry }: Item,
  parts: LayOutParts,
): Promise<number> {
  const body = await parts.load(entry.id, from);
  if (!body) return 0;
  await writeFile(join(path, ...to), body, { mode: entry.kind === 'program' ? 0o755 : 0o644 });
  return body.length;
}

function tooLarge(subject: string, reason: string): StalledError {
  const message = `${subject}: not laid out: the folder holds ${reason}`;
  return new StalledError('REPOSITORY_FOLDER_TOO_LARGE', message, subject);
}
