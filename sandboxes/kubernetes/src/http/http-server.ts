/** The wire: plain HTTP on a loopback port, with keep-alive, and streams that end with their client. */

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

import { ApiError } from './api-error.ts';
import type { Call, Reply, StreamSink, TextReply } from './call.ts';

/** What the real server takes. */
const maxBodyBytes = 3 * 1024 * 1024;

export interface Connection {
  /** Ends the connection without an answer. */
  readonly drop: () => void;
}

export type Answer = (call: Call, connection: Connection) => Promise<Reply | undefined>;

export interface HttpServer {
  readonly port: number;
  /** Ends all streams and connections. */
  close(): Promise<void>;
}

/** @param answer `undefined` when it has dropped the connection. */
export async function startHttpServer(
  answer: Answer,
  { port, host }: { readonly port: number; readonly host: string },
): Promise<HttpServer> {
  const stopping = new AbortController();
  const server = createServer(
    { keepAliveTimeout: 60_000, requestTimeout: 0 },
    (request, response) => {
      void serve(answer, { request, response, stopping: stopping.signal });
    },
  );
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once('error', reject);
  server.listen(port, host, resolve);
  await promise;
  return {
    port: portOf(server),
    close: async () => {
      stopping.abort();
      const closed = Promise.withResolvers<void>();
      server.close(() => closed.resolve());
      server.closeAllConnections();
      await closed.promise;
    },
  };
}

function portOf(server: Server): number {
  const address: AddressInfo | string | null = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly stopping: AbortSignal;
}

async function serve(answer: Answer, exchange: Exchange): Promise<void> {
  const { request, response } = exchange;
  const drop = (): void => void request.socket.destroy();
  const call = toCall(exchange);
  const reply = await answer(call, { drop });
  if (!reply || response.destroyed) return;
  // A body that nobody read would be taken for the next request.
  request.resume();
  if (reply.kind === 'text') sendText(response, reply, request.method === 'HEAD');
  else startStream(response, reply, { signal: call.signal, drop });
}

function toCall({ request, response, stopping }: Exchange): Call {
  const url = request.url ?? '/';
  const mark = url.indexOf('?');
  let signal: AbortSignal | undefined;
  let body: Promise<Buffer> | undefined;
  return {
    method: request.method ?? 'GET',
    path: mark < 0 ? url : url.slice(0, mark),
    query: new URLSearchParams(mark < 0 ? '' : url.slice(mark + 1)),
    headers: request.headers,
    readBody: () => {
      body ??= readBody(request);
      return body;
    },
    // Most requests are answered before anybody asks whether they are still wanted.
    get signal(): AbortSignal {
      signal ??= signalOf(response, stopping);
      return signal;
    },
  };
}

function signalOf(response: ServerResponse, stopping: AbortSignal): AbortSignal {
  const gone = new AbortController();
  response.on('close', () => gone.abort());
  if (response.destroyed) gone.abort();
  return AbortSignal.any([gone.signal, stopping]);
}

function readBody(request: IncomingMessage): Promise<Buffer> {
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
  const chunks: Buffer[] = [];
  let size = 0;
  request.on('data', (chunk: Buffer) => {
    size += chunk.length;
    if (size > maxBodyBytes) reject(tooLarge());
    else chunks.push(chunk);
  });
  request.on('error', reject);
  request.on('close', () => {
    // Most are read long before; a refusal that nobody waits for would cost a stack trace.
    if (!request.complete) reject(new ApiError(400, 'BadRequest', 'the request was broken off'));
  });
  request.on('end', () => {
    resolve(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks));
  });
  return promise;
}

function tooLarge(): ApiError {
  const text = `Request entity too large: limit is ${maxBodyBytes}`;
  return new ApiError(413, 'RequestEntityTooLarge', text);
}

function sendText(response: ServerResponse, reply: TextReply, headOnly: boolean): void {
  const body = Buffer.from(reply.body);
  response.writeHead(reply.status, {
    'content-type': reply.contentType,
    'content-length': body.length,
    'cache-control': 'no-cache, private',
    ...flowControl,
    ...reply.headers,
  });
  response.end(headOnly ? undefined : body);
}

/** Clients take these for the sign that the server itself limits how fast they may ask. */
const flowControl: Readonly<Record<string, string>> = {
  'x-kubernetes-pf-flowschema-uid': '00000000-0000-4000-8000-000000000001',
  'x-kubernetes-pf-prioritylevel-uid': '00000000-0000-4000-8000-000000000002',
};

function startStream(
  response: ServerResponse,
  reply: Extract<Reply, { readonly kind: 'stream' }>,
  { signal, drop }: { readonly signal: AbortSignal; readonly drop: () => void },
): void {
  response.writeHead(200, {
    'content-type': reply.contentType,
    'cache-control': 'no-cache, private',
    ...flowControl,
  });
  response.flushHeaders();
  const closed = new AbortController();
  // What happens in one turn goes out in one piece: a frame of its own for each event is much dearer.
  let pending = '';
  const flush = (): void => {
    const text = pending;
    pending = '';
    if (text !== '' && !response.writableEnded) response.write(text);
  };
  const sink: StreamSink = {
    backlogBytes: () => response.writableLength + pending.length,
    write: (text) => {
      if (pending === '') setImmediate(flush);
      pending += text;
    },
    close: () => {
      flush();
      closed.abort();
      response.end();
    },
    break: () => {
      closed.abort();
      drop();
    },
    signal: AbortSignal.any([signal, closed.signal]),
  };
  reply.start(sink);
}
