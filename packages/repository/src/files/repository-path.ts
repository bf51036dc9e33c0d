/** A path from the repository's root as names. */
export type Segments = readonly string[];

/**
 * Reads a path as programs write it: `a//b`, `./a` and `a/../b` are understood. `undefined` for one
 * that leads out of the repository or that no file can have.
 */
export function parsePath(text: string): Segments | undefined {
  if (text.startsWith('/') || text.includes('\0')) return undefined;
  return walk([], text);
}

export function formatPath(segments: Segments): string {
  return segments.join('/');
}

/**
 * Where a link leads, seen from the folder that it lies in. `undefined` for one that leaves the
 * repository, also when it comes back in: what lies outside is not ours to know.
 */
export function followLink(folder: Segments, target: string): Segments | undefined {
  if (target === '' || target.startsWith('/') || target.includes('\0')) return undefined;
  return walk(folder, target);
}

function walk(from: Segments, text: string): Segments | undefined {
  const names = [...from];
  for (const name of text.split('/')) {
    if (name === '' || name === '.') continue;
    if (name !== '..') names.push(name);
    else if (names.pop() === undefined) return undefined;
  }
  return names;
}
