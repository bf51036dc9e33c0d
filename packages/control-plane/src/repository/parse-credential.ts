import { isJsonObject, type JsonObject, StalledError } from '@trueup/diagnostics';
import type { Credential } from '@trueup/repository';

/**
 * Reads the secret that a repository is fetched with:
 *
 * - `{"username": …, "password": …}`, `{"token": …}` (sent as a bearer), or
 *   `{"privateKey": …, "knownHosts": …}`, as JSON;
 * - `username:password`;
 * - anything else is an access token, which all forges take as a password.
 *
 * @throws StalledError `REPOSITORY_CREDENTIAL_INVALID`, which repeats nothing of it.
 */
export function parseCredential(text: string, subject: string): Credential {
  const trimmed = text.trim();
  if (trimmed.startsWith('{')) return fromObject(parseObject(trimmed, subject), subject);
  const colon = trimmed.indexOf(':');
  if (trimmed === '' || /[\r\n]/.test(trimmed)) throw invalid(subject);
  if (colon < 0) return { kind: 'password', username: 'oauth2', password: trimmed };
  const [username, password] = [trimmed.slice(0, colon), trimmed.slice(colon + 1)];
  return { kind: 'password', username, password };
}

function parseObject(text: string, subject: string): JsonObject {
  try {
    const value: unknown = JSON.parse(text);
    if (isJsonObject(value)) return value;
  } catch {
    // The parser's message repeats a part of the secret.
  }
  throw invalid(subject);
}

function fromObject(value: JsonObject, subject: string): Credential {
  const { username, password, token, privateKey, knownHosts } = value;
  if (typeof username === 'string' && typeof password === 'string') {
    return { kind: 'password', username, password };
  }
  if (typeof token === 'string') return { kind: 'token', token };
  if (typeof privateKey === 'string' && typeof knownHosts === 'string') {
    return { kind: 'ssh-key', privateKey, knownHosts };
  }
  throw invalid(subject);
}

function invalid(subject: string): StalledError {
  const forms = 'username:password, an access token, or JSON with privateKey and knownHosts';
  const message = `${subject}: not reached: its credential is none of ${forms}`;
  return new StalledError('REPOSITORY_CREDENTIAL_INVALID', message, subject);
}
