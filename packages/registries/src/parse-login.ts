import { isJsonObject } from '@trueup/diagnostics';
import type { Credentials } from '@trueup/outbound';

/**
 * What a secret for a registry holds: `user:password`, a token, or JSON with `username` and `password`, or
 * `token`. `undefined` for anything else. Pure.
 */
export function parseLogin(value: unknown): Credentials | undefined {
  if (typeof value !== 'string') return undefined;
  const text = value.trim();
  if (text.startsWith('{')) return parseJsonLogin(text);
  if (!/^[!-~]+$/.test(text)) return undefined;
  const at = text.indexOf(':');
  if (at < 0) return { kind: 'token', token: text };
  return { kind: 'password', username: text.slice(0, at), password: text.slice(at + 1) };
}

function parseJsonLogin(text: string): Credentials | undefined {
  try {
    const value: unknown = JSON.parse(text);
    const { username, password, token } = isJsonObject(value) ? value : {};
    if (typeof username === 'string' && typeof password === 'string') {
      return { kind: 'password', username, password };
    }
    const isToken = typeof token === 'string' && /^[!-~]+$/.test(token);
    return isToken ? { kind: 'token', token } : undefined;
  } catch {
    return undefined;
  }
}
