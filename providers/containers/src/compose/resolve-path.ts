import { posix } from 'node:path';

/**
 * A path as a file of the repository names it, from the repository's root. `undefined` where it leads
 * out of it: absolute, below a home folder, or too many steps up.
 */
export function resolvePath(folder: string, path: string): string | undefined {
  if (path.startsWith('/') || path.startsWith('~') || path.includes('\0')) return undefined;
  const joined = posix.normalize(posix.join('/', folder, path));
  const climbs = posix.normalize(posix.join(folder === '' ? '.' : folder, path)).startsWith('..');
  return climbs ? undefined : joined.replace(/^\/+|\/+$/g, '');
}

/** A source of a mount that means a place, and no volume. */
export function isPath(source: string): boolean {
  return /^(?:\.{0,2}\/|~|\.{1,2}$)/.test(source);
}
