/** The files of an artifact as those of a stack's folder. Of the repository nothing else can be seen. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import type { Files, LaidOutFolder } from '@trueup/provider-sdk';
import type { ArchiveFile } from '@trueup/registries';

/** Without steps upwards; `.` for all of it. */
export function isRelativeFolder(value: unknown): value is string {
  if (typeof value !== 'string' || value.length > 1000 || value.includes('\\')) return false;
  if (value === '' || value === '.') return true;
  return value.split('/').every((step) => step !== '' && step !== '.' && step !== '..');
}

/** `folder` of the artifact lies where the stack's folder is. Paths of `files` are relative and sound. */
export function createArtifactFiles(
  files: readonly ArchiveFile[],
  { folder, at }: { readonly folder: string; readonly at: string },
): Files {
  const inside = new Map<string, Uint8Array>();
  for (const { path, bytes } of files) {
    const relative = below(path, folder);
    if (relative !== undefined) inside.set(at === '' ? relative : `${at}/${relative}`, bytes);
  }
  const list = (from: string) => [...inside.keys()].filter((path) => below(path, from)).sort();
  return {
    list: async (from) => list(from),
    read: async (path) => inside.get(path),
    layOut: (from) => {
      const laid = list(from).map((path) => [below(path, from) ?? '', inside.get(path)] as const);
      return layOut(laid);
    },
  };
}

/** What stands behind the folder; `undefined` for what lies elsewhere. */
function below(path: string, folder: string): string | undefined {
  if (folder === '') return path;
  return path.startsWith(`${folder}/`) ? path.slice(folder.length + 1) : undefined;
}

async function layOut(
  files: readonly (readonly [string, Uint8Array | undefined])[],
): Promise<LaidOutFolder> {
  const path = await mkdtemp(join(tmpdir(), 'trueup-files-'));
  const dispose = () => rm(path, { recursive: true, force: true, maxRetries: 3 });
  try {
    for (const [name, bytes] of files) {
      await mkdir(dirname(join(path, name)), { recursive: true });
      await writeFile(join(path, name), bytes ?? new Uint8Array());
    }
    return { path, [Symbol.asyncDispose]: dispose };
  } catch (error) {
    await dispose();
    throw error;
  }
}
