/** Large answers are what they are by the usual way, whatever the other side does. */
import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';

import { afterEach, describe, expect, it } from 'vitest';

import { createOutbound, type OutboundOptions } from '../create-outbound.ts';
import type { OutboundRequest } from '../outbound-request.ts';
import { testAuthority, testCertificate, testKey } from '../testing/test-certificates.ts';

const never = new AbortController().signal;
const opened: AsyncDisposable[] = [];
const megabytes = Buffer.alloc(3_000_000, 'large');
const head = `HTTP/1.1 200 OK\r\nContent-Length: ${megabytes.length}\r\n\r\n`;

afterEach(async () => {
  for (const one of opened.splice(0).reverse()) await one[Symbol.asyncDispose]();
});

describe('a large answer', () => {
  it.each(['http', 'https'] as const)('comes as it is, by %s', async (way) => {
    const { url, asked } = await serve((socket) => socket.end(Buffer.from(head + megabytes)), way);

    const { status, body } = await get({ url: `${url}/a%20b?c=d`, headers: { range: 'bytes=0-' } });

    expect(status).toBe(200);
    expect(megabytes.equals(body)).toBe(true);
    expect(asked).toHaveLength(1);
    expect(asked[0]).toMatch(/^GET \/a%20b\?c=d HTTP\/1\.1\r\nhost: [\w.]+:\d+\r\n/);
    expect(asked[0]).toContain('\r\nrange: bytes=0-\r\n');
  });

  it('is read no faster than it is taken', async () => {
    const { url, sockets } = await serve((socket) => {
      socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${64 * megabytes.length}\r\n\r\n`);
      for (let part = 0; part < 64; part += 1) socket.write(megabytes);
    });
    await using outbound = open();
    const bounds = { limits: { responseBytes: 1e9 } };
    await using stream = await outbound.open({ ...large(url), ...bounds }, never);
    for await (const piece of stream.body) {
      expect(piece.length).toBeGreaterThan(0);
      break;
    }
    expect(sockets[0]?.writableLength).toBeGreaterThan(30 * megabytes.length);
  });

  it('is cut where its length says so', async () => {
    const { url } = await serve((socket) => socket.end(`${lengthOf(3)}onetwo`));

    expect(String((await get({ url })).body)).toBe('one');
  });

  it.each([
    ['ends early', (socket: Socket) => socket.end(`${lengthOf(6)}one`), 'OUTBOUND_UNREACHABLE'],
    ['ends at once', (socket: Socket) => socket.end(), 'OUTBOUND_UNREACHABLE'],
    ['is longer than its bound', answerOf(1e9), 'OUTBOUND_RESPONSE_TOO_LONG'],
    ['drips', (socket: Socket) => socket.write(`${lengthOf(6)}one`), 'OUTBOUND_TIMED_OUT'],
    ['says nothing', () => undefined, 'OUTBOUND_TIMED_OUT'],
  ])('is an error where it %s', async (_name, answer, code) => {
    const { url } = await serve(answer);
    const limits = { responseBytes: 1e8, timeoutMs: code.endsWith('OUT') ? 200 : 20_000 };

    await expect(get({ url, limits: { ...limits, attempts: 1 } })).rejects.toMatchObject({ code });
  });

  it('ends with an abort, and its connection with it', async () => {
    const { url, sockets } = await serve((socket) => socket.write(`${lengthOf(6)}one`));
    const controller = new AbortController();
    await using outbound = open();
    await using stream = await outbound.open(large(url), controller.signal);
    const reason = new Error('cancelled');

    const reading = (async () => {
      for await (const _ of stream.body) controller.abort(reason);
    })();

    await expect(reading).rejects.toBe(reason);
    if (sockets[0]?.destroyed === false) await once(sockets[0], 'close');
  });

  it.each([
    ['chunks', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\none\r\n0\r\n\r\n'],
    ['no length', 'HTTP/1.1 200 OK\r\nConnection: close\r\n\r\none'],
  ])('of %s is read by the usual way', async (_name, answer) => {
    const { url, asked } = await serve((socket) => socket.end(answer));

    expect(String((await get({ url })).body)).toBe('one');
    expect(asked).toHaveLength(2);
  });

  it('sends nothing secret to where it is redirected to', async () => {
    const other = await serve((socket) => socket.end(`${lengthOf(3)}one`));
    const location = `location: ${other.url}/x\r\ncontent-length: 0\r\n\r\n`;
    const { url } = await serve((socket) => socket.end(`HTTP/1.1 307 Go\r\n${location}`));

    const answer = await get({ url, headers: { authorization: 'Bearer secret' } });

    expect(answer.url).toBe(`${other.url}/x`);
    expect(other.asked.join()).not.toContain('secret');
  });

  it('comes from no address that may not be reached', async () => {
    const location = 'location: http://169.254.169.254/\r\ncontent-length: 0\r\n\r\n';
    const { url } = await serve((socket) => socket.end(`HTTP/1.1 302 Go\r\n${location}`));
    const refused = { code: 'OUTBOUND_ADDRESS_REFUSED' };

    await expect(get({ url })).rejects.toMatchObject(refused);
    const named = url.replace('127.0.0.1', 'name.test');
    const resolveHost = async () => [{ address: '127.0.0.1', family: 4 as const }];
    await expect(get({ url: named }, { addresses: {}, resolveHost })).rejects.toMatchObject(
      refused,
    );
  });

  it('comes from nobody whose certificate is not trusted', async () => {
    const { url, asked } = await serve((socket) => socket.end(`${lengthOf(3)}one`), 'https');

    await expect(get({ url }, { certificates: [] })).rejects.toMatchObject({
      code: 'OUTBOUND_CERTIFICATE_REFUSED',
    });
    expect(asked).toEqual([]);
  });
});

function lengthOf(length: number): string {
  return `HTTP/1.1 200 OK\r\nContent-Length: ${length}\r\n\r\n`;
}

function answerOf(length: number): (socket: Socket) => unknown {
  return (socket) => socket.write(`${lengthOf(length)}one`);
}

function open(options: OutboundOptions = {}) {
  return createOutbound({
    addresses: { allowLoopback: true },
    certificates: [testAuthority],
    wait: async () => undefined,
    ...options,
  });
}

function large(url: string): OutboundRequest {
  return { url, large: true, headers: { 'accept-encoding': 'identity' } };
}

async function get(request: OutboundRequest, options: OutboundOptions = {}) {
  await using outbound = open(options);
  return await outbound.request({ ...large(request.url), ...request }, never);
}

async function serve(answer: (socket: Socket) => unknown, way: 'http' | 'https' = 'http') {
  const asked: string[] = [];
  const sockets: Socket[] = [];
  const take = (socket: Socket): void => {
    sockets.push(socket);
    socket.on('error', () => undefined);
    socket.once('data', (request: Buffer) => {
      asked.push(request.toString('latin1'));
      answer(socket);
    });
  };
  const tls = { key: testKey, cert: testCertificate };
  const server: Server = way === 'http' ? createServer(take) : createTlsServer(tls, take);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const close = async () => {
    for (const socket of sockets) socket.destroy();
    server.close();
    await once(server, 'close');
  };
  opened.push({ [Symbol.asyncDispose]: close });
  const { port } = server.address() as AddressInfo;
  const host = way === 'http' ? '127.0.0.1' : 'localhost';
  return { url: `${way}://${host}:${port}`, asked, sockets };
}
