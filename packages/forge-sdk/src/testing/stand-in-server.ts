/** An HTTP server on loopback that answers as a forge would, and fails when a test asks it to. */

import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

import { type ForgeFailure, type ForgeFaults, foreignText } from './forge-fixture.ts';

export interface StandInRequest {
  readonly method: string;
  /** Parts of the path, decoded. */
  readonly parts: readonly string[];
  /** As it came, with the query. */
  readonly target: string;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** Parsed JSON, `undefined` where there is none. */
  readonly body: unknown;
}

export interface StandInAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON, or as it is where it is bytes. Nothing when absent. */
  readonly body?: unknown;
}

export interface StandInOptions {
  readonly answer: (request: StandInRequest) => StandInAnswer | Promise<StandInAnswer>;
  /** How this forge refuses requests that are too many. */
  readonly limited: (ms: number) => StandInAnswer;
  /** Whether it says that an answer is as before. */
  readonly tags?: boolean;
}

export interface StandInServer extends ForgeFaults {
  readonly url: string;
  readonly counts: { requests: number; writes: number; unchanged: number };
  close(): Promise<void>;
}

interface Exchange {
  readonly request: StandInRequest;
  readonly response: ServerResponse;
  readonly options: StandInOptions;
}

/** What a test asked to go wrong. */
class Trouble implements ForgeFaults {
  #failure: ForgeFailure | undefined;
  #limitMs = 0;
  #losesAnswer = false;
  #frozen = false;

  readonly fail = (failure: ForgeFailure): void => {
    this.#failure = failure;
  };

  readonly recover = (): void => {
    this.#failure = undefined;
    this.#frozen = false;
  };

  readonly limit = (ms: number): void => {
    this.#limitMs = ms;
  };

  readonly loseAnswer = (): void => {
    this.#losesAnswer = true;
  };

  readonly freeze = (): void => {
    this.#frozen = true;
  };

  /** Whether it has dealt with the request, which then goes no further. */
  async meets(exchange: Exchange): Promise<boolean> {
    if (this.#frozen) return true;
    if (this.#limitMs > 0) {
      send(exchange.response, exchange.options.limited(this.#limitMs));
      this.#limitMs = 0;
      return true;
    }
    if (this.#failure) await fail(this.#failure, exchange);
    return this.#failure !== undefined;
  }

  /** Whether the answer to a write gets lost. */
  swallows(): boolean {
    const losesAnswer = this.#losesAnswer;
    this.#losesAnswer = false;
    return losesAnswer;
  }
}

export async function openStandInServer(options: StandInOptions): Promise<StandInServer> {
  const counts = { requests: 0, writes: 0, unchanged: 0 };
  const trouble = new Trouble();

  async function serve(message: IncomingMessage, response: ServerResponse): Promise<void> {
    const request = await readRequest(message);
    const isWrite = request.method !== 'GET';
    counts.requests += 1;
    counts.writes += isWrite ? 1 : 0;
    if (await trouble.meets({ request, response, options })) return;
    const plain = await options.answer(request);
    if (isWrite && trouble.swallows()) {
      response.destroy();
      return;
    }
    const answer = options.tags ? withTag(plain, request) : plain;
    counts.unchanged += answer.status === 304 ? 1 : 0;
    send(response, answer);
  }

  const server = createServer((message, response) => {
    serve(message, response).catch((error: unknown) => {
      send(response, { status: 500, body: { message: `${foreignText}: ${String(error)}` } });
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const { fail: failNow, recover, limit, loseAnswer, freeze } = trouble;

  return {
    url: `http://127.0.0.1:${port}`,
    counts,
    fail: failNow,
    recover,
    limit,
    loseAnswer,
    freeze,
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

async function readRequest(message: IncomingMessage): Promise<StandInRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk);
  const text = Buffer.concat(chunks).toString();
  const target = message.url ?? '/';
  const url = new URL(target, 'http://stand-in.test');
  return {
    method: message.method ?? 'GET',
    // Taken from the text: a URL would resolve dots that somebody smuggled in.
    parts: (target.split('?')[0] ?? '').split('/').slice(1).map(decodeURIComponent),
    target,
    query: url.searchParams,
    headers: Object.fromEntries(
      Object.entries(message.headers).map(([name, value]) => [name, value?.toString()]),
    ),
    body: text === '' ? undefined : JSON.parse(text),
  };
}

function send(response: ServerResponse, { status, headers = {}, body }: StandInAnswer): void {
  if (body instanceof Uint8Array) {
    response.writeHead(status, headers).end(body);
    return;
  }
  const type = { 'content-type': 'application/json; charset=utf-8' };
  response.writeHead(status, { ...type, ...headers });
  response.end(body === undefined ? undefined : JSON.stringify(body));
}

function withTag(answer: StandInAnswer, { method, headers }: StandInRequest): StandInAnswer {
  if (method !== 'GET' || answer.status !== 200) return answer;
  const digest = createHash('sha256').update(JSON.stringify(answer.body)).digest('hex');
  const etag = `W/"${digest}"`;
  const unchanged = headers['if-none-match'] === etag;
  const all = { ...answer.headers, etag };
  return unchanged ? { status: 304, headers: all } : { ...answer, headers: all };
}

const statuses = { unauthorized: 401, forbidden: 403, 'not-found': 404, 'server-error': 500 };

async function fail(
  failure: ForgeFailure,
  { request, response, options }: Exchange,
): Promise<void> {
  const credential = `${request.headers['authorization']} ${request.headers['private-token']}`;
  const message = `${foreignText} ${credential} <script>alert(1)</script>`;
  switch (failure) {
    case 'unauthorized':
    case 'forbidden':
    case 'not-found':
    case 'server-error':
      send(response, { status: statuses[failure], body: { message, error: message } });
      return;
    case 'garbage':
      send(response, { status: 200, body: Buffer.from(`<html>${message}`) });
      return;
    case 'wrong-shape':
      send(response, { status: 200, body: { [message]: [message], id: { __proto__: 1 } } });
      return;
    case 'connection-lost':
      response.destroy();
      return;
    case 'truncated': {
      const { status, body } = await options.answer(request);
      const text = Buffer.from(JSON.stringify(body ?? { message }));
      response.writeHead(status, { 'content-length': text.length + 1 });
      response.write(text.subarray(0, text.length / 2), () => response.destroy());
    }
  }
}

/** One page of a list, with the links of RFC 8288 as forges write them. */
export function pageOf(
  items: readonly unknown[],
  { query, target }: StandInRequest,
  size: { readonly name: string; readonly most: number },
): StandInAnswer {
  const page = Math.max(Number(query.get('page') ?? 1), 1);
  const length = Math.min(Number(query.get(size.name) ?? 20), size.most);
  const rest = items.slice(page * length);
  const url = new URL(target, 'https://elsewhere.test');
  url.searchParams.set('page', String(page + 1));
  const next = `<${url.href}>; rel="next"`;
  return {
    status: 200,
    headers:
      rest.length > 0 ? { link: `${next}, <https://elsewhere.test/?page=9>; rel="last"` } : {},
    body: items.slice((page - 1) * length, page * length),
  };
}
