import { once } from 'node:events';
import { request } from 'node:https';
import { connect, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';

import { afterEach, describe, expect, it } from 'vitest';

import { ServerBench, type ServerBenchOptions } from '../../testing/server-bench.ts';
import { firstCertificate, secondCertificate } from '../../testing/test-certificates.ts';
import { usualLimits } from './create-node-server.ts';

let server: ServerBench | undefined;

afterEach(async () => {
  await server?.[Symbol.asyncDispose]();
  server = undefined;
});

describe('a connection', () => {
  it.each([
    ['that says nothing', ''],
    ['that never ends its head', 'GET /healthz HTTP/1.1\r\nhost: x\r\n'],
    [
      'that never ends its body',
      'POST /api/v1/links/redeem HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 9\r\n\r\n{',
    ],
  ])('%s is closed', async (_case, said) => {
    await open({ limits: { ...usualLimits, headMs: 50, requestMs: 100, checkMs: 20 } });
    const socket = await reach();

    socket.write(said);
    const answer = await untilClosed(socket);

    expect(answer).toMatch(/^(?:$|HTTP\/1\.1 (?:400|408))/);
  });

  it('beyond those that there may be is closed, and the others are not', async () => {
    await open({ limits: { ...usualLimits, connections: 2 } });
    const first = await reach();
    const second = await reach();

    const third = await untilClosed(await reach());
    second.write('GET /healthz HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n');

    expect(third).toBe('');
    expect(await untilClosed(second)).toContain('200 OK');
    first.destroy();
  });

  it('whose head is too large is refused', async () => {
    await open({});
    const socket = await reach();

    socket.write(`GET /healthz HTTP/1.1\r\nhost: x\r\nx-a: ${'a'.repeat(20_000)}\r\n\r\n`);

    expect(await untilClosed(socket)).toContain('431');
  });

  it.each([
    ['a method that nobody knows', 'BREW /healthz HTTP/1.1\r\nhost: x\r\n\r\n', 400],
    ['what is no HTTP', 'hello\r\n\r\n', 400],
    ['too large a head', `GET / HTTP/1.1\r\nhost: x\r\nx-a: ${'a'.repeat(20_000)}\r\n\r\n`, 431],
  ])('with %s is told so as a problem', async (_case, said, status) => {
    await open({});
    const socket = await reach();

    socket.write(said);
    const answer = await untilClosed(socket);
    const [head = '', body = ''] = answer.split('\r\n\r\n');

    expect(head).toContain(`HTTP/1.1 ${status} `);
    expect(head).toContain('content-type: application/problem+json');
    expect(JSON.parse(body)).toMatchObject({ status, code: expect.any(String) });
  });
});

describe('TLS', () => {
  it('serves the certificate, and a new one without a restart', async () => {
    const opened = await open({ tls: firstCertificate });

    const before = await ask(opened.baseUrl, firstCertificate.cert);
    opened.renewCertificate(secondCertificate);
    const after = await ask(opened.baseUrl, secondCertificate.cert);
    const outdated = ask(opened.baseUrl, firstCertificate.cert);

    expect(opened.baseUrl).toMatch(/^https:/);
    expect([before.body, after.body]).toEqual(['{"status":"alive"}', '{"status":"alive"}']);
    expect(before.hsts).toMatch(/^max-age=\d+/);
    await expect(outdated).rejects.toThrow();
  });

  it('answers nobody who speaks plain HTTP', async () => {
    await open({ tls: firstCertificate });
    const socket = await reach();

    socket.write('GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n');

    expect(await untilClosed(socket)).not.toContain('200 OK');
  });
});

async function open(options: ServerBenchOptions): Promise<ServerBench> {
  server = await ServerBench.open(options);
  return server;
}

async function reach(): Promise<Socket> {
  const { hostname, port } = new URL(server?.baseUrl ?? '');
  const socket = connect(Number(port), hostname);
  await once(socket, 'connect');
  return socket;
}

async function untilClosed(socket: Socket): Promise<string> {
  const chunks: string[] = [];
  socket.setEncoding('utf8').on('data', (chunk: string) => chunks.push(chunk));
  socket.on('error', () => undefined);
  await once(socket, 'close');
  return chunks.join('');
}

async function ask(url: string, ca: string): Promise<{ body: string; hsts: string | undefined }> {
  const { promise, resolve, reject } = Promise.withResolvers<{
    body: string;
    hsts: string | undefined;
  }>();
  const sent = request(`${url}/healthz`, { ca, agent: false }, (answer) => {
    const hsts = answer.headers['strict-transport-security'];
    text(answer).then((body) => resolve({ body, hsts }), reject);
  });
  sent.on('error', reject).end();
  return promise;
}
