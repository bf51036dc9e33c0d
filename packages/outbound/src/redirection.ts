import { StalledError } from '@trueup/diagnostics';

import type { OutboundHead, OutboundRequest, RequestBody } from './outbound-request.ts';

/** One request of a chain of redirections. */
export interface Hop {
  /** Without credentials. */
  readonly url: URL;
  readonly method: NonNullable<OutboundRequest['method']>;
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: RequestBody | undefined;
}

/** `OUTBOUND_URL_REFUSED` when the URL cannot be read, or is neither https nor http. */
export function toFirstHop(request: OutboundRequest, userAgent: string): Hop {
  const url = URL.parse(request.url);
  if (!(url && isHttp(url))) {
    const message = `${url?.hostname || 'a URL'}: not asked: the URL is neither https nor http`;
    throw new StalledError('OUTBOUND_URL_REFUSED', message);
  }
  const given = Object.entries(request.headers ?? {});
  const headers = {
    'accept-encoding': 'gzip, br',
    'user-agent': userAgent,
    ...credentialsOf(url),
    ...Object.fromEntries(given.map(([name, value]) => [name.toLowerCase(), value])),
  };
  return { url: bare(url), method: request.method ?? 'GET', headers, body: request.body };
}

export function isRedirection({ status, headers }: OutboundHead): boolean {
  return [301, 302, 303, 307, 308].includes(status) && headers.has('location');
}

/**
 * The next request, as browsers make it (https://fetch.spec.whatwg.org/#http-redirect-fetch), but
 * that nothing secret goes to another origin, and nothing from https to http.
 * `OUTBOUND_REDIRECTION_REFUSED` when there is none.
 */
export function followRedirection(hop: Hop, answer: OutboundHead, left: number): Hop {
  const url = URL.parse(answer.headers.get('location') ?? '', hop.url.href);
  if (left <= 0) throw refused(hop, 'it redirects too often');
  if (!(url && isHttp(url))) throw refused(hop, 'it redirects to what is neither https nor http');
  if (hop.url.protocol === 'https:' && url.protocol === 'http:') {
    throw refused(hop, 'it redirects from https to http');
  }
  const sameOrigin = url.origin === hop.url.origin;
  const headers = sameOrigin ? hop.headers : pick(hop.headers, sharedHeaders);
  const next = { ...hop, url: bare(url), headers };
  return keepsMethod(hop, answer.status) ? next : withoutBody(next);
}

/** Everything else may hold a secret: forges have headers of their own for tokens. */
const sharedHeaders: readonly string[] = [
  'accept',
  'accept-encoding',
  'accept-language',
  'content-type',
  'if-modified-since',
  'if-none-match',
  'range',
  'user-agent',
];

function keepsMethod({ method }: Hop, status: number): boolean {
  if (status === 303) return method === 'HEAD';
  return status >= 307 || method !== 'POST';
}

function withoutBody(hop: Hop): Hop {
  const names = Object.keys(hop.headers).filter((name) => !name.startsWith('content-'));
  return { ...hop, method: 'GET', headers: pick(hop.headers, names), body: undefined };
}

function pick(
  headers: Readonly<Record<string, string>>,
  names: readonly string[],
): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => names.includes(name)));
}

function credentialsOf({ username, password }: URL): Readonly<Record<string, string>> {
  if (username === '' && password === '') return {};
  const text = `${decode(username)}:${decode(password)}`;
  return { authorization: `Basic ${Buffer.from(text).toString('base64')}` };
}

/** A percent sign that begins no code stands for itself. */
function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function bare(url: URL): URL {
  const copy = new URL(url);
  copy.username = '';
  copy.password = '';
  copy.hash = '';
  return copy;
}

function isHttp({ protocol }: URL): boolean {
  return protocol === 'https:' || protocol === 'http:';
}

function refused({ url }: Hop, reason: string): StalledError {
  const message = `${url.hostname}: not followed: ${reason}`;
  return new StalledError('OUTBOUND_REDIRECTION_REFUSED', message, url.hostname);
}
