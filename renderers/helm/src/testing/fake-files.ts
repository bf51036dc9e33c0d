import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import type { SourceFiles } from '@trueup/manifests';

/** A repository in memory, that can be laid out on disk. */
export function fakeFiles(contents: Readonly<Record<string, string | Uint8Array>>): SourceFiles {
  const pathsIn = (folder: string) =>
    Object.keys(contents)
      .filter((path) => folder === '' || path.startsWith(`${folder}/`))
      .sort();
  return {
    list: async (folder) => pathsIn(folder),
    read: async (path) => {
      const content = contents[path];
      return typeof content === 'string' ? Buffer.from(content) : content;
    },
    layOut: async (folder) => {
      const place = await mkdtemp(join(tmpdir(), 'trueup-fake-files-'));
      for (const path of pathsIn(folder)) {
        const target = join(place, folder === '' ? path : path.slice(folder.length + 1));
        await mkdir(dirname(target), { recursive: true });
        await writeFile(target, contents[path] ?? '');
      }
      return {
        path: place,
        [Symbol.asyncDispose]: () => rm(place, { recursive: true, force: true }),
      };
    },
  };
}
