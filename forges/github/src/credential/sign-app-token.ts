import { createPrivateKey, type KeyObject, sign } from 'node:crypto';

import { unreadableKey } from '../translate-errors.ts';

export interface AppIdentity {
  readonly appId: string;
  /** PEM. */
  readonly privateKey: string;
}

/** GitHub takes at most ten minutes, and its clock may be behind ours. */
const backdatedSeconds = 60;
const validSeconds = 9 * 60;

/** The word by which an app proves who it is, a JWT (RFC 7519). `FORGE_CREDENTIAL_UNREADABLE`. */
export function signAppToken(
  { appId, privateKey }: AppIdentity,
  nowMs: number,
  subject: string,
): string {
  const now = Math.floor(nowMs / 1000);
  const claims = { iat: now - backdatedSeconds, exp: now + validSeconds, iss: appId };
  const text = `${encode({ alg: 'RS256', typ: 'JWT' })}.${encode(claims)}`;
  const signature = sign('sha256', Buffer.from(text), readKey(privateKey, subject));
  return `${text}.${signature.toString('base64url')}`;
}

function encode(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

/** What OpenSSL says of a key that it cannot read may repeat a part of it. */
function readKey(privateKey: string, subject: string): KeyObject {
  const key = tryRead(privateKey);
  if (key?.asymmetricKeyType === 'rsa') return key;
  throw unreadableKey(subject);
}

function tryRead(privateKey: string): KeyObject | undefined {
  try {
    return createPrivateKey(privateKey);
  } catch {
    return undefined;
  }
}
