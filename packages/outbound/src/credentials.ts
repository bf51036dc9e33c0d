/** What proves to a host who asks: never part of a URL, an argument or a text. */
import { isJsonObject } from '@trueup/diagnostics';

export type Credentials =
  | { readonly kind: 'password'; readonly username: string; readonly password: string }
  /** Sent as a bearer, as it is. It holds visible ASCII only. */
  | { readonly kind: 'token'; readonly token: string };

/**
 * Reads a secret for the one host that it is to be sent to, `registry.example.com` or with a port
 * that is not its scheme's own. Asked before each use, so that a changed secret counts at once.
 * Rejects with a `StalledError` where there is no such secret, or it may not be sent there.
 */
export type ReadCredentials = (secret: string, host: string) => Promise<Credentials>;

/** The value of an Authorization header. */
export function toAuthorization(credentials: Credentials): string {
  if (credentials.kind === 'token') return `Bearer ${credentials.token}`;
  const { username, password } = credentials;
  return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
}

/** Whether nobody on the way reads along: https, or this machine. */
export function isConfidential({ protocol, hostname }: URL): boolean {
  const isLocal = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/.test(hostname);
  return protocol === 'https:' || (protocol === 'http:' && isLocal);
}

const hostPattern = /^(?:[a-z\d](?:[a-z\d.-]{0,250}[a-z\d])?|\[[\da-f:]+\])(?::\d{1,5})?$/;
const secretPattern = /^[\w.-]{1,250}$/;

/**
 * Which secret goes to which host, from settings: `{ ghcr.io: { secret: charts } }`. `undefined` for
 * anything else; nothing is named when it is absent. Hosts are exact and in small letters. Pure.
 */
export function parseHostSecrets(settings: unknown): ReadonlyMap<string, string> | undefined {
  if (settings === undefined) return new Map();
  if (!isJsonObject(settings)) return undefined;
  const secrets = new Map<string, string>();
  for (const [host, value] of Object.entries(settings)) {
    const { secret, ...rest } = isJsonObject(value) ? value : {};
    const isSound =
      hostPattern.test(host) &&
      typeof secret === 'string' &&
      secretPattern.test(secret) &&
      Object.keys(rest).length === 0;
    if (!isSound) return undefined;
    secrets.set(host, secret);
  }
  return secrets;
}
