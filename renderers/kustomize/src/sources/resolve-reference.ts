/** Where a reference leads to. Pure. */
import { posix } from 'node:path';

/** A path from the repository's root, `undefined` when it leads out of the repository. */
export function resolveReference(folder: string, text: string): string | undefined {
  if (text.includes('\0') || posix.isAbsolute(text)) return undefined;
  const path = posix.join(folder === '' ? '.' : folder, text).replace(/\/$/, '');
  if (path === '..' || path.startsWith('../')) return undefined;
  return path === '.' ? '' : path;
}

/** True for what names a host for certain: an address, or Git's own short form. */
export function isAddress(text: string): boolean {
  return /^(?:[a-z][a-z\d+.-]*:\/\/|git::|[\w.-]+@[\w.-]+:|github\.com[:/])/i.test(text);
}

/** True for what may name a repository elsewhere once there is no such file or folder here. */
export function mayBeAddress(text: string): boolean {
  return /^[\w-]+(?:\.[\w-]+)+\/.+/.test(text) && /[?&]ref=|\.git(?:\/|$|\?)|\w\/\/\w/.test(text);
}

/** The host of a remote base; `undefined` when it cannot be told. */
export function hostOf(text: string): string | undefined {
  const bare = text
    .replace(/^git::/, '')
    .replace(/^[a-z][a-z\d+.-]*:\/\//i, '')
    .replace(/^[^@/]*@/, '');
  return /^(?<host>[\w.-]+)(?=[/:]|$)/.exec(bare)?.groups?.['host']?.toLowerCase();
}

export function isWithin(path: string, folder: string): boolean {
  return folder === '' || path === folder || path.startsWith(`${folder}/`);
}

export function joinPath(folder: string, name: string): string {
  return folder === '' ? name : `${folder}/${name}`;
}
