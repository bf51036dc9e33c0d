/**
 * Reads the secrets that stacks name for hosts (`helm: { credentials: … }`). Who may name one is said
 * by the secret itself: it has to list the host among its uses, so that a stack that names another
 * host for it gets nothing.
 */
import { StalledError } from '@trueup/diagnostics';
import type { Credentials, ReadCredentials } from '@trueup/outbound';

import { parseCredential } from '../repository/parse-credential.ts';
import type { ReadSecret } from '../stacks/resolve-secrets.ts';

/**
 * The secret is read anew each time. Rejects with a `StalledError`: as `readSecret` does, or
 * `HOST_CREDENTIALS_INVALID` when it holds no login, of which nothing is repeated.
 */
export function createReadCredentials(readSecret: ReadSecret): ReadCredentials {
  return async (secret, host) => {
    const text = await readSecret(secret, { kind: 'host', name: host });
    return parseLogin(text) ?? refuse(secret, host);
  };
}

function parseLogin(text: string): Credentials | undefined {
  try {
    const credential = parseCredential(text, '');
    if (credential.kind === 'ssh-key') return undefined;
    // What holds a line break would be another header.
    const isSound = credential.kind === 'password' || /^[!-~]+$/.test(credential.token);
    return isSound ? credential : undefined;
  } catch {
    return undefined;
  }
}

function refuse(secret: string, host: string): never {
  const forms = 'username:password, an access token, or JSON with username and password or token';
  const message = `secret ${secret}: not sent to ${host}: it is none of ${forms}`;
  throw new StalledError('HOST_CREDENTIALS_INVALID', message, secret);
}
