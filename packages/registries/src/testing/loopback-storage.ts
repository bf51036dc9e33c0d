/** Where registries send uploads to, and blobs lie: another host, which must not see their logins. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface LoopbackStorage extends AsyncDisposable {
  readonly url: string;
  /** What was put there, in order. */
  readonly received: readonly Received[];
}

export interface Received {
  readonly body: string;
  readonly authorization: string | undefined;
}

/** Takes everything. Answers what is read with `content`. */
export async function startStorage(content = ''): Promise<LoopbackStorage> {
  const received: Received[] = [];
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      const { authorization } = request.headers;
      received.push({ body: Buffer.concat(parts).toString(), authorization });
      response.writeHead(request.method === 'PUT' ? 201 : 200).end(content);
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/storage`,
    received,
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
