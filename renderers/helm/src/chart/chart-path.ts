import { posix } from 'node:path';

/** Both from the repository's root, which is the empty path. */
export function joinPath(folder: string, name: string): string {
  return folder === '' ? name : `${folder}/${name}`;
}

/** A path from the repository's root, `undefined` when it leads out of the repository. */
export function resolvePath(folder: string, text: string): string | undefined {
  if (text.includes('\0') || posix.isAbsolute(text)) return undefined;
  const path = posix.join(folder === '' ? '.' : folder, text).replace(/\/$/, '');
  if (path === '..' || path.startsWith('../')) return undefined;
  return path === '.' ? '' : path;
}
