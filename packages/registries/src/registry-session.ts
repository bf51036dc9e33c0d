/** Sends requests to registries with what each of them grants. */
import { hash } from 'node:crypto';

import type {
  Credentials,
  Outbound,
  OutboundHead,
  OutboundRequest,
  OutboundResponse,
  OutboundStream,
  RequestBody,
} from '@trueup/outbound';
import type { Place } from './artifact-reference.ts';
import { authorize, parseChallenge } from './authenticate.ts';
import { refused } from './registry-errors.ts';

export interface SessionOptions {
  readonly outbound: Outbound;
  /** For a registry, by its host; `undefined` where it is open to everybody. */
  readonly credentials?: (host: string) => Promise<Credentials | undefined>;
  /** Registries that are spoken to without encryption. None when absent. */
  readonly allowHttp?: (host: string) => boolean;
  /** In milliseconds, from any beginning. By a clock that nobody sets when absent. */
  readonly now?: () => number;
}

export interface Ask {
  readonly place: Place;
  /** Below the repository's own, or a whole URL that the registry has named. */
  readonly path: string | URL;
  /** GET when absent. */
  readonly method?: NonNullable<OutboundRequest['method']>;
  readonly headers?: Readonly<Record<string, string>>;
  /** What can be read only once is sent once: no challenge is answered. */
  readonly body?: RequestBody;
  readonly maxBytes: number;
  /** 120 s when absent. */
  readonly timeoutMs?: number;
  readonly mayVisit?: ((url: URL) => boolean) | undefined;
  /** As `OutboundRequest` means it. */
  readonly repeatable?: boolean;
  /** As `OutboundRequest` means it. */
  readonly large?: boolean;
  /** What is to be allowed in the repository. `pull` when absent. */
  readonly actions?: string;
  /** A repository of the same registry that is read besides. */
  readonly alsoPull?: string;
}

export interface RegistrySession {
  send(ask: Ask, signal: AbortSignal): Promise<OutboundResponse>;
  /** The same for answers that are read piece by piece. */
  open(ask: Ask, signal: AbortSignal): Promise<OutboundStream>;
  /** What a registry names as the next address. `REGISTRY_REFUSED` where it cannot be used. */
  resolve(place: Place, text: string | undefined, base: string): URL;
}

interface Delivery<T> {
  readonly deliver: (request: OutboundRequest) => Promise<T>;
  /** Of an answer that is not looked at. */
  readonly discard: (answer: T) => Promise<void>;
}

interface Granted {
  readonly authorization: string;
  /** By our own clock, in milliseconds: the token service's may be another one. */
  readonly until: number;
  /** The digest of the credentials that it was granted to. */
  readonly to: string;
}

/** Where a registry is not reached by the name that its images bear. */
const apiHosts: ReadonlyMap<string, string> = new Map([['docker.io', 'registry-1.docker.io']]);

/** A token that is about to run out would be refused in the midst of an upload. */
const marginMs = 10_000;

/** More than anybody reads from; a bound all the same. */
const mostAuthorizations = 1000;

export function createRegistrySession(options: SessionOptions): RegistrySession {
  const { outbound, allowHttp = () => false } = options;
  const grants = createGrants(options);
  const originOf = (host: string) =>
    new URL(`${allowHttp(host) ? 'http' : 'https'}://${apiHosts.get(host) ?? host}`).origin;

  async function withGrant<T extends OutboundHead>(
    ask: Ask,
    signal: AbortSignal,
    { deliver, discard }: Delivery<T>,
  ): Promise<T> {
    const url = urlOf(ask);
    if (url.origin !== originOf(ask.place.host))
      return await deliver(toRequest(ask, url, undefined));
    const known = await grants.find(ask);
    const first = await deliver(toRequest(ask, url, known));
    // What a registry redirects to asks for no login of its own: it would decide where ours is sent.
    if (first.status !== 401 || URL.parse(first.url)?.origin !== url.origin) return first;
    const authorization = await grants.obtain(
      ask,
      first.headers.get('www-authenticate') ?? '',
      signal,
    );
    if (authorization === undefined || isReadOnce(ask)) return first;
    await discard(first);
    return await deliver(toRequest(ask, url, authorization));
  }

  function urlOf({ place, path }: Ask): URL {
    if (path instanceof URL) return path;
    return new URL(`${originOf(place.host)}/v2/${place.repository}/${path}`);
  }

  return {
    send: (ask, signal) =>
      withGrant(ask, signal, {
        deliver: (request) => outbound.request(request, signal),
        discard: async () => undefined,
      }),
    open: (ask, signal) =>
      withGrant(ask, signal, {
        deliver: (request) => outbound.open(request, signal),
        discard: async (stream) => {
          await stream[Symbol.asyncDispose]();
        },
      }),
    resolve(place, text, base) {
      const url = text === undefined ? null : URL.parse(text, base);
      const isSound =
        url?.protocol === 'https:' || (url?.protocol === 'http:' && allowHttp(place.host));
      if (url && isSound && url.username === '' && url.password === '') return url;
      throw refused(place, 'the registry names no address to go on at', 'not written');
    },
  };
}

interface Grants {
  find(ask: Ask): Promise<string | undefined>;
  /** Answers a challenge; `undefined` where nothing is granted. */
  obtain(ask: Ask, header: string, signal: AbortSignal): Promise<string | undefined>;
}

function createGrants({
  outbound,
  credentials,
  allowHttp = () => false,
  now = () => performance.now(),
}: SessionOptions): Grants {
  /** By what was asked for. A token that has run out is refused, and then asked for anew. */
  const authorizations = new Map<string, Granted>();
  /** What was granted to credentials that are others now no longer counts. */
  async function find(ask: Ask): Promise<string | undefined> {
    const known = authorizations.get(keyOf(ask));
    if (!known || known.until <= now()) return undefined;
    const isOurs = known.to === digestOfLogin(await credentials?.(ask.place.host));
    return isOurs ? known.authorization : undefined;
  }

  async function obtain(
    ask: Ask,
    header: string,
    signal: AbortSignal,
  ): Promise<string | undefined> {
    const challenge = parseChallenge(header);
    if (!challenge) return undefined;
    const { host } = ask.place;
    const login = await credentials?.(host);
    const askedAt = now();
    const grant = await authorize(
      outbound,
      {
        host,
        challenge,
        scopes: scopesOf(ask),
        credentials: login,
        allowHttp: allowHttp(host),
        mayVisit: ask.mayVisit,
      },
      signal,
    );
    if (!grant) return undefined;
    const key = keyOf(ask);
    if (authorizations.size >= mostAuthorizations && !authorizations.has(key)) {
      authorizations.clear();
    }
    const { authorization, lifetimeMs } = grant;
    const until = askedAt + lifetimeMs - marginMs;
    authorizations.set(key, { authorization, until, to: digestOfLogin(login) });
    return authorization;
  }
  return { find, obtain };
}

function toRequest(
  { method = 'GET', headers, body, maxBytes, timeoutMs = 120_000, large, ...ask }: Ask,
  url: URL,
  authorization: string | undefined,
): OutboundRequest {
  return {
    url: url.href,
    method,
    headers: {
      'accept-encoding': 'identity',
      ...headers,
      ...(authorization !== undefined && { authorization }),
    },
    limits: { responseBytes: maxBytes, timeoutMs },
    ...(body !== undefined && { body }),
    ...(large && { large }),
    ...(ask.mayVisit && { mayVisit: ask.mayVisit }),
    ...(ask.repeatable !== undefined && { repeatable: ask.repeatable }),
  };
}

/** https://distribution.github.io/distribution/spec/auth/scope/ */
function scopesOf({ place, actions = 'pull', alsoPull }: Ask): readonly string[] {
  const own = `repository:${place.repository}:${actions}`;
  return alsoPull === undefined ? [own] : [own, `repository:${alsoPull}:pull`];
}

function keyOf(ask: Ask): string {
  return `${ask.place.host} ${scopesOf(ask).join(' ')}`;
}

function isReadOnce({ body }: Ask): boolean {
  return typeof body === 'object' && 'pieces' in body;
}

function digestOfLogin(credentials: Credentials | undefined): string {
  return hash('sha256', JSON.stringify(credentials) ?? '');
}
