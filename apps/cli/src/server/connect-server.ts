import type { ApiClient } from '@trueup/api';

import type { Cli } from '../command.ts';
import type { Surroundings } from '../surroundings.ts';
import { UsageError } from '../usage-error.ts';
import { loginFile, readLogin } from './login-file.ts';

/** Where to ask, and who asks. */
export interface ServerAddress {
  readonly baseUrl: string;
  readonly token?: string;
}

/**
 * The server that is meant: by flag, by TRUEUP_SERVER, or the one of `trueup login`. The token is that
 * of TRUEUP_TOKEN, else of the login, if that is for the same server: a token is shown to nobody else.
 */
export async function findServer(
  flag: string | undefined,
  environment: Surroundings['environment'],
): Promise<ServerAddress | undefined> {
  const { TRUEUP_SERVER: named, TRUEUP_TOKEN: ownToken } = environment;
  const asked = flag ?? (named ? named : undefined);
  // What is all said needs nothing that was kept.
  const isSaid = asked !== undefined && Boolean(ownToken);
  const login = isSaid ? undefined : await readLogin(loginFile(environment));
  const written = asked ?? login?.url;
  if (written === undefined) return undefined;
  const baseUrl = parseServerUrl(written);
  const kept = login && sameServer(login.url, baseUrl) ? login.token : undefined;
  const token = ownToken ? ownToken : kept;
  return { baseUrl, ...(token !== undefined && { token }) };
}

/** The server to ask in the place of a folder: none where a folder is named. */
export async function serverInstead(
  { surroundings }: Cli,
  folder: string | undefined,
  flag: string | undefined,
): Promise<ServerAddress | undefined> {
  if (folder === undefined) return findServer(flag, surroundings.environment);
  if (flag === undefined) return undefined;
  throw new UsageError(`--server ${flag}: it goes with no folder. Leave out one of the two.`);
}

/** @throws UsageError when there is none. */
export async function requireServer(
  { surroundings }: Cli,
  flag: string | undefined,
): Promise<ServerAddress> {
  const address = await findServer(flag, surroundings.environment);
  if (address) return address;
  throw new UsageError(
    'No server is named: say --server URL, set TRUEUP_SERVER, or log in by `trueup login URL`.',
  );
}

/** @throws UsageError when there is none. */
export async function connectServer(cli: Cli, flag: string | undefined): Promise<ApiClient> {
  return clientOf(cli, await requireServer(cli, flag));
}

/** Whatever it is asked ends with Ctrl-C. */
export async function clientOf({ surroundings }: Cli, address: ServerAddress): Promise<ApiClient> {
  const { createApiClient } = await import('@trueup/api');
  const { stop } = surroundings.interrupts;
  return createApiClient({
    ...address,
    fetch: (url, init) => {
      const signal = init?.signal ? AbortSignal.any([stop, init.signal]) : stop;
      return fetch(url, { ...init, signal });
    },
  });
}

/** @throws UsageError when it is none. */
export function parseServerUrl(text: string): string {
  const url = URL.parse(text);
  if (!url || !/^https?:$/.test(url.protocol)) {
    throw new UsageError(`${text}: the URL of a server begins with https:// or http://.`);
  }
  return `${url.origin}${url.pathname}`.replace(/\/+$/, '');
}

function sameServer(one: string, other: string): boolean {
  return URL.parse(one)?.origin === URL.parse(other)?.origin;
}
