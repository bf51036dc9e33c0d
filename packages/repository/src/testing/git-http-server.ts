import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type ServerResponse,
} from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';

export interface GitHttpServer extends AsyncDisposable {
  /** Of the repository. */
  readonly url: string;
  /** What clients sent as Authorization, in their order. */
  readonly authorizations: readonly (string | undefined)[];
  /** How often a fetch asked for the refs. */
  fetches(): number;
  /** Takes the place of git for the requests to come, until it is taken away. */
  answerWith(listener: RequestListener | undefined): void;
}

export interface GitHttpOptions {
  /** What has to be sent. Anybody may read and write when absent. */
  readonly authorization?: string;
  /** Serves https. */
  readonly tls?: { readonly key: string; readonly cert: string };
}

/** Serves one bare repository over smart HTTP on the loopback, by `git http-backend`. */
export async function startGitHttpServer(
  folder: string,
  { authorization, tls }: GitHttpOptions = {},
): Promise<GitHttpServer> {
  const authorizations: (string | undefined)[] = [];
  let fetches = 0;
  let answer: RequestListener | undefined;
  const sockets = new Set<Socket>();
  const listener: RequestListener = (request, response) => {
    authorizations.push(request.headers.authorization);
    if (request.url?.includes('info/refs')) fetches += 1;
    if (answer) answer(request, response);
    else if (authorization !== undefined && request.headers.authorization !== authorization) {
      response.writeHead(401, { 'www-authenticate': 'Basic realm="git"' }).end();
    } else bridge(folder, request, response);
  };
  const server = tls ? createTlsServer(tls, listener) : createServer(listener);
  server.on('tlsClientError', () => undefined);
  server.on('connection', (socket: Socket) => sockets.add(socket));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `${tls ? 'https' : 'http'}://127.0.0.1:${(server.address() as AddressInfo).port}/repo.git`,
    authorizations,
    fetches: () => fetches,
    answerWith: (other) => {
      answer = other;
    },
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

function bridge(folder: string, request: IncomingMessage, response: ServerResponse): void {
  const url = new URL(request.url ?? '/', 'http://localhost');
  const child = spawn('git', ['http-backend'], {
    env: {
      PATH: '/usr/bin:/bin',
      GIT_CONFIG_NOSYSTEM: '1',
      GIT_CONFIG_GLOBAL: '/dev/null',
      GIT_CONFIG_COUNT: '1',
      GIT_CONFIG_KEY_0: 'http.receivepack',
      GIT_CONFIG_VALUE_0: 'true',
      GIT_PROJECT_ROOT: folder,
      GIT_HTTP_EXPORT_ALL: '1',
      PATH_INFO: url.pathname.replace('/repo.git', ''),
      QUERY_STRING: url.search.slice(1),
      REQUEST_METHOD: request.method ?? 'GET',
      CONTENT_TYPE: request.headers['content-type'] ?? '',
      HTTP_CONTENT_ENCODING: request.headers['content-encoding'] ?? '',
      GIT_PROTOCOL: String(request.headers['git-protocol'] ?? ''),
    },
  });
  request.pipe(child.stdin);
  child.stdin.on('error', () => undefined);
  const chunks: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  child.on('close', () => {
    const all = Buffer.concat(chunks);
    const end = all.indexOf('\r\n\r\n');
    const fields = all.toString('latin1', 0, end).split('\r\n');
    const status = Number(/^Status: (\d+)/m.exec(fields.join('\n'))?.[1] ?? 200);
    for (const field of fields.filter((one) => !one.startsWith('Status'))) {
      const colon = field.indexOf(':');
      response.setHeader(field.slice(0, colon), field.slice(colon + 1).trim());
    }
    response.writeHead(status).end(all.subarray(end + 4));
  });
  response.on('close', () => child.kill());
}
