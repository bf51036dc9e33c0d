/**
 * A folder on disk as the repository, for use without a server: what is there now, committed or not.
 *
 * Links are followed inside of the folder only; `.git` is no part of it. Files are read one after the
 * other: a command has nothing else to do, and the way through the thread pool takes ten times as long.
 */
import { hash } from 'node:crypto';
import { lstatSync, readdirSync, readFileSync, realpathSync, type Stats } from 'node:fs';
import { cp, mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, posix, relative, sep } from 'node:path';

import { type Diagnostic, StalledError } from '@trueup/diagnostics';

import type { RevisionFiles } from '../repository/git-repository.ts';

/** More is not a repository, but somebody's disk. */
const mostFiles = 100_000;
const largestFile = 10 * 1024 * 1024;

export interface DiskFiles extends RevisionFiles {
  /** All directories below the root, sorted; the root is the empty text. */
  directories(): Promise<readonly string[]>;
  /** The same files, with a record and diagnostics of its own. */
  again(): DiskFiles;
}

export async function openDiskFiles(folder: string): Promise<DiskFiles> {
  return viewOf(await realpath(folder));
}

function viewOf(root: string): DiskFiles {
  const troubles = new Map<string, Diagnostic>();
  const record = new Map<string, string>();
  const inside = (path: string): string | undefined => {
    const real = realPathOf(join(root, ...posix.normalize(path).split('/')));
    return real !== undefined && isWithin(real, root) ? real : undefined;
  };
  return {
    again: () => viewOf(root),
    diagnostics: () => [...troubles.values()],
    record: () => Object.fromEntries(record),
    async list(path) {
      const place = inside(path);
      return place === undefined ? [] : listBelow(place, root).sort();
    },
    async read(path) {
      const place = inside(path);
      const found = place === undefined ? undefined : lstatSync(place);
      if (place === undefined || !found?.isFile() || found.size > largestFile) {
        const trouble =
          place === undefined ? troubleOfLink(root, path) : troubleOfSize(found, path);
        if (trouble) troubles.set(path, trouble);
        record.set(path, '');
        return undefined;
      }
      const bytes = readFileSync(place);
      record.set(path, hash('sha1', bytes));
      return bytes;
    },
    async layOut(path) {
      const copy = await mkdtemp(join(tmpdir(), 'trueup-'));
      const place = inside(path);
      if (place !== undefined) {
        const filter = (source: string): boolean =>
          !source.split(sep).includes('.git') && isFollowed(source, { place, root });
        await cp(place, copy, { recursive: true, dereference: true, filter });
      }
      return {
        path: copy,
        [Symbol.asyncDispose]: () => rm(copy, { recursive: true, force: true }),
      };
    },
    directories: async () => listDirectories(root),
  };
}

/** What it describes would be taken for something that nobody wants any more. */
function troubleOfLink(root: string, path: string): Diagnostic | undefined {
  const named = join(root, ...posix.normalize(path).split('/'));
  if (!isWithin(named, root) || realPathOf(named) === undefined) return undefined;
  return {
    ...troubleAt(path),
    code: 'REPOSITORY_LINK_OUTSIDE',
    summary: `${path}: the link leads out of the repository`,
    advice: 'link to a file of the repository by a relative path',
  };
}

function troubleOfSize(found: Stats | undefined, path: string): Diagnostic | undefined {
  if (!found?.isFile()) return undefined;
  return {
    ...troubleAt(path),
    code: 'REPOSITORY_FILE_TOO_LARGE',
    summary: `${path}: the file is too large to be read`,
  };
}

function troubleAt(file: string): Pick<Diagnostic, 'severity' | 'path' | 'origin'> {
  return { severity: 'error', path: [], origin: { file, line: 1 } };
}

/** `undefined` where nothing is. */
function realPathOf(path: string): string | undefined {
  try {
    return realpathSync.native(path);
  } catch {
    return undefined;
  }
}

/**
 * What a link leads to is copied in its place: a program that reads the copy must not leave it. Left
 * out is what lies outside of the repository, and a folder within itself, which would have no end.
 */
function isFollowed(
  source: string,
  { place, root }: { readonly place: string; readonly root: string },
): boolean {
  const real = realPathOf(source);
  if (real === undefined || !isWithin(real, root)) return false;
  if (!lstatSync(source).isSymbolicLink()) return true;
  for (let folder = dirname(source); isWithin(folder, place); folder = dirname(folder)) {
    if (isWithin(realPathOf(folder) ?? folder, real)) return false;
  }
  return true;
}

function isWithin(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder + sep);
}

function listBelow(place: string, root: string): string[] {
  return readEntries(place)
    .filter(({ isDirectory }) => !isDirectory)
    .map(({ path }) => toRepositoryPath(join(place, path), root));
}

function listDirectories(root: string): readonly string[] {
  const folders = readEntries(root).filter(({ isDirectory }) => isDirectory);
  return ['', ...folders.map(({ path }) => toRepositoryPath(join(root, path), root))].sort();
}

interface Entry {
  readonly path: string;
  readonly isDirectory: boolean;
}

/** Everything below, but for what is no part of a repository. */
function readEntries(place: string): readonly Entry[] {
  const found: Entry[] = [];
  const folders = [''];
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    const entries = readFolder(place, folder);
    found.push(...entries);
    folders.push(...entries.filter(({ isDirectory }) => isDirectory).map(({ path }) => path));
    if (found.length > mostFiles) {
      const message = `${place}: more than ${mostFiles} files`;
      throw new StalledError('PROJECT_TOO_LARGE', message);
    }
  }
  return found;
}

const leftOut: ReadonlySet<string> = new Set(['.git', 'node_modules']);

function readFolder(place: string, folder: string): readonly Entry[] {
  const entries = readdirSync(join(place, folder), { withFileTypes: true });
  return entries
    .filter(({ name }) => !leftOut.has(name))
    .map((entry) => ({
      path: folder === '' ? entry.name : join(folder, entry.name),
      isDirectory: entry.isDirectory(),
    }));
}

function toRepositoryPath(path: string, root: string): string {
  return relative(root, path).split(sep).join('/');
}
