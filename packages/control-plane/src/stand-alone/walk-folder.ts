import { type Dirent, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

import { StalledError } from '@trueup/diagnostics';

import { isWithin, realPathOf, systemCodeOf } from './link-trouble.ts';

/** More is not a repository, but somebody's disk. */
const mostEntries = 100_000;

const leftOut: ReadonlySet<string> = new Set(['.git', 'node_modules']);

export interface Walk {
  /** Nothing outside of it is looked at. */
  readonly root: string;
  /** Also of the folders that links lead to. */
  readonly followsLinks: boolean;
  readonly file?: (path: string) => void;
  readonly folder?: (path: string) => void;
  /** Of a folder that cannot be looked into; `code` says why (`EACCES`). */
  readonly closed?: (path: string, code: string) => void;
  /** Of a link that leads to nothing within the root; it is told as a file, too. */
  readonly lost?: (path: string) => void;
}

interface Place {
  readonly real: string;
  /** From the root, by the names of the links on the way. */
  readonly at: string;
  /** Folders that links led into on the way here. */
  readonly linked: readonly string[];
}

/**
 * Tells of everything below a folder, but for what is no part of a repository, and for a folder within
 * itself, which would have no end.
 *
 * @throws StalledError `PROJECT_TOO_LARGE`.
 */
export function walkFolder(start: Pick<Place, 'real' | 'at'>, walk: Walk): void {
  const places: Place[] = [{ ...start, linked: [] }];
  let entries = 0;
  for (let place = places.pop(); place !== undefined; place = places.pop()) {
    for (const entry of readFolder(place, walk)) {
      if (leftOut.has(entry.name)) continue;
      entries += 1;
      if (entries > mostEntries) {
        throw new StalledError(
          'PROJECT_TOO_LARGE',
          `${start.real}: more than ${mostEntries} files`,
        );
      }
      const inner = enter(entry, place, walk);
      if (inner) places.push(inner);
    }
  }
}

function readFolder({ real, at }: Place, { closed }: Walk): readonly Dirent[] {
  try {
    return readdirSync(real, { withFileTypes: true });
  } catch (error) {
    const code = systemCodeOf(error);
    if (code === undefined) throw error;
    closed?.(at, code);
    return [];
  }
}

/** Tells of the entry; answers with the folder that it is. */
function enter(entry: Dirent, { real, at, linked }: Place, walk: Walk): Place | undefined {
  const path = at === '' ? entry.name : `${at}/${entry.name}`;
  const place = join(real, entry.name);
  if (entry.isDirectory()) {
    walk.folder?.(path);
    return { real: place, at: path, linked };
  }
  if (!entry.isSymbolicLink() || !walk.followsLinks) {
    walk.file?.(path);
    return undefined;
  }
  const target = realPathOf(place);
  const isInside = target !== undefined && isWithin(target, walk.root);
  if (!isInside) walk.lost?.(path);
  if (!isInside || !statSync(target).isDirectory()) {
    walk.file?.(path);
    return undefined;
  }
  if (linked.includes(target) || isWithin(real, target)) return undefined;
  return { real: target, at: path, linked: [...linked, target] };
}
