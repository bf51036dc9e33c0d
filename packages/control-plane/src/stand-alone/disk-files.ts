/**
 * A folder on disk as the repository, for use without a server: what is there now, committed or not.
 *
 * Links are followed inside of the folder only; `.git` is no part of it. Files are read one after the
 * other: a command has nothing else to do, and the way through the thread pool takes ten times as long.
 */
import { hash } from 'node:crypto';
import { lstatSync, readFileSync } from 'node:fs';
import { cp, mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, posix, relative, sep } from 'node:path';

import { type Diagnostic, StalledError } from '@trueup/diagnostics';

import type { RevisionFiles } from '../repository/git-repository.ts';
import { isWithin, realPathOf, systemCodeOf, troubleOfLink } from './link-trouble.ts';
import { walkFolder } from './walk-folder.ts';

const largestFile = 10 * 1024 * 1024;
const notOrdinary = 'it is neither a file nor a folder';

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
    const real = realPathOf(placeOf(path, root));
    return real !== undefined && isWithin(real, root) ? real : undefined;
  };
  const noteLink = (path: string, severity: Diagnostic['severity']): void => {
    const place = placeOf(path, root);
    const trouble = isWithin(place, root) ? troubleOfLink(place, path, root) : undefined;
    if (trouble && !troubles.has(path)) troubles.set(path, { ...trouble, severity });
  };
  const noteUnread = (path: string, why: string): void => {
    troubles.set(path, unreadable(path, why));
  };
  return {
    again: () => viewOf(root),
    diagnostics: () => [...troubles.values()],
    record: () => Object.fromEntries(record),
    async list(path) {
      const real = inside(path);
      if (!real || !lstatSync(real).isDirectory()) return [];
      const paths: string[] = [];
      walkFolder(
        { real, at: toRepositoryPath(path) },
        {
          root,
          followsLinks: true,
          file: (file) => paths.push(file),
          lost: (link) => noteLink(link, 'warning'),
          closed: (folder, code) => noteUnread(folder, `it cannot be read (${code})`),
        },
      );
      return paths.sort();
    },
    async read(path) {
      const place = inside(path);
      const found = place === undefined ? undefined : readContent(place, path);
      if (found instanceof Uint8Array) {
        record.set(path, hash('sha1', found));
        return found;
      }
      troubles.delete(path);
      if (found) troubles.set(path, found);
      else noteLink(path, 'error');
      record.set(path, '');
      return undefined;
    },
    async layOut(path) {
      const copy = await mkdtemp(join(tmpdir(), 'trueup-'));
      const place = inside(path);
      if (place !== undefined) {
        const filter = (source: string): boolean => {
          if (source.split(sep).includes('.git')) return false;
          const file = toRepositoryPath(join(path, relative(place, source)));
          const found = lstatSync(source);
          if (!found.isFile() && !found.isDirectory() && !found.isSymbolicLink()) {
            noteUnread(file, notOrdinary);
            return false;
          }
          noteLink(file, 'warning');
          return isFollowed(source, { place, root });
        };
        await copyFolder(place, copy, { filter, path });
      }
      return {
        path: copy,
        [Symbol.asyncDispose]: () => rm(copy, { recursive: true, force: true }),
      };
    },
    async directories() {
      const folders = [''];
      const folder = (path: string): unknown => folders.push(path);
      walkFolder({ real: root, at: '' }, { root, followsLinks: false, folder });
      return folders.sort();
    },
  };
}

/** @throws StalledError `REPOSITORY_FILE_UNREADABLE`. */
async function copyFolder(
  from: string,
  to: string,
  { filter, path }: { readonly filter: (source: string) => boolean; readonly path: string },
): Promise<void> {
  try {
    await cp(from, to, { recursive: true, dereference: true, filter });
  } catch (error) {
    await rm(to, { recursive: true, force: true });
    throw toUnreadable(error, path);
  }
}

function toUnreadable(error: unknown, path: string): unknown {
  const code = systemCodeOf(error);
  if (code === undefined) return error;
  const message = `${path || '.'}: something in it cannot be read (${code})`;
  return new StalledError('REPOSITORY_FILE_UNREADABLE', message, path);
}

function placeOf(path: string, root: string): string {
  return join(root, ...posix.normalize(path).split('/'));
}

/** Without `.`, `..` and a slash at the end. */
function toRepositoryPath(path: string): string {
  const text = posix.normalize(path).replace(/\/+$/, '');
  return text === '.' ? '' : text;
}

/** `undefined` where there is no file to read, without anything being wrong. */
function readContent(place: string, path: string): Uint8Array | Diagnostic | undefined {
  try {
    const found = lstatSync(place);
    if (found.isDirectory()) return undefined;
    // A pipe would keep us waiting for its writer.
    if (!found.isFile()) return unreadable(path, notOrdinary);
    return found.size > largestFile ? tooLarge(path) : readFileSync(place);
  } catch (error) {
    const code = systemCodeOf(error);
    if (code === undefined) throw error;
    return unreadable(path, `it cannot be read (${code})`);
  }
}

/** What it describes would be taken for something that nobody wants any more. */
function unreadable(file: string, why: string): Diagnostic {
  return {
    severity: 'error',
    code: 'REPOSITORY_FILE_UNREADABLE',
    path: [],
    origin: { file, line: 1 },
    summary: `${file}: ${why}`,
  };
}

function tooLarge(path: string): Diagnostic {
  return {
    severity: 'error',
    code: 'REPOSITORY_FILE_TOO_LARGE',
    path: [],
    origin: { file: path, line: 1 },
    summary: `${path}: the file is too large to be read`,
  };
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
