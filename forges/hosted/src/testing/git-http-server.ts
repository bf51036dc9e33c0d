/** Serves a test host over HTTP on the loopback, as the server does: a token stands for a member. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pipeline } from 'node:stream/promises';

import { StalledError } from '@trueup/diagnostics';

import type { HostedActor } from '../model/hosted-merge-request.ts';
import { parseGitAddress } from '../serving/git-request.ts';
import type { GitServer } from '../serving/serve-git.ts';

export interface GitHttpServer extends AsyncDisposable {
  readonly port: number;
  /** With a token in it, as a user might write it. */
  url(path: string, token: string): string;
}

export async function startGitHttpServer(
  git: GitServer,
  actors: ReadonlyMap<string, HostedActor>,
): Promise<GitHttpServer> {
  const server = createServer((request, response) => {
    answer(git, actors, { request, response }).catch(() => response.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    port,
    url: (path, token) => `http://x:${token}@127.0.0.1:${port}/git/${path}.git`,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

async function answer(
  git: GitServer,
  actors: ReadonlyMap<string, HostedActor>,
  { request, response }: Exchange,
): Promise<void> {
  const { pathname, search } = new URL(request.url ?? '/', 'http://localhost');
  const address = parseGitAddress(pathname.slice('/git/'.length), search.slice(1));
  const [, code = ''] = /^Basic (.+)$/.exec(request.headers.authorization ?? '') ?? [];
  const actor = actors.get(
    Buffer.from(code, 'base64')
      .toString()
      .replace(/^[^:]*:/, ''),
  );
  if (!address || !actor) {
    response.writeHead(address ? 401 : 404, { 'www-authenticate': 'Basic realm="test"' }).end();
    return;
  }
  const gone = new AbortController();
  response.on('close', () => gone.abort(new Error('the client went')));
  try {
    const { headers, status, body } = await git.serve(
      { ...address, ...headersOf(request), body: request },
      actor,
      gone.signal,
    );
    response.writeHead(status, headers);
    await pipeline(body, response);
  } catch (error) {
    if (response.headersSent || !(error instanceof StalledError)) throw error;
    const statuses = { FORGE_NOT_FOUND: 404, FORGE_FORBIDDEN: 403 } as Record<string, number>;
    response.writeHead(statuses[error.code] ?? 400).end(error.message);
  }
}

function headersOf({ headers }: IncomingMessage) {
  const protocol = headers['git-protocol'];
  return {
    ...(headers['content-type'] && { contentType: headers['content-type'] }),
    ...(headers['content-encoding'] && { contentEncoding: headers['content-encoding'] }),
    ...(typeof protocol === 'string' && { gitProtocol: protocol }),
  };
}
