import { randomUUID } from 'node:crypto';

import { digestOf } from '../digest.ts';
import type { Exchange } from './loopback-exchange.ts';

export function answerBlob(exchange: Exchange): unknown {
  const { method, request, response, rest, name, repository, options } = exchange;
  const blob = repository(name).blobs.get(rest);
  if (!blob) return response.writeHead(404).end('{"errors":[]}');
  const [, from] = /^bytes=(\d+)-$/.exec(request.headers.range ?? '') ?? [];
  const start = from === undefined || options.ignoresRanges ? 0 : Number(from);
  if (start > 0 && start >= blob.length) return response.writeHead(416).end();
  const part = Buffer.from(blob.subarray(start));
  const headers = {
    'content-length': part.length,
    'docker-content-digest': rest,
    ...(start > 0 && { 'content-range': `bytes ${start}-${blob.length - 1}/${blob.length}` }),
  };
  response.writeHead(start > 0 ? 206 : 200, headers);
  return response.end(method === 'HEAD' ? undefined : part);
}

export function answerUpload(exchange: Exchange): unknown {
  const { method, response, rest, uploads } = exchange;
  if (method === 'POST') return begin(exchange);
  const received = uploads.get(rest);
  if (!received) return response.writeHead(404).end('{"errors":[]}');
  if (method === 'DELETE') {
    uploads.delete(rest);
    return response.writeHead(204).end();
  }
  if (method === 'PATCH') return append(exchange, received);
  if (method === 'PUT') return finish(exchange, received);
  return response.writeHead(204, progress(exchange, received)).end();
}

function begin({ url, response, repository, name, options, uploads, onWrite }: Exchange): unknown {
  const mount = url.searchParams.get('mount');
  const from = url.searchParams.get('from');
  const blob = from !== null && mount !== null ? repository(from).blobs.get(mount) : undefined;
  if (blob && mount !== null && !options.mountsNothing) {
    repository(name).blobs.set(mount, blob);
    onWrite();
    return response.writeHead(201, { location: `/v2/${name}/blobs/${mount}` }).end();
  }
  const id = randomUUID();
  uploads.set(id, Buffer.alloc(0));
  return response.writeHead(202, { location: `/v2/${name}/blobs/uploads/${id}?state=0` }).end();
}

/** In order only, as the specification asks. */
function append(exchange: Exchange, received: Buffer): unknown {
  const { request, response, body, rest, uploads } = exchange;
  const range = /^(\d+)-(\d+)$/.exec(request.headers['content-range'] ?? '');
  const [start, end] = [Number(range?.[1]), Number(range?.[2])];
  if (start !== received.length || end - start + 1 !== body.length) {
    return response.writeHead(416, progress(exchange, received)).end();
  }
  const now = Buffer.concat([received, body]);
  uploads.set(rest, now);
  return response.writeHead(202, progress(exchange, now)).end();
}

function finish(exchange: Exchange, received: Buffer): unknown {
  const { url, response, body, rest, name, repository, uploads, onWrite } = exchange;
  const bytes = Buffer.concat([received, body]);
  const digest = url.searchParams.get('digest');
  if (digestOf(bytes) !== digest) return response.writeHead(400).end('{"errors":[]}');
  uploads.delete(rest);
  repository(name).blobs.set(digest, bytes);
  onWrite();
  return response.writeHead(201, { location: `/v2/${name}/blobs/${digest}` }).end();
}

function progress({ name, rest }: Exchange, { length }: Buffer): Readonly<Record<string, string>> {
  const location = `/v2/${name}/blobs/uploads/${rest}?state=${length}`;
  return { location, range: `0-${Math.max(length - 1, 0)}` };
}
