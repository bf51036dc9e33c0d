import { StalledError } from '@trueup/diagnostics';
import type { Credentials } from '@trueup/outbound';
import { parseLogin as parseRegistryLogin } from '@trueup/registries';

export type Login = Credentials;

/**
 * Reads what a secret holds for a registry, as `@trueup/registries` does.
 * @throws StalledError `HOST_CREDENTIALS_INVALID`, which repeats nothing.
 */
export function parseLogin(text: string, registry: string): Login {
  const login = parseRegistryLogin(text);
  if (login) return login;
  const message = `${registry}: the secret for it holds no login`;
  throw new StalledError('HOST_CREDENTIALS_INVALID', message, registry);
}

/** As engines take it in `X-Registry-Auth`: for addresses, and filled up, else Docker loses the last bytes. */
export function toEngineLogin(login: Login, registry: string): string {
  const own =
    login.kind === 'token'
      ? { registrytoken: login.token }
      : { username: login.username, password: login.password };
  const text = JSON.stringify({ ...own, serveraddress: registry });
  return Buffer.from(text).toString('base64').replaceAll('+', '-').replaceAll('/', '_');
}
