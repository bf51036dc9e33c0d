/** Keeps archives by their digest, and remembers which one a name stood for, and who was asked. */
import { hash, randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

export interface ChartArchive {
  /** Gzipped tar. */
  readonly archive: Uint8Array;
  /** `sha256:` and 64 digits, of the archive. */
  readonly digest: string;
}

export interface KeptChart extends ChartArchive {
  /** All that were visited to get it. Whoever may not visit them may not have it from here. */
  readonly hosts: readonly string[];
}

export interface ChartCache {
  /** `undefined` when it is not there, or no longer what it was. */
  get(key: string): Promise<KeptChart | undefined>;
  put(key: string, chart: KeptChart): Promise<void>;
}

/** In a folder that several processes may share, and that may be emptied at any time. */
export function createChartCache(folder: string): ChartCache {
  const nameFile = (key: string) => join(folder, 'names', hash('sha256', key));
  const archiveFile = (digest: string) => join(folder, 'archives', digest.replace(':', '-'));

  return {
    async get(key) {
      const [digest = '', ...hosts] = await readLines(nameFile(key));
      if (!/^sha256:[\da-f]{64}$/.test(digest)) return undefined;
      const archive = await readOptional(archiveFile(digest));
      return archive && `sha256:${hash('sha256', archive)}` === digest
        ? { archive, digest, hosts }
        : undefined;
    },
    async put(key, { archive, digest, hosts }) {
      await writeWhole(archiveFile(digest), archive);
      await writeWhole(nameFile(key), [digest, ...hosts].join('\n'));
    },
  };
}

async function readLines(path: string): Promise<readonly string[]> {
  return (await readOptional(path))?.toString('utf8').split('\n') ?? [];
}

async function readOptional(path: string): Promise<Buffer | undefined> {
  try {
    return await readFile(path);
  } catch {
    return undefined;
  }
}

/** Nobody sees half of a file, however this process ends. */
async function writeWhole(path: string, content: Uint8Array | string): Promise<void> {
  const draft = `${path}.${randomUUID()}`;
  await mkdir(join(path, '..'), { recursive: true });
  await writeFile(draft, content);
  await rename(draft, path);
}
