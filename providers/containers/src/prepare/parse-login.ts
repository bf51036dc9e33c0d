import { isJsonObject, StalledError } from '@trueup/diagnostics';
import type { Credentials } from '@trueup/outbound';

export type Login = Credentials;

/**
 * Reads what a secret holds for a registry: `user:password`, a token, or JSON with `username` and
 * `password`, or `token`. @throws StalledError `HOST_CREDENTIALS_INVALID`, which repeats nothing.
 */
export function parseLogin(text: string, registry: string): Login {
  const trimmed = text.trim();
  const login = trimmed.startsWith('{') ? parseJson(trimmed) : parsePlain(trimmed);
  if (login) return login;
  const message = `${registry}: the secret for it holds no login`;
  throw new StalledError('HOST_CREDENTIALS_INVALID', message, registry);
}

function parsePlain(text: string): Login | undefined {
  if (!/^[!-~]+$/.test(text)) return undefined;
  const at = text.indexOf(':');
  if (at < 0) return { kind: 'token', token: text };
  return { kind: 'password', username: text.slice(0, at), password: text.slice(at + 1) };
}

function parseJson(text: string): Login | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (!isJsonObject(value)) return undefined;
    const { username, password, token } = value;
    if (typeof username === 'string' && typeof password === 'string') {
      return { kind: 'password', username, password };
    }
    return typeof token === 'string' && token !== '' ? { kind: 'token', token } : undefined;
  } catch {
    return undefined;
  }
}

/** As engines take it in `X-Registry-Auth`. */
export function toEngineLogin(login: Login, registry: string): string {
  const own =
    login.kind === 'token'
      ? { registrytoken: login.token }
      : { username: login.username, password: login.password };
  return Buffer.from(JSON.stringify({ ...own, serveraddress: registry })).toString('base64url');
}
