/**
 * Sends requests to one API server.
 *
 * C1 A request that is safe to repeat is repeated when its connection broke, or the server stumbled.
 * C2 Any request is repeated when the server says that it did not begin (429), or does not know us
 *    any more (401, once, with a new pass).
 * C3 A request that may have reached the server and cannot be repeated ends with the failure of its
 *    connection: nobody knows what it did.
 */
import { setTimeout as delay } from 'node:timers/promises';

import type { Json } from '@trueup/diagnostics';
import type { Dispatcher } from 'undici';

import {
  KubernetesApiError,
  NoConnectionError,
  type RequestCounts,
  UntrustedServerError,
} from '../kubernetes-client.ts';
import { parseRefusal } from '../schema.ts';
import { type Authenticator, createAuthenticator, type Pass } from './authenticate.ts';
import { toDispatch } from './call-through.ts';
import type { ClusterAccess } from './cluster-access.ts';
import { parseExactJson } from './exact-json.ts';
import type { Call, Exchanged } from './exchange.ts';
import { createRequestLimit } from './limit-requests.ts';
import { openPools, type Pools } from './open-pools.ts';
import { parseWarnings, type ServerWarning } from './parse-warnings.ts';
import type { ExecSurroundings } from './run-exec-plugin.ts';

export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Below the server's own path. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly accept?: string;
  readonly contentType?: string;
  readonly body?: string;
  /** Under which name it is counted. */
  readonly purpose: string;
  readonly canRepeat: boolean;
  /** Told of what the server remarks on what it accepts. */
  readonly onWarning?: ((warning: ServerWarning) => void) | undefined;
  /** `false`: the answer is not read, only whether it is one. `true` when absent. */
  readonly wantsAnswer?: boolean;
  readonly signal: AbortSignal;
}

export interface HttpConnection {
  /** @throws KubernetesApiError when the server refused. */
  call(request: HttpRequest): Promise<Json>;
  /** The body as it comes, for watches and logs. Whoever asked for it destroys it. */
  stream(request: HttpRequest): Promise<Dispatcher.ResponseData['body']>;
  count(): RequestCounts;
  close(): Promise<void>;
}

export interface ConnectionOptions {
  readonly concurrency: number;
  readonly requestTimeoutMs: number;
  readonly exec: ExecSurroundings;
  /** From 0 up to 1: spreads pauses, so that not all clients come at once. */
  readonly random: () => number;
}

interface Answer {
  readonly status: number;
  readonly retryAfterMs: number | undefined;
}

interface Opened {
  readonly pools: Pools;
  readonly call: Call;
}

export function openHttpConnection(
  access: ClusterAccess,
  options: ConnectionOptions,
): HttpConnection {
  const closing = new AbortController();
  const authenticator = createAuthenticator(access, options.exec, closing.signal, Date.now);
  const limit = createRequestLimit({
    concurrency: options.concurrency,
    perSecond: 50,
    burst: 300,
    now: () => performance.now(),
  });
  const pools = keepPools(access, options);
  const counts = new Map<string, number>();
  const prefix = access.server.pathname.replace(/\/$/, '');

  async function open(request: HttpRequest): Promise<Opened> {
    counts.set(request.purpose, (counts.get(request.purpose) ?? 0) + 1);
    const pass = await authenticator.pass();
    request.signal.throwIfAborted();
    return { pools: pools.of(pass), call: toCall(prefix, request, pass) };
  }

  function note(status: number, headers: Exchanged['headers']): Answer {
    limit.announce(headers['x-kubernetes-pf-flowschema-uid'] !== undefined);
    const seconds = Number(headers['retry-after']);
    return { status, retryAfterMs: seconds > 0 ? Math.min(seconds, 60) * 1000 : undefined };
  }

  async function callOnce(request: HttpRequest): Promise<string> {
    await limit.enter(request.signal);
    let outcome: 'answered' | 'too-many' | 'failed' = 'failed';
    try {
      const opened = await open(request);
      const { calls } = opened.pools;
      const { status, headers, text } = await calls.call(opened.call, request.signal);
      const answer = note(status, headers);
      outcome = answer.status === 429 ? 'too-many' : 'answered';
      if (answer.status >= 300) throw toRefusal(answer, text);
      const { onWarning } = request;
      if (onWarning) parseWarnings(headers['warning']).forEach(onWarning);
      return text;
    } finally {
      limit.leave(outcome);
    }
  }

  async function streamOnce(request: HttpRequest): Promise<Dispatcher.ResponseData['body']> {
    const opened = await open(request);
    const { statusCode, headers, body } = await opened.pools.streams().request({
      ...toDispatch(opened.call, access.server.origin),
      signal: request.signal,
    });
    const answer = note(statusCode, headers);
    if (answer.status < 300) return body;
    throw toRefusal(answer, await body.text());
  }

  const again = (request: HttpRequest) => createRetry(request, authenticator, options.random);
  return {
    async call(request) {
      const text = await again(request)(callOnce);
      return request.wantsAnswer === false ? null : parseExactJson(text || 'null');
    },
    stream: (request) => again(request)(streamOnce),
    count() {
      const total = [...counts.values()].reduce((sum, count) => sum + count, 0);
      return { total, byPurpose: Object.fromEntries(counts) };
    },
    async close() {
      closing.abort(new Error('The connection was closed.'));
      await pools.close();
    },
  };
}

function toCall(prefix: string, request: HttpRequest, pass: Pass): Call {
  return {
    method: request.method,
    path: `${prefix}${request.path}${formatQuery(request.query)}`,
    headers: {
      accept: request.accept ?? 'application/json',
      'user-agent': 'trueup',
      ...(request.contentType && { 'content-type': request.contentType }),
      ...pass.headers,
    },
    body: request.body,
  };
}

function formatQuery(query: HttpRequest['query']): string {
  if (!query) return '';
  const parts = Object.entries(query).map(
    ([name, value]) => `${name}=${encodeURIComponent(value)}`,
  );
  return parts.length === 0 ? '' : `?${parts.join('&')}`;
}

/** What the server asked for beside its refusal. */
class Refusal extends KubernetesApiError {
  retryAfterMs: number | undefined;
}

function toRefusal({ status, retryAfterMs }: Answer, text: string): Refusal {
  const parsed = parseRefusal(status, parseAnswer(text));
  const refusal = new Refusal(parsed.status, parsed.reason, parsed.fields, parsed);
  refusal.retryAfterMs = retryAfterMs;
  return refusal;
}

function parseAnswer(text: string): Json {
  try {
    return parseExactJson(text);
  } catch {
    return text.slice(0, 200);
  }
}

/** 8: with the pauses between them about a minute, as long as a rolling restart of a server. */
const attempts = 8;

function createRetry(
  request: HttpRequest,
  authenticator: Authenticator,
  random: () => number,
): <T>(once: (request: HttpRequest) => Promise<T>) => Promise<T> {
  let renewed = false;
  /** `undefined` when it is no use, or not safe, to try again. */
  function pauseFor(error: unknown, attempt: number): number | undefined {
    if (isRefusal(error) && error.status === 401 && !renewed) {
      renewed = true;
      return authenticator.renew() ? 0 : undefined;
    }
    if (attempt >= attempts) return undefined;
    const backoffMs = Math.min(5000, 50 * 2 ** attempt) * (0.5 + random());
    return pauseAfter(error, request, { attempt, backoffMs });
  }
  return async (once) => {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await once(request);
      } catch (error) {
        request.signal.throwIfAborted();
        const pauseMs = pauseFor(error, attempt);
        if (pauseMs === undefined) throw toConnectionError(error);
        await delay(pauseMs, undefined, { signal: request.signal });
      }
    }
  };
}

function isRefusal(error: unknown): error is Refusal {
  return error instanceof Refusal;
}

function pauseAfter(
  error: unknown,
  request: HttpRequest,
  { attempt, backoffMs }: { readonly attempt: number; readonly backoffMs: number },
): number | undefined {
  if (isRefusal(error)) {
    if (error.status === 429) return Math.max(error.retryAfterMs ?? 1000, backoffMs);
    const stumbled = [500, 502, 503, 504].includes(error.status) && !error.has('webhook');
    return stumbled && request.canRepeat && attempt < 4 ? backoffMs : undefined;
  }
  return request.canRepeat && attempt < 4 && isBroken(error) ? backoffMs : undefined;
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}

function isBroken(error: unknown): boolean {
  return /^(?:UND_ERR_SOCKET|ECONNRESET|EPIPE|ECONNREFUSED|(?:UND_ERR_)?CONNECT_TIMEOUT)$/.test(
    codeOf(error),
  );
}

function toConnectionError(error: unknown): unknown {
  const code = codeOf(error);
  if (
    /^(?:ECONNREFUSED|ENOTFOUND|EAI_AGAIN|E(?:HOST|NET)UNREACH|(?:UND_ERR_)?CONNECT_)/.test(code)
  ) {
    return new NoConnectionError(code);
  }
  return /CERT|SSL|SELF_SIGNED|UNABLE_TO|TLS/.test(code) ? new UntrustedServerError(code) : error;
}

interface KeptPools {
  of(pass: Pass): Pools;
  close(): Promise<void>;
}

/** Opens other connections when the certificate becomes another one. */
function keepPools(access: ClusterAccess, options: ConnectionOptions): KeptPools {
  let open: { readonly certificate: string | undefined; readonly pools: Pools } | undefined;
  return {
    of({ certificate }) {
      if (open && open.certificate === certificate?.certificate) return open.pools;
      const { concurrency: connections, requestTimeoutMs } = options;
      const old = open?.pools;
      // Answers on their way come to their end on the old ones.
      old?.close().catch(() => undefined);
      const pools = openPools(access, certificate, { connections, requestTimeoutMs });
      open = { certificate: certificate?.certificate, pools };
      return pools;
    },
    async close() {
      await open?.pools.destroy();
    },
  };
}
