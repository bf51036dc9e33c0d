/**
 * How we prove who we are. A token is sent as it is; an app gets itself a token for the one repository
 * that is asked about, which runs out after an hour.
 */
import { createHash } from 'node:crypto';
import {
  type ForgeCall,
  type ForgeRepository,
  notFound,
  partsOf,
  type RestClient,
} from '@trueup/forge-sdk';

import { accessShape, appShape, type GithubAccess, installationShape } from '../schema.ts';
import { signAppToken } from './sign-app-token.ts';

export interface Authorization {
  readonly token: string | undefined;
  /** Of an app: what it may do, by GitHub's names. */
  readonly permissions?: Readonly<Record<string, string>>;
  /** Of an app: the part of its login before `[bot]`. */
  readonly slug?: () => Promise<string>;
}

/** A token with so little time left may run out before its request arrives. */
const leastMs = 5 * 60_000;

export class AppTokens {
  readonly #tokens = new Map<string, GithubAccess>();
  readonly #now: () => number;

  /** At most so many tokens are kept; a thousand when absent. */
  readonly #most: number;

  constructor(now: () => number, most = 1000) {
    this.#now = now;
    this.#most = most;
  }

  /** `connect` makes a client that proves itself by the word that it is given. */
  async authorize(
    repository: ForgeRepository,
    { signal }: ForgeCall,
    connect: (token: string) => RestClient,
  ): Promise<Authorization> {
    const { credential, path } = repository;
    if (credential?.kind !== 'app') return { token: credential?.token };
    const rest = connect(signAppToken(credential, this.#now(), path));
    const key = keyOf(repository, credential);
    let access = this.#known(key);
    if (!access) {
      access = await requestAccess(rest, path, signal);
      this.#keep(key, access);
    }
    return {
      token: access.token,
      permissions: access.permissions ?? {},
      slug: async () => {
        const app = await rest.find(appShape, '/app', {}, signal);
        if (!app) throw notFound(path);
        return app.slug;
      },
    };
  }

  #known(key: string): GithubAccess | undefined {
    const known = this.#tokens.get(key);
    const isFresh = known && Date.parse(known.expires_at) - this.#now() > leastMs;
    return isFresh ? known : undefined;
  }

  #keep(key: string, access: GithubAccess): void {
    if (this.#tokens.size >= this.#most && !this.#tokens.has(key)) this.#tokens.clear();
    this.#tokens.set(key, access);
  }
}

/** A changed key is another identity, at once. */
function keyOf(
  { apiUrl = '', path }: ForgeRepository,
  { appId, privateKey }: { readonly appId: string; readonly privateKey: string },
): string {
  const digest = createHash('sha256').update(privateKey).digest('hex');
  return [apiUrl, path, appId, digest].join(' ');
}

async function requestAccess(
  rest: RestClient,
  path: string,
  signal: AbortSignal,
): Promise<GithubAccess> {
  const root = `/repos/${partsOf(path).join('/')}`;
  const installation = await rest.find(installationShape, `${root}/installation`, {}, signal);
  if (!installation) throw notFound(path);
  const answer = await rest.write(
    {
      method: 'POST',
      path: `/app/installations/${installation.id}/access_tokens`,
      body: { repositories: [path.split('/').at(-1)] },
    },
    signal,
  );
  return await rest.read(accessShape, answer);
}
