/** Reads how to reach an engine, as people write it for `DOCKER_HOST`. */

export type HostAddress = UnixAddress | TcpAddress | SshAddress;

export interface UnixAddress {
  readonly kind: 'unix';
  readonly path: string;
}

export interface TcpAddress {
  readonly kind: 'tcp';
  readonly host: string;
  readonly port: number;
}

export interface SshAddress {
  readonly kind: 'ssh';
  /** Who this process runs as, if absent. */
  readonly user?: string;
  readonly host: string;
  readonly port: number;
  /** Of the engine, on that machine. */
  readonly socket: string;
}

/** `undefined` when the text is none of the forms that are known. */
export function parseHostAddress(text: string): HostAddress | undefined {
  if (text.startsWith('unix://')) {
    const path = text.slice('unix://'.length);
    return isSocketPath(path) ? { kind: 'unix', path } : undefined;
  }
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || url.password || url.search || url.hash || url.hostname === '') return undefined;
  if (url.protocol === 'ssh:') return toSsh(url);
  const isBare = url.protocol === 'tcp:' && !url.username && ['', '/'].includes(url.pathname);
  if (!isBare) return undefined;
  return { kind: 'tcp', host: url.hostname, port: Number(url.port || 2376) };
}

/** The same text for the same place, however it was written. */
export function formatHostAddress(address: HostAddress): string {
  switch (address.kind) {
    case 'unix':
      return `unix://${address.path}`;
    case 'tcp':
      return `tcp://${address.host}:${address.port}`;
    case 'ssh': {
      const { user, host, port, socket } = address;
      return `ssh://${user === undefined ? '' : `${user}@`}${host}:${port}${socket}`;
    }
  }
}

/** A socket's path holds 107 bytes; a longer one would be cut off, and be another one. */
function isSocketPath(path: string): boolean {
  return path.startsWith('/') && !path.includes('\0') && Buffer.byteLength(path) <= 107;
}

/**
 * Nothing of it reaches a command line. Still, only characters are taken that mean nothing to ssh:
 * what begins with a dash would be an option, and others part words of its configuration.
 */
function toSsh(url: URL): SshAddress | undefined {
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const socket = ['', '/'].includes(url.pathname) ? usualSocket : url.pathname;
  const isSound =
    /^[\w:.][\w:.-]*$/.test(host) &&
    /^(?:|[\w.][\w.-]*)$/.test(url.username) &&
    /^[\w/.@+-]+$/.test(socket) &&
    isSocketPath(socket);
  if (!isSound) return undefined;
  const user = url.username === '' ? {} : { user: url.username };
  return { kind: 'ssh', ...user, host, port: Number(url.port || 22), socket };
}

const usualSocket = '/var/run/docker.sock';

/** Whoever reaches an engine without a certificate owns its machine, so only this one is allowed. */
export function isThisMachine(host: string): boolean {
  return /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/.test(host);
}
