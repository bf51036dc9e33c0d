import { apiPrefix, type Route } from '../routes/route.ts';
import { formatWire } from '../wire/json-text.ts';

/** What goes with a call, whatever its route. */
export interface CallInput {
  readonly params?: object;
  readonly query?: object;
  readonly body?: unknown;
  readonly signal?: AbortSignal;
}

export interface Place {
  /** Where the server is, with the path in front of ours if there is one. */
  readonly baseUrl: string;
  readonly token?: string;
}

export interface ComposedRequest {
  readonly url: string;
  readonly init: {
    readonly method: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly body?: string;
    /** Nothing of ours redirects, and a token must not follow elsewhere. */
    readonly redirect: 'error';
  };
}

/** `accept` is what the answer has to be; `extra` are further headers. */
export function composeRequest(
  { method, path, stream }: Route,
  { params = {}, query = {}, body }: CallInput,
  { baseUrl, token }: Place,
): ComposedRequest {
  const values = new Map<string, unknown>(Object.entries(params));
  const filled = path.replaceAll(/\{(\w+)\}/g, (_whole, name: string) =>
    encodePart(String(values.get(name) ?? '')),
  );
  const headers = {
    accept: stream ? 'text/event-stream' : 'application/json',
    ...(token !== undefined && { authorization: `Bearer ${token}` }),
    ...(body !== undefined && { 'content-type': 'application/json' }),
  };
  return {
    url: `${baseUrl.replace(/\/+$/, '')}${apiPrefix}${filled}${formatQuery(query)}`,
    init: {
      method,
      headers,
      redirect: 'error',
      ...(body !== undefined && { body: formatWire(body) }),
    },
  };
}

/** Dots alone would be taken for steps up the path, encoded or not. */
function encodePart(value: string): string {
  if (value === '' || value === '.' || value === '..') {
    throw new TypeError(`${JSON.stringify(value)} is no name`);
  }
  return encodeURIComponent(value);
}

function formatQuery(query: object): string {
  const given = Object.entries(query).filter(([, value]) => value !== undefined);
  const text = new URLSearchParams(
    given.map(([name, value]): [string, string] => [name, String(value)]),
  ).toString();
  return text === '' ? '' : `?${text}`;
}
