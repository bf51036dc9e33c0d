import { StalledError } from '@trueup/diagnostics';

import type { ForgeRepository } from '../forge-repository.ts';

export interface ApiRootOptions {
  /** The public installation's. */
  readonly ownUrl: string;
  /** Hosts to which a credential may be sent without encryption. Only this machine when absent. */
  readonly allowHttp?: (host: string) => boolean;
}

/**
 * Where a repository's API is, without a slash at its end. `FORGE_ADDRESS_REFUSED` where it cannot be
 * read, holds a credential, or would have one sent in the open.
 */
export function apiRootOf(
  { apiUrl, path, credential }: ForgeRepository,
  { ownUrl, allowHttp = () => false }: ApiRootOptions,
): string {
  const url = URL.parse(apiUrl ?? ownUrl);
  if (!url || !['http:', 'https:'].includes(url.protocol) || url.search !== '' || url.hash !== '') {
    throw refused(path, 'the address of its forge is no https address');
  }
  if (url.username !== '' || url.password !== '') {
    throw refused(path, 'the address of its forge holds a credential');
  }
  const isOpen = url.protocol === 'http:' && !isLocal(url.hostname) && !allowHttp(url.host);
  if (credential && isOpen) {
    throw refused(path, 'its credential would be sent without encryption');
  }
  return `${url.origin}${url.pathname.replace(/\/+$/, '')}`;
}

/**
 * A token that may stand in a header. `FORGE_CREDENTIAL_UNREADABLE` for one that holds a line break or a
 * blank, as one does that was read from a file.
 */
export function readToken(token: string, path: string): string {
  if (/^[!-~]+$/.test(token)) return token;
  const message = `${path}: not asked: its token holds a blank, a line break or what is no ASCII`;
  throw new StalledError('FORGE_CREDENTIAL_UNREADABLE', message, path);
}

/** The parts of a path, each fit for an address. `FORGE_ADDRESS_REFUSED` where it is no path. */
export function partsOf(path: string): readonly string[] {
  const parts = path.split('/');
  const isSound = parts.every(
    (part) => /^[^\s\\\p{Cc}]{1,255}$/u.test(part) && !/^\.+$/.test(part),
  );
  if (!isSound || parts.length < 2) throw refused(path, 'that is no path of a repository');
  return parts.map(encodeURIComponent);
}

function isLocal(host: string): boolean {
  return /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/.test(host);
}

function refused(path: string, why: string): StalledError {
  return new StalledError('FORGE_ADDRESS_REFUSED', `${path}: not asked: ${why}`, path);
}
