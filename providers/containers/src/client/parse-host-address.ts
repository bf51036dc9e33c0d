/** Reads how to reach an engine, as people write it for `DOCKER_HOST`. */

export type HostAddress =
  | { readonly kind: 'unix'; readonly path: string }
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number };

/** `undefined` when the text is none of the forms that are known. */
export function parseHostAddress(text: string): HostAddress | undefined {
  if (text.startsWith('unix://')) {
    const path = text.slice('unix://'.length);
    // A socket's path holds 107 bytes; a longer one would be cut off, and be another one.
    const isSound = path.startsWith('/') && !path.includes('\0') && Buffer.byteLength(path) <= 107;
    return isSound ? { kind: 'unix', path } : undefined;
  }
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isBare = url && !url.username && !url.password && !url.search && !url.hash;
  if (!(url && isBare && url.protocol === 'tcp:' && url.hostname !== '')) return undefined;
  if (url.pathname !== '' && url.pathname !== '/') return undefined;
  return { kind: 'tcp', host: url.hostname, port: Number(url.port || 2376) };
}

/** Whoever reaches an engine without a certificate owns its machine, so only this one is allowed. */
export function isThisMachine(host: string): boolean {
  return /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/.test(host);
}
