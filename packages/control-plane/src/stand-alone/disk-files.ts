/**
 * A folder on disk as the repository, for use without a server: what is there now, committed or not.
 *
 * Links are followed inside of the folder only; `.git` is no part of it. Files are read one after the
 * other: a command has nothing else to do, and the way through the thread pool takes ten times as long.
 */
import { hash } from 'node:crypto';
import { lstatSync, readFileSync, type Stats } from 'node:fs';
import { cp, mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, posix, relative, sep } from 'node:path';

import type { Diagnostic } from '@trueup/diagnostics';

import type { RevisionFiles } from '../repository/git-repository.ts';
import { isWithin, realPathOf, troubleOfLink } from './link-trouble.ts';
import { walkFolder } from './walk-folder.ts';

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
    const real = realPathOf(placeOf(path, root));
    return real !== undefined && isWithin(real, root) ? real : undefined;
  };
  const noteLink = (path: string, severity: Diagnostic['severity']): void => {
    const place = placeOf(path, root);
    const trouble = isWithin(place, root) ? troubleOfLink(place, path, root) : undefined;
    if (trouble && !troubles.has(path)) troubles.set(path, { ...trouble, severity });
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
        },
      );
      return paths.sort();
    },
    async read(path) {
      const place = inside(path);
      const found = place === undefined ? undefined : lstatSync(place);
      if (place === undefined || !found?.isFile() || found.size > largestFile) {
        const large = troubleOfSize(found, path);
        troubles.delete(path);
        if (large) troubles.set(path, large);
        else noteLink(path, 'error');
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
        const filter = (source: string): boolean => {
          if (source.split(sep).includes('.git')) return false;
          noteLink(toRepositoryPath(join(path, relative(place, source))), 'warning');
          return isFollowed(source, { place, root });
        };
        await cp(place, copy, { recursive: true, dereference: true, filter });
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

function placeOf(path: string, root: string): string {
  return join(root, ...posix.normalize(path).split('/'));
}

/** Without `.`, `..` and a slash at the end. */
function toRepositoryPath(path: string): string {
  const text = posix.normalize(path).replace(/\/+$/, '');
  return text === '.' ? '' : text;
}

function troubleOfSize(found: Stats | undefined, path: string): Diagnostic | undefined {
  if (!found?.isFile()) return undefined;
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
