/**
 * A registry in memory, on the loopback, written from the distribution specification 1.1. It checks
 * what clients send as strictly as the specification lets a registry be, and fails as it is told.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

import type { JsonObject } from '@trueup/diagnostics';

import { digestOf } from '../digest.ts';
import { answerBlob, answerUpload } from './loopback-blobs.ts';
import type {
  Exchange,
  LoopbackRegistryOptions,
  RequestFault,
  StoredRepository,
} from './loopback-exchange.ts';
import { answerManifest, answerReferrers, answerTags } from './loopback-manifests.ts';
import { createTokenService } from './loopback-tokens.ts';

export interface LoopbackRegistry extends AsyncDisposable {
  /** `127.0.0.1:port`. */
  readonly host: string;
  /** `METHOD path?query` of everything that was asked but tokens, in order. */
  readonly seen: readonly string[];
  /** What parts of blobs were asked for, in order. */
  readonly ranges: readonly (string | undefined)[];
  /** Scopes that tokens were asked for. */
  readonly scopes: readonly string[];
  /** How often a manifest, tag or blob was written or deleted. */
  readonly writes: number;
  repository(name: string): StoredRepository;
  /** The next requests that match meet these, one each. */
  fail(match: RegExp, ...faults: readonly RequestFault[]): void;
  /** The next request that matches is sent elsewhere. */
  redirect(match: RegExp, status: number, to: string): void;
  /** From now on nothing is answered. */
  freeze(): void;
}

const route =
  /^\/v2\/(?<name>.+)\/(?<kind>manifests|blobs\/uploads|blobs|tags|referrers)\/(?<rest>.*)$/;

export async function startLoopbackRegistry(
  options: LoopbackRegistryOptions = {},
): Promise<LoopbackRegistry> {
  const seen: string[] = [];
  const ranges: (string | undefined)[] = [];
  const faults: { readonly match: RegExp; readonly fault: RequestFault }[] = [];
  const redirections: { readonly match: RegExp; readonly status: number; readonly to: string }[] =
    [];
  const state = { writes: 0, isFrozen: false };
  const repositories = new Map<string, StoredRepository>();
  const uploads = new Map<string, Buffer>();
  const repository = (name: string): StoredRepository => {
    const found = repositories.get(name) ?? newRepository();
    repositories.set(name, found);
    return found;
  };
  const tokens = createTokenService(options.login);

  function takeFault(line: string): RequestFault | undefined {
    const index = faults.findIndex(({ match }) => match.test(line));
    return index < 0 ? undefined : faults.splice(index, 1)[0]?.fault;
  }

  function takeRedirection(line: string, response: ServerResponse): boolean {
    const index = redirections.findIndex(({ match }) => match.test(line));
    const [found] = index < 0 ? [] : redirections.splice(index, 1);
    if (found) response.writeHead(found.status, { location: found.to }).end();
    return found !== undefined;
  }

  function note(line: string, { headers }: IncomingMessage): void {
    seen.push(line);
    if (/^GET .*\/blobs\/sha256/.test(line)) ranges.push(headers.range);
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<unknown> {
    const url = new URL(request.url ?? '/', 'http://registry');
    const method = request.method ?? 'GET';
    const body = await readBody(request);
    if (url.pathname === '/token') return tokens.answer(request, response, url);
    const line = `${method} ${url.pathname}${url.search}`;
    note(line, request);
    if (takeRedirection(line, response)) return undefined;
    const fault = takeFault(line);
    if (fault === 'break') keepHalf(uploads, url, body);
    if (state.isFrozen || meetFault(request, response, { fault, ...options })) return undefined;
    const told = tell(response, request, fault);
    return serve({ request, response: told, url, method, body });
  }

  function serve(
    asked: Pick<Exchange, 'request' | 'response' | 'url' | 'method' | 'body'>,
  ): unknown {
    const { request, response, url, method } = asked;
    const { name, kind, rest } = parsePath(url.pathname);
    if (name === '') return response.writeHead(url.pathname === '/v2/' ? 200 : 404).end();
    if (!tokens.isAllowed(request, name, method)) {
      return tokens.challenge(request, response, { name, method });
    }
    const onWrite = () => {
      state.writes += 1;
    };
    return handlers[kind]?.({ ...asked, options, name, rest, repository, uploads, onWrite });
  }

  const server = createServer((request, response) => {
    answer(request, response).catch(() => request.socket.destroy());
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    host: `127.0.0.1:${port}`,
    seen,
    ranges,
    scopes: tokens.scopes,
    get writes() {
      return state.writes;
    },
    repository,
    fail: (match, ...next) => faults.push(...next.map((fault) => ({ match, fault }))),
    redirect: (match, status, to) => redirections.push({ match, status, to }),
    freeze: () => {
      state.isFrozen = true;
    },
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

const handlers: Readonly<Record<string, (exchange: Exchange) => unknown>> = {
  manifests: answerManifest,
  'blobs/uploads': answerUpload,
  blobs: answerBlob,
  tags: answerTags,
  referrers: answerReferrers,
};

/** Puts an artifact of one manifest into a repository, without counting as a write. */
export function storeArtifact(
  repository: StoredRepository,
  tag: string | undefined,
  contents: readonly string[],
): string {
  const layers = contents.map((text) => {
    const bytes = Buffer.from(text);
    repository.blobs.set(digestOf(bytes), bytes);
    const mediaType = 'application/vnd.oci.image.layer.v1.tar';
    return { mediaType, digest: digestOf(bytes), size: bytes.length };
  });
  const config = Buffer.from('{}');
  repository.blobs.set(digestOf(config), config);
  const mediaType = 'application/vnd.oci.image.manifest.v1+json';
  const about = {
    mediaType: 'application/vnd.oci.empty.v1+json',
    digest: digestOf(config),
    size: 2,
  };
  return storeManifest(repository, tag, { schemaVersion: 2, mediaType, config: about, layers });
}

/** The digest of the manifest. */
export function storeManifest(
  repository: StoredRepository,
  tag: string | undefined,
  content: JsonObject & { readonly mediaType: string },
): string {
  const bytes = Buffer.from(JSON.stringify(content));
  const digest = digestOf(bytes);
  repository.manifests.set(digest, { mediaType: content.mediaType, bytes });
  if (tag !== undefined) repository.tags.set(tag, digest);
  return digest;
}

function newRepository(): StoredRepository {
  return { manifests: new Map(), tags: new Map(), blobs: new Map() };
}

function parsePath(path: string): {
  readonly name: string;
  readonly kind: string;
  readonly rest: string;
} {
  const { name = '', kind = '', rest = '' } = route.exec(path)?.groups ?? {};
  return { name, kind, rest };
}

/** What arrived before the connection broke stays, as registries keep it. */
function keepHalf(uploads: Map<string, Buffer>, url: URL, body: Uint8Array): void {
  const { rest } = parsePath(url.pathname);
  const received = uploads.get(rest);
  if (!received) return;
  uploads.set(rest, Buffer.concat([received, body.subarray(0, Math.floor(body.length / 2))]));
}

interface Faulty {
  readonly fault: RequestFault | undefined;
  readonly retryAfter?: number;
}

/** Whether that was all there is to be done. */
function meetFault(
  request: IncomingMessage,
  response: ServerResponse,
  { fault, retryAfter }: Faulty,
): boolean {
  const headers = retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) };
  if (fault === 'drop' || fault === 'break') request.socket.destroy();
  else if (typeof fault === 'number') response.writeHead(fault, headers).end('{"errors":[]}');
  else return fault === 'hang';
  return true;
}

/** An answer that gets lost, or comes in part, after its request has been carried out. */
function tell(
  response: ServerResponse,
  request: IncomingMessage,
  fault: RequestFault | undefined,
): ServerResponse {
  if (fault === undefined) return response;
  const end = response.end.bind(response);
  const spoil = (body?: unknown): ServerResponse => {
    if (fault === 'mute' || !(body instanceof Uint8Array)) {
      request.socket.destroy();
      return response;
    }
    if (fault === 'corrupt') return end(Buffer.from(body).fill('x'));
    response.write(body.subarray(0, Math.floor(body.length / 2)), () => request.socket.destroy());
    return response;
  };
  return Object.assign(response, { end: spoil });
}

async function readBody(request: IncomingMessage): Promise<Uint8Array> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part);
  return Buffer.concat(parts);
}
