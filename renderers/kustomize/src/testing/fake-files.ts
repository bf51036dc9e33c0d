import type { SourceFiles } from '@trueup/manifests';

export interface FakeFiles extends SourceFiles {
  /** What was read, absent files with a `!`, in order. */
  readonly asked: readonly string[];
}

/** A repository in memory. */
export function fakeFiles(contents: Readonly<Record<string, string>>): FakeFiles {
  const asked: string[] = [];
  return {
    asked,
    list: async (folder) =>
      Object.keys(contents)
        .filter((path) => folder === '' || path.startsWith(`${folder}/`))
        .sort(),
    read: async (path) => {
      const content = contents[path];
      asked.push(content === undefined ? `!${path}` : path);
      return content === undefined ? undefined : Buffer.from(content);
    },
    layOut: () => Promise.reject(new Error('files are laid out one by one')),
  };
}
