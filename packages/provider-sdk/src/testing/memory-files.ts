import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import type { Files, LaidOutFolder } from '../files.ts';

/** A repository in memory. */
export interface MemoryFiles extends Files {
  /** Every path and folder that was asked for, in order, also those that do not exist. */
  readonly asked: readonly string[];
  /** A file's text, without counting as asked for. */
  text(path: string): string | undefined;
  /** Writes a file, or removes it. */
  set(path: string, text: string | undefined): void;
}

/** Serves texts by path. Paths are from the repository's root, with forward slashes. */
export function createMemoryFiles(texts: Readonly<Record<string, string>>): MemoryFiles {
  const files = new Map(Object.entries(texts));
  const asked: string[] = [];
  const below = (folder: string) => {
    asked.push(folder);
    const prefix = folder === '' ? '' : `${folder}/`;
    return [...files.keys()].filter((path) => path.startsWith(prefix)).sort();
  };
  return {
    asked,
    text: (path) => files.get(path),
    set(path, text) {
      if (text === undefined) files.delete(path);
      else files.set(path, text);
    },
    async list(folder) {
      return below(folder);
    },
    async read(path) {
      asked.push(path);
      const text = files.get(path);
      return text === undefined ? undefined : new TextEncoder().encode(text);
    },
    async layOut(folder) {
      return layOut(below(folder).map((path) => [path, files.get(path) ?? '']));
    },
  };
}

async function layOut(files: readonly (readonly [string, string])[]): Promise<LaidOutFolder> {
  const path = await mkdtemp(join(tmpdir(), 'trueup-files-'));
  for (const [name, text] of files) {
    await mkdir(dirname(join(path, name)), { recursive: true });
    await writeFile(join(path, name), text);
  }
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}
