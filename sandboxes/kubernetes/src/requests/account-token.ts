/** Tokens of service accounts: what the sandbox has signed itself it knows again, until they expire. */

import { createHmac, timingSafeEqual } from 'node:crypto';

import { isJsonObject, type JsonObject } from '@trueup/diagnostics';

import { readNumber, readText } from '../object/read-fields.ts';

export const issuer = 'https://kubernetes.default.svc';

export interface Account {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
}

/** @param key of this cluster alone @param times in seconds since 1970 */
export function signToken(
  key: Buffer,
  { namespace, name, uid }: Account,
  times: {
    readonly issuedAt: number;
    readonly expiresAt: number;
    readonly audiences: readonly string[];
  },
): string {
  const claims: JsonObject = {
    aud: times.audiences,
    exp: times.expiresAt,
    iat: times.issuedAt,
    iss: issuer,
    'kubernetes.io': { namespace, serviceaccount: { name, uid } },
    nbf: times.issuedAt,
    sub: `system:serviceaccount:${namespace}:${name}`,
  };
  const text = `${encode({ alg: 'HS256', typ: 'JWT' })}.${encode(claims)}`;
  return `${text}.${signatureOf(key, text).toString('base64url')}`;
}

/** Whose token it is; `undefined` when it is none of ours, or too old. */
export function readToken(key: Buffer, token: string, now: number): Account | undefined {
  const [header = '', claims = '', signature = '', ...rest] = token.split('.');
  const own = signatureOf(key, `${header}.${claims}`);
  const given = Buffer.from(signature, 'base64url');
  if (rest.length > 0 || given.length !== own.length || !timingSafeEqual(given, own)) {
    return undefined;
  }
  const value: unknown = JSON.parse(Buffer.from(claims, 'base64url').toString('utf8'));
  if (!isJsonObject(value) || (readNumber(value, 'exp') ?? 0) <= now) return undefined;
  const account = (...path: readonly string[]): string =>
    readText(value, 'kubernetes.io', ...path) ?? '';
  return {
    namespace: account('namespace'),
    name: account('serviceaccount', 'name'),
    uid: account('serviceaccount', 'uid'),
  };
}

function encode(value: JsonObject): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

function signatureOf(key: Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}
