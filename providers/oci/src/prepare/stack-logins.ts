import type { ReadCredentials } from '@trueup/outbound';

import type { Logins } from '../oci-client.ts';
import { parseStackSettings, type TargetSettings } from '../schema.ts';

/** The target's own login goes to the target's host, and to no other. */
export function targetLogins({ host, login }: TargetSettings): Logins {
  return async (asked) => (asked === host ? login : undefined);
}

/** Besides, those of the registries that the stack takes images from. */
export function stackLogins(
  target: TargetSettings,
  stackSettings: unknown,
  readCredentials: ReadCredentials,
): Logins {
  const { credentials } = parseStackSettings(stackSettings);
  return async (host) => {
    if (host === target.host) return target.login;
    const secret = credentials.get(host);
    return secret === undefined ? undefined : await readCredentials(secret, host);
  };
}
