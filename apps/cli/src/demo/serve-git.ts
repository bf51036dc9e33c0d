/** The built-in forge on loopback, for git alone: the demo has no server, and its people push by git. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';

import type { ControlPlane } from '@trueup/control-plane';

export interface GitAddress extends AsyncDisposable {
  /** Root of all repositories: `http://127.0.0.1:4711`. */
  readonly url: string;
}

type PlaneForGit = Pick<ControlPlane, 'authenticate' | 'serveGit'>;

const prefix = '/git/';

export async function serveGit(plane: PlaneForGit): Promise<GitAddress> {
  const server = createServer((request, response) => {
    answer(plane, request, response).catch(() => {
      if (!response.headersSent) response.writeHead(500);
      response.end();
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  return {
    url: `http://127.0.0.1:${port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function answer(
  plane: PlaneForGit,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { headers, url = '' } = request;
  const token = tokenOf(headers.authorization);
  const actor = token === undefined ? undefined : await plane.authenticate(token);
  if (!(actor && url.startsWith(prefix))) {
    response.writeHead(401, { 'www-authenticate': 'Basic realm="Trueup"' }).end();
    return;
  }
  const gone = new AbortController();
  response.once('close', () => gone.abort(new Error('the client went')));
  const [address = '', query = ''] = url.slice(prefix.length).split('?', 2);
  const { 'content-type': contentType, 'content-encoding': contentEncoding } = headers;
  const gitProtocol = headers['git-protocol'];
  const call = {
    address,
    query,
    body: request,
    ...(contentType !== undefined && { contentType }),
    ...(contentEncoding !== undefined && { contentEncoding }),
    ...(typeof gitProtocol === 'string' && { gitProtocol }),
  };
  const { status, headers: answered, body } = await plane.serveGit(actor, call, gone.signal);
  response.writeHead(status, answered);
  await pipeline(body, response);
}

/** git sends it as a password. */
function tokenOf(authorization: string | undefined): string | undefined {
  const [, code] = /^Basic ([A-Za-z0-9+/]+={0,2})$/.exec(authorization ?? '') ?? [];
  const text = code && Buffer.from(code, 'base64').toString('latin1');
  return text ? text.slice(text.indexOf(':') + 1) : undefined;
}
