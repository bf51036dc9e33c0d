/** A registry on the loopback that asks for tokens and keeps blobs elsewhere, as the big ones do. */
import { hash } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface RegistryStandIn extends AsyncDisposable {
  /** `127.0.0.1:port`. */
  readonly host: string;
  /** `METHOD path`, with ` (authorized)` where credentials came along, in order. */
  readonly seen: readonly string[];
  /** Sends other bytes than were asked for from now on. */
  corrupt(): void;
  /** Lets every token run out. */
  expire(): void;
}

export interface StandInContent {
  /** By `repository:tag`. */
  readonly charts: Readonly<Record<string, Uint8Array>>;
  readonly username: string;
  readonly password: string;
  /** `basic` asks for the password itself. */
  readonly challenge?: 'bearer' | 'basic';
}

export async function startRegistryStandIn(content: StandInContent): Promise<RegistryStandIn> {
  const seen: string[] = [];
  const state = { isCorrupt: false, token: 1 };
  const blobs = new Map<string, Uint8Array>();
  const manifests = new Map<string, string>();
  for (const [name, archive] of Object.entries(content.charts)) {
    blobs.set(digestOf(archive), archive);
    const [repository, tag] = name.split(':');
    manifests.set(`/v2/${repository}/manifests/${tag}`, manifestOf(archive));
  }
  const storage = await listen((request, response) => {
    seen.push(`storage ${request.url}${authorizedMark(request)}`);
    const blob = blobs.get(request.url?.slice(1) ?? '');
    response.writeHead(blob ? 200 : 404).end(state.isCorrupt ? 'other' : blob);
  });
  const registry = await listen((request, response) => {
    const url = new URL(request.url ?? '/', 'http://registry');
    seen.push(`${request.method} ${url.pathname}${authorizedMark(request)}`);
    if (url.pathname === '/token') return answerToken(request, response);
    if (request.headers.authorization !== expected()) return challenge(response);
    const manifest = manifests.get(url.pathname);
    if (manifest !== undefined) return response.writeHead(200).end(manifest);
    const digest = /\/blobs\/(?<digest>.*)$/.exec(url.pathname)?.groups?.['digest'] ?? '';
    if (!blobs.has(digest)) return response.writeHead(404).end('{"errors":[]}');
    return response.writeHead(307, { location: `${originOf(storage)}/${digest}` }).end();
  });

  function expected(): string {
    return content.challenge === 'basic' ? basic() : `Bearer t${state.token}`;
  }
  function basic(): string {
    return `Basic ${Buffer.from(`${content.username}:${content.password}`).toString('base64')}`;
  }
  function challenge(response: ServerResponse) {
    const value =
      content.challenge === 'basic'
        ? 'Basic realm="stand-in"'
        : `Bearer realm="${originOf(registry)}/token",service="stand-in"`;
    return response.writeHead(401, { 'www-authenticate': value }).end();
  }
  function answerToken(request: IncomingMessage, response: ServerResponse) {
    const isKnown = request.headers.authorization === basic();
    return response
      .writeHead(isKnown ? 200 : 401)
      .end(JSON.stringify({ token: `t${state.token}` }));
  }

  return {
    host: new URL(originOf(registry)).host,
    seen,
    corrupt: () => {
      state.isCorrupt = true;
    },
    expire: () => {
      state.token += 1;
    },
    [Symbol.asyncDispose]: async () => {
      await Promise.all([close(registry), close(storage)]);
    },
  };
}

export function digestOf(content: Uint8Array | string): string {
  return `sha256:${hash('sha256', content)}`;
}

function manifestOf(archive: Uint8Array): string {
  const mediaType = 'application/vnd.cncf.helm.chart.content.v1.tar+gzip';
  const layer = { mediaType, digest: digestOf(archive), size: archive.length };
  const config = {
    mediaType: 'application/vnd.cncf.helm.config.v1+json',
    digest: digestOf('{}'),
    size: 2,
  };
  return JSON.stringify({ schemaVersion: 2, config, layers: [layer] });
}

function authorizedMark({ headers }: IncomingMessage): string {
  return headers.authorization === undefined ? '' : ' (authorized)';
}

function listen(
  answer: (request: IncomingMessage, response: ServerResponse) => unknown,
): Promise<Server> {
  const server = createServer((request, response) => void answer(request, response));
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve(server));
  });
}

function close(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((resolve) => {
    server.close(() => resolve());
  });
}

function originOf(server: Server): string {
  const { port } = server.address() as AddressInfo;
  return `http://127.0.0.1:${port}`;
}
