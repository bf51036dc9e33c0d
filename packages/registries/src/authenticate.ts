/**
 * Answers a registry's challenge. It names a service that hands out tokens, so it decides where a
 * password is sent: only by https, or within this machine.
 */
import { isJsonObject, StalledError } from '@trueup/diagnostics';
import { type Credentials, isConfidential, type Outbound, toAuthorization } from '@trueup/outbound';

export interface Challenge {
  readonly scheme: 'basic' | 'bearer';
  readonly realm: string;
  readonly service: string | undefined;
  readonly scope: string | undefined;
}

/** `undefined` where none is understood. Of several, a token is preferred to a password. */
export function parseChallenge(header: string): Challenge | undefined {
  const challenges = [...header.matchAll(/(?:^|,\s*)(bearer|basic)\s+/gi)].map(
    ({ 0: { length }, 1: scheme = '', index }, position, all) => {
      const text = header.slice(index + length, all[position + 1]?.index);
      const parameters = new Map(
        [...text.matchAll(/\b(\w{1,64})="([^"]*)"/g)].map(([, name = '', value = '']) => [
          name.toLowerCase(),
          value,
        ]),
      );
      return {
        scheme: scheme.toLowerCase() === 'bearer' ? 'bearer' : 'basic',
        realm: parameters.get('realm') ?? '',
        service: parameters.get('service'),
        scope: parameters.get('scope'),
      } as const;
    },
  );
  return challenges.find(({ scheme }) => scheme === 'bearer') ?? challenges[0];
}

export interface TokenRequest {
  readonly host: string;
  readonly challenge: Challenge;
  /** What is to be allowed. What the challenge names takes the place of the first. */
  readonly scopes: readonly string[];
  readonly credentials: Credentials | undefined;
  readonly allowHttp: boolean;
  readonly mayVisit: ((url: URL) => boolean) | undefined;
}

export interface Grant {
  /** The value of an Authorization header. */
  readonly authorization: string;
  /** In milliseconds from the moment that it was asked for; infinite for what does not run out. */
  readonly lifetimeMs: number;
}

/** What a token lives where its service does not say, by the specification. */
const leastLifetimeMs = 60_000;

/**
 * What is granted; `undefined` when a password is needed and there is none. A
 * token of one's own is not exchanged for another. Rejects with `REGISTRY_REFUSED` where credentials
 * would travel in the open.
 */
export async function authorize(
  outbound: Outbound,
  request: TokenRequest,
  signal: AbortSignal,
): Promise<Grant | undefined> {
  const { challenge, credentials, host, allowHttp } = request;
  const own = new URL(`${allowHttp ? 'http' : 'https'}://${host}`);
  if (credentials && !isConfidential(own)) throw inTheOpen(host);
  if (challenge.scheme === 'basic' || credentials?.kind === 'token') {
    return (
      credentials && {
        authorization: toAuthorization(credentials),
        lifetimeMs: Number.POSITIVE_INFINITY,
      }
    );
  }
  const url = tokenUrl(request);
  if (credentials && !isConfidential(url)) throw inTheOpen(host);
  const { status, body } = await outbound.request(
    {
      url: url.href,
      headers: credentials ? { authorization: toAuthorization(credentials) } : {},
      limits: { responseBytes: 64 * 1024 },
      ...(request.mayVisit && { mayVisit: request.mayVisit }),
    },
    signal,
  );
  return status === 200 ? readToken(body) : undefined;
}

/** https://distribution.github.io/distribution/spec/auth/token/ */
function tokenUrl({ host, challenge, scopes, allowHttp }: TokenRequest): URL {
  const url = URL.parse(challenge.realm);
  if (!url || !(url.protocol === 'https:' || (allowHttp && url.protocol === 'http:'))) {
    const message = `${host}: no token asked for: the registry does not name an https address for it`;
    throw new StalledError('REGISTRY_REFUSED', message, host);
  }
  if (challenge.service !== undefined) url.searchParams.set('service', challenge.service);
  const [first, ...others] = scopes;
  const own = challenge.scope?.split(' ') ?? [first ?? ''];
  for (const scope of new Set([...own, ...others])) url.searchParams.append('scope', scope);
  return url;
}

function readToken(body: Uint8Array): Grant | undefined {
  try {
    const answer: unknown = JSON.parse(Buffer.from(body).toString('utf8'));
    if (!isJsonObject(answer)) return undefined;
    const { expires_in: seconds } = answer;
    const token = answer['token'] ?? answer['access_token'];
    // What holds a line break would be another header.
    if (typeof token !== 'string' || !/^[!-~]+$/.test(token)) return undefined;
    const lifetimeMs =
      typeof seconds === 'number' && seconds > 0 ? seconds * 1000 : leastLifetimeMs;
    return { authorization: `Bearer ${token}`, lifetimeMs: Math.max(lifetimeMs, leastLifetimeMs) };
  } catch {
    return undefined;
  }
}

function inTheOpen(host: string): StalledError {
  const message = `${host}: not asked: credentials are not sent without encryption`;
  return new StalledError('REGISTRY_REFUSED', message, host);
}
