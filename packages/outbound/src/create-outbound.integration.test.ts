import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { brotliCompressSync, gzipSync } from 'node:zlib';

import { StalledError } from '@trueup/diagnostics';
import { afterEach, describe, expect, it } from 'vitest';

import { createOutbound, type Outbound, type OutboundOptions } from './create-outbound.ts';
import { testAuthority, testCertificate, testKey } from './testing/test-certificates.ts';

const never = new AbortController().signal;
const opened: AsyncDisposable[] = [];

afterEach(async () => {
  for (const one of opened.splice(0).reverse()) await one[Symbol.asyncDispose]();
});

describe('createOutbound', () => {
  it('answers with status, headers and body', async () => {
    const url = await serve((_request, response) => {
      response.writeHead(404, { 'X-One': ['a', 'b'] }).end('gone');
    });

    const answer = await outbound().request({ url: `${url}/a?b` }, never);

    expect(answer).toMatchObject({ status: 404, url: `${url}/a?b` });
    expect(answer.headers.get('x-one')).toBe('a, b');
    expect(String(answer.body)).toBe('gone');
  });

  it.each([
    ['gzip', gzipSync('packed')],
    ['br', brotliCompressSync('packed')],
    ['identity', Buffer.from('packed')],
  ])('unpacks %s', async (encoding, body) => {
    const url = await serve((_request, response) => {
      response.writeHead(200, { 'content-encoding': encoding }).end(body);
    });

    expect(String((await outbound().request({ url }, never)).body)).toBe('packed');
  });

  it.each([
    ['no gzip', 'gzip', Buffer.from('nonsense')],
    ['half of a gzip', 'gzip', gzipSync('x'.repeat(1000)).subarray(0, 20)],
    ['an encoding that nobody asked for', 'zstd', Buffer.from('x')],
  ])('takes %s for a broken answer', async (_name, encoding, body) => {
    const url = await serve((_request, response) => {
      response.writeHead(200, { 'content-encoding': encoding }).end(body);
    });

    await expect(outbound().request({ url }, never)).rejects.toMatchObject({
      code: 'OUTBOUND_RESPONSE_BROKEN',
    });
  });

  it('bounds what a small answer unpacks to', async () => {
    const url = await serve((_request, response) => {
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(Buffer.alloc(1e7)));
    });

    await expect(
      outbound().request({ url, limits: { responseBytes: 1e6 } }, never),
    ).rejects.toMatchObject({ family: 'stalled', code: 'OUTBOUND_RESPONSE_TOO_LONG' });
  });

  it('bounds the time, also of a body that drips', async () => {
    const url = await serve((_request, response) => void response.writeHead(200).write('x'));

    await expect(
      outbound().request({ url, limits: { timeoutMs: 100 } }, never),
    ).rejects.toMatchObject({ family: 'transient', code: 'OUTBOUND_TIMED_OUT' });
  });

  it('rejects with the reason of an abort at any time', async () => {
    const controller = new AbortController();
    const reason = new Error('cancelled');
    const url = await serve(() => controller.abort(reason));

    await expect(outbound().request({ url }, controller.signal)).rejects.toBe(reason);
    await expect(outbound().request({ url }, controller.signal)).rejects.toBe(reason);
  });

  it('sends a repeatable request again when the connection breaks', async () => {
    let count = 0;
    const url = await serve((request, response) => {
      count += 1;
      if (count === 1) request.socket.destroy();
      else response.end('second');
    });

    expect(String((await outbound().request({ url }, never)).body)).toBe('second');
  });

  it('keeps the connection after a HEAD', async () => {
    const ports = new Set<number | undefined>();
    const url = await serve((request, response) => {
      ports.add(request.socket.remotePort);
      response.writeHead(200, { 'content-length': 5 }).end();
    });
    const own = outbound();

    for (let time = 0; time < 8; time += 1) await own.request({ url, method: 'HEAD' }, never);

    // The second may begin before the first connection is free again.
    expect(ports.size).toBeLessThanOrEqual(2);
  });

  it('takes no body of a HEAD for the next answer', async () => {
    const url = await serve((request, response) => {
      if (request.method === 'GET') response.end('right');
      else request.socket.write('HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nwrong');
    });
    const own = outbound();

    await own.request({ url, method: 'HEAD' }, never);

    expect(String((await own.request({ url }, never)).body)).toBe('right');
  });

  it('does not send a POST twice', async () => {
    let count = 0;
    const url = await serve((request) => {
      count += 1;
      request.socket.destroy();
    });

    const outcome = outbound().request({ url, method: 'POST', body: 'x' }, never);

    await expect(outcome).rejects.toMatchObject({ code: 'OUTBOUND_UNREACHABLE' });
    expect(count).toBe(1);
  });

  it('sends pieces as they come, with their length', async () => {
    const seen: [string, string | undefined][] = [];
    const url = await serve((request, response) => {
      void readText(request).then((text) => {
        seen.push([text, request.headers['content-length']]);
        response.end();
      });
    });

    const body = { pieces: piecesOf(['one', 'two']), size: 6 };
    const { status } = await outbound().request({ url, method: 'PUT', body }, never);

    expect(status).toBe(200);
    expect(seen).toEqual([['onetwo', '6']]);
  });

  it.each([
    ['too few', ['one']],
    ['too many', ['one', 'two', 'three']],
  ])('breaks a request off that has %s bytes', async (_name, texts) => {
    let whole = 0;
    const url = await serve((request, response) => {
      request.on('end', () => {
        whole += 1;
        response.end();
      });
      request.resume();
    });

    const body = { pieces: piecesOf(texts), size: 6 };
    const sending = outbound().request({ url, method: 'PUT', body }, never);

    await expect(sending).rejects.toMatchObject({ family: 'transient' });
    expect(whole).toBe(0);
  });

  it('breaks a request off whose source fails, with its reason', async () => {
    const url = await serve((request) => void request.resume());
    const reason = new StalledError('REGISTRY_DIGEST_MISMATCH', 'x: not taken: other content');
    const pieces = (async function* () {
      yield Buffer.from('one');
      throw reason;
    })();

    const sending = outbound().request({ url, method: 'PUT', body: { pieces, size: 6 } }, never);

    await expect(sending).rejects.toBe(reason);
  });

  it.each([
    [503, {}],
    [307, { location: '/elsewhere' }],
  ])('sends pieces once, whatever is answered: %d', async (status, headers) => {
    let count = 0;
    const url = await serve((request, response) => {
      count += 1;
      request.resume().on('end', () => response.writeHead(status, headers).end());
    });

    const body = { pieces: piecesOf(['onetwo']), size: 6 };
    const answer = await outbound().request({ url, method: 'PUT', body }, never);

    expect([answer.status, count]).toEqual([status, 1]);
  });

  it('keeps credentials from another origin', async () => {
    const seen: IncomingMessage['headers'][] = [];
    const other = await serve((request, response) => {
      seen.push(request.headers);
      response.end('there');
    });
    const url = await serve((_request, response) => {
      response.writeHead(302, { location: `${other}/x` }).end();
    });

    const answer = await outbound().request(
      { url: url.replace('//', '//me:secret@'), headers: { cookie: 'a=b' } },
      never,
    );

    expect(String(answer.body)).toBe('there');
    expect(Object.keys(seen[0] ?? {})).not.toContain('authorization');
    expect(Object.keys(seen[0] ?? {})).not.toContain('cookie');
  });

  it('asks before it visits, also after a redirection', async () => {
    const url = await serve((_request, response) => {
      response.writeHead(302, { location: 'http://elsewhere.test/' }).end();
    });
    const mayVisit = ({ hostname }: URL) => hostname === '127.0.0.1';

    await expect(outbound().request({ url, mayVisit }, never)).rejects.toMatchObject({
      code: 'OUTBOUND_URL_REFUSED',
      subject: 'elsewhere.test',
    });
  });

  it('streams, and frees the connection when disposed early', async () => {
    const url = await serve((_request, response) => void response.writeHead(200).write('first'));
    const sender = outbound({ connections: 1 });

    for (const _ of [1, 2]) {
      await using stream = await sender.open({ url }, never);
      for await (const chunk of stream.body) {
        expect(String(chunk)).toBe('first');
        break;
      }
    }
  });

  it('names no more of a URL than its host', async () => {
    const url = 'http://me:secret@127.0.0.1:1/secret?secret';

    const outcome = await outbound()
      .request({ url }, never)
      .catch((error) => error);

    expect(outcome).toMatchObject({ code: 'OUTBOUND_UNREACHABLE', subject: '127.0.0.1' });
    expect(outcome.message).not.toContain('secret');
  });
});

describe('the guard', () => {
  it.each(['127.0.0.1', 'localhost', '[::ffff:127.0.0.1]', '2130706433', '0x7f.1'])(
    'keeps requests from %s',
    async (host) => {
      const url = await serve((_request, response) => void response.end('reached'));
      const port = new URL(url).port;

      await expect(
        outbound({ addresses: {} }).request({ url: `http://${host}:${port}/` }, never),
      ).rejects.toMatchObject({ family: 'stalled', code: 'OUTBOUND_ADDRESS_REFUSED' });
    },
  );

  it('connects to the address that it judged, and judges every connection', async () => {
    const url = await serve((_request, response) => {
      response.writeHead(200, { connection: 'close' }).end('reached');
    });
    const answers = ['127.0.0.1', '169.254.169.254'];
    const sender = outbound({
      addresses: { trustedHosts: ['rebinding.test'] },
      resolveHost: async () => [{ address: answers.shift() ?? '127.0.0.1', family: 4 }],
    });
    const target = { url: url.replace('127.0.0.1', 'rebinding.test') };

    expect(String((await sender.request(target, never)).body)).toBe('reached');
    await expect(sender.request(target, never)).rejects.toMatchObject({
      code: 'OUTBOUND_ADDRESS_REFUSED',
    });
  });

  it('keeps redirections from where requests may not go', async () => {
    const url = await serve((_request, response) => {
      response.writeHead(302, { location: 'http://169.254.169.254/latest/meta-data' }).end();
    });

    await expect(outbound().request({ url }, never)).rejects.toMatchObject({
      code: 'OUTBOUND_ADDRESS_REFUSED',
    });
  });
});

describe('certificates', () => {
  const resolveHost = async () => [{ address: '127.0.0.1', family: 4 }] as const;

  it('of a private authority are trusted when it is named', async () => {
    const url = await serveTls('secure.test');
    const sender = outbound({ certificates: [testAuthority], resolveHost });

    expect(String((await sender.request({ url }, never)).body)).toBe('secure');
  });

  it.each([
    ['an unknown authority', 'secure.test', []],
    ['another host', 'other.test', [testAuthority]],
  ])('of %s are refused', async (_name, host, certificates) => {
    const url = await serveTls(host);

    await expect(
      outbound({ certificates, resolveHost }).request({ url }, never),
    ).rejects.toMatchObject({ family: 'stalled', code: 'OUTBOUND_CERTIFICATE_REFUSED' });
  });
});

describe('the proxy', () => {
  const resolveHost = () => Promise.reject(new Error('The proxy resolves.'));

  it('carries https through a tunnel, and http as it is', async () => {
    const secure = await serveTls('secure.test');
    const plain = await serve((_request, response) => void response.end('plain'));
    const proxy = await serveProxy();
    const sender = outbound({
      certificates: [testAuthority],
      resolveHost,
      proxy: { url: proxy.url.replace('//', '//user:pass@'), except: [] },
    });

    const answers = await Promise.all([
      sender.request({ url: secure }, never),
      sender.request({ url: plain.replace('127.0.0.1', 'plain.test') }, never),
    ]);

    expect(answers.map(({ body }) => String(body))).toEqual([
      'secure',
      'proxied http://plain.test',
    ]);
    expect(proxy.authorizations).toEqual(Array(2).fill(`Basic ${btoa('user:pass')}`));
  });

  it('is passed by for the hosts that are excepted', async () => {
    const url = await serve((_request, response) => void response.end('direct'));
    const proxy = { url: 'http://127.0.0.1:1', except: ['127.0.0.1'] };

    expect(String((await outbound({ proxy }).request({ url }, never)).body)).toBe('direct');
  });

  it('does not get around the guard by an address', async () => {
    const proxy = { url: (await serveProxy()).url, except: [] };

    await expect(
      outbound({ proxy }).request({ url: 'http://169.254.169.254/' }, never),
    ).rejects.toMatchObject({ code: 'OUTBOUND_ADDRESS_REFUSED' });
  });

  it('may refuse', async () => {
    const proxy = { url: await serveRefusingProxy(), except: [] };

    await expect(
      outbound({ proxy }).request({ url: 'https://secure.test/' }, never),
    ).rejects.toMatchObject({ code: 'OUTBOUND_PROXY_REFUSED' });
  });
});

function outbound(options: OutboundOptions = {}): Outbound {
  const created = createOutbound({
    addresses: { allowLoopback: true },
    wait: async () => undefined,
    ...options,
  });
  opened.push(created);
  return created;
}

function serve(listener: RequestListener): Promise<string> {
  return listen(createServer(listener), 'http://127.0.0.1');
}

function serveTls(host: string): Promise<string> {
  const server = createTlsServer({ key: testKey, cert: testCertificate }, (_request, response) => {
    response.end('secure');
  });
  server.on('tlsClientError', () => undefined);
  return listen(server, `https://${host}`);
}

/** Answers plain requests itself, and connects tunnels to this machine whatever their host. */
async function serveProxy() {
  const authorizations: (string | undefined)[] = [];
  const server = createServer((request, response) => {
    authorizations.push(request.headers['proxy-authorization']);
    response.end(`proxied ${request.url?.replace(/:\d+\/$/, '')}`);
  });
  server.on('connect', (request: IncomingMessage, socket: Socket) => {
    authorizations.push(request.headers['proxy-authorization']);
    const target = connect(Number(request.url?.split(':')[1]), '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 Connected\r\n\r\n');
      target.pipe(socket).pipe(target);
    });
    target.on('error', () => socket.destroy());
    socket.on('error', () => target.destroy());
  });
  return { url: await listen(server, 'http://127.0.0.1'), authorizations };
}

function serveRefusingProxy(): Promise<string> {
  const server = createServer();
  server.on('connect', (_request: IncomingMessage, socket: Socket) => {
    socket.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n');
  });
  return listen(server, 'http://127.0.0.1');
}

async function listen(server: Server, origin: string): Promise<string> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => sockets.add(socket));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  opened.push({
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  });
  return `${origin}:${(server.address() as AddressInfo).port}`;
}

async function* piecesOf(texts: readonly string[]): AsyncGenerator<Uint8Array, void, undefined> {
  for (const text of texts) yield Buffer.from(text);
}

async function readText(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part);
  return Buffer.concat(parts).toString();
}
