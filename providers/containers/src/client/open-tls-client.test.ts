import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer as createPlain, type RequestListener } from 'node:http';
import { createServer, type ServerOptions } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';

import type { ContainersClient } from '../containers-client.ts';
import type { TlsSettings } from '../settings/host-settings.ts';
import {
  authorityCertificate,
  client,
  expired,
  otherCertificate,
  server,
  stranger,
} from '../testing/test-certificates.ts';
import { toOperationError } from '../translate-errors.ts';
import { openHttpClient } from './open-http-client.ts';

const { signal } = new AbortController();
const list = { method: 'GET', path: '/containers/json' } as const;
const hasOpenssl = spawnSync('openssl', ['version']).status === 0;
const opened: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of opened.splice(0).toReversed()) await close();
});

/** As engines that are reached by TLS do: it lets nobody in who bears no certificate of its authority. */
async function serve(
  options: ServerOptions = server,
  listener: RequestListener = (request, response) => {
    if (request.url === '/_ping') response.setHeader('api-version', '1.41').end('OK');
    else response.end('[]');
  },
): Promise<number> {
  const engine = createServer(
    { ca: authorityCertificate, requestCert: true, rejectUnauthorized: true, ...options },
    listener,
  );
  engine.listen(0, '127.0.0.1');
  await once(engine, 'listening');
  opened.push(async () => {
    engine.closeAllConnections();
    await new Promise((resolve) => engine.close(resolve));
  });
  const { port } = engine.address() as AddressInfo;
  return port;
}

function connect(
  port: number,
  tls: Partial<TlsSettings> = {},
  host = 'localhost',
): ContainersClient {
  const found = openHttpClient({
    address: { kind: 'tcp', host, port },
    tls: { ca: authorityCertificate, ...client, ...tls },
  });
  opened.push(() => found.close());
  return found;
}

async function failureOf(engine: ContainersClient): Promise<unknown> {
  const error = await engine.call(list, signal).catch((cause: unknown) => cause);
  return toOperationError('edge-1', error);
}

describe('an engine behind TLS', () => {
  it('is reached when both sides prove who they are', async () => {
    expect(await connect(await serve()).call(list, signal)).toMatchObject({
      status: 200,
      body: [],
    });
  });

  it('is reached under the name that its certificate bears, wherever it lies', async () => {
    const port = await serve();

    const named = connect(port, { serverName: 'engine.test' }, '127.0.0.1');

    expect(await named.call(list, signal)).toMatchObject({ status: 200 });
  });

  it.each<
    [
      string,
      { readonly at?: ServerOptions; readonly tls?: Partial<TlsSettings>; readonly says: string },
    ]
  >([
    ['of another authority', { tls: { ca: otherCertificate }, says: 'no authority' }],
    ['that has expired', { at: expired, says: 'has expired' }],
    ['for another name', { tls: { serverName: 'elsewhere.test' }, says: 'serverName' }],
  ])('is not trusted with a certificate %s', async (_name, { at = server, tls = {}, says }) => {
    let calls = 0;
    const port = await serve(at, (_request, response) => {
      calls += 1;
      response.end('[]');
    });

    expect(await failureOf(connect(port, tls))).toMatchObject({
      family: 'stalled',
      code: 'CONTAINERS_UNTRUSTED',
      message: expect.stringContaining(says),
    });
    expect(calls).toBe(0);
  });

  it.each(['TLSv1.2', 'TLSv1.3'] as const)(
    'lets nobody in without a certificate, by %s',
    async (version) => {
      const port = await serve({ ...server, maxVersion: version });
      const nobody = { ca: authorityCertificate } as TlsSettings;
      const bare = openHttpClient({
        address: { kind: 'tcp', host: 'localhost', port },
        tls: nobody,
      });
      opened.push(() => bare.close());

      expect(await failureOf(bare)).toMatchObject({
        family: 'stalled',
        code: 'CONTAINERS_LOGIN_REFUSED',
        message: expect.stringContaining('tls: { cert, key }'),
      });
    },
  );

  it('does not say what the private key is when it is none', async () => {
    const port = await serve();
    const failure = await failureOf(connect(port, { key: 'hunter2' }));

    expect(failure).toMatchObject({ family: 'stalled', code: 'CONTAINERS_LOGIN_REFUSED' });
    expect(String(failure)).not.toContain('hunter2');
  });

  it('is not spoken to without TLS by mistake', async () => {
    const plain = createPlain((_request, response) => response.end('[]'));
    plain.listen(0, '127.0.0.1');
    await once(plain, 'listening');
    opened.push(async () => {
      plain.closeAllConnections();
      await new Promise((resolve) => plain.close(resolve));
    });

    const { port } = plain.address() as AddressInfo;

    expect(await failureOf(connect(port))).toMatchObject({
      code: 'CONTAINERS_UNTRUSTED',
      message: expect.stringContaining('does not speak TLS'),
    });
  });
});

describe.runIf(hasOpenssl)('an engine behind the TLS of others', () => {
  it.each(['-tls1_2', '-tls1_3'])('lets no stranger in, by %s', async (version) => {
    const port = await serveByOpenssl(version);

    expect(await failureOf(connect(port, stranger))).toMatchObject({
      family: 'stalled',
      code: 'CONTAINERS_LOGIN_REFUSED',
      message: expect.stringContaining('tls: { cert, key }'),
    });
  });
});

/** Node's own servers hang up on strangers; others, Docker's among them, send an alert. */
async function serveByOpenssl(version: string): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), 'trueup-tls-'));
  const files = { ca: authorityCertificate, cert: server.cert, key: server.key };
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  const words =
    '-accept 127.0.0.1:0 -cert cert -key key -CAfile ca -Verify 1 -verify_return_error -www';
  const child = spawn('openssl', ['s_server', ...words.split(' '), version], { cwd: folder });
  opened.push(async () => {
    child.kill();
    await rm(folder, { recursive: true });
  });
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  let said = '';
  child.stdout.on('data', (piece: Buffer) => {
    said += String(piece);
    const port = /ACCEPT \S+:(\d+)/.exec(said)?.[1];
    if (port !== undefined) resolve(Number(port));
  });
  child.on('exit', () => reject(new Error('openssl did not start.')));
  return promise;
}
