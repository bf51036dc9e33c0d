import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type RequestListener, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';

import { EngineApi } from './engine-api.ts';
import { openHttpClient } from './open-http-client.ts';
import { parseHostAddress } from './parse-host-address.ts';
import { readLogLines } from './read-frames.ts';
import { readJsonLines } from './read-lines.ts';

const { signal } = new AbortController();
const opened: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of opened.splice(0)) await close();
});

async function serve(
  listener: RequestListener,
  path?: string,
): Promise<{ path: string; server: Server }> {
  const folder = await mkdtemp(join(tmpdir(), 'trueup-engine-'));
  const socket = path ?? join(folder, 's');
  const server = createServer(listener);
  await new Promise<void>((resolve) => {
    server.listen(socket, resolve);
  });
  opened.push(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    await rm(folder, { recursive: true, force: true });
  });
  return { path: socket, server };
}

async function connect(listener: RequestListener) {
  const { path, server } = await serve((request, response) => {
    if (request.url === '/_ping') response.setHeader('api-version', '1.41').end('OK');
    else listener(request, response);
  });
  const client = openHttpClient({ address: { kind: 'unix', path } });
  opened.unshift(() => client.close());
  return { client, server, path };
}

describe('a client of an engine', () => {
  it.each([
    ['one as old as ours', '1.41', '1.12', '1.41'],
    ['a newer one', '1.60', '1.44', '1.51'],
    ['one that has dropped all that we know', '1.70', '1.60', '1.60'],
    ['one that tells nothing', '', '', '1.51'],
  ])('speaks a version that both know with %s', async (_which, newest, oldest, spoken) => {
    const urls: string[] = [];
    const { path } = await serve((request, response) => {
      const { url = '' } = request;
      if (url === '/_ping') response.setHeader('api-version', newest).end('OK');
      else if (url === '/version') response.end(JSON.stringify({ MinAPIVersion: oldest }));
      else {
        urls.push(url);
        response.end('[]');
      }
    });
    const client = openHttpClient({ address: { kind: 'unix', path } });
    opened.unshift(() => client.close());

    await client.call({ method: 'GET', path: '/containers/json', query: { all: '1' } }, signal);

    expect(urls).toEqual([`/v${spoken}/containers/json?all=1`]);
  });

  it('tells what was never sent from what has no answer', async () => {
    const gone = openHttpClient({ address: { kind: 'unix', path: '/nowhere/at/all' } });
    await expect(gone.call({ method: 'GET', path: '/x' }, signal)).rejects.toMatchObject({
      kind: 'unreached',
      code: 'ENOENT',
    });

    const { client } = await connect((request) => request.socket.destroy());
    await expect(client.call({ method: 'POST', path: '/x' }, signal)).rejects.toMatchObject({
      kind: 'broken',
    });
  });

  it('reads once more over a new connection when the engine was restarted', async () => {
    let count = 0;
    const { client } = await connect((request, response) => {
      count += 1;
      if (count === 2) request.socket.destroy();
      else response.end('{}');
    });
    await client.call({ method: 'GET', path: '/x' }, signal);

    expect(await client.call({ method: 'GET', path: '/x' }, signal)).toMatchObject({ status: 200 });
  });

  it.each([
    ['a truncated body', '{"a":', undefined],
    ['no JSON', '<html>', undefined],
  ])('takes %s for none', async (_name, text, body) => {
    const { client } = await connect((_request, response) => response.end(text));

    expect(await client.call({ method: 'GET', path: '/x' }, signal)).toMatchObject({
      status: 200,
      body,
    });
  });

  it('is broken by a body that is cut off, bounded by time, and stopped at once', async () => {
    const { client } = await connect((request, response) => {
      response.writeHead(200, { 'content-length': '100' });
      response.write('{');
      if (request.url?.endsWith('/cut')) setTimeout(() => response.destroy(), 5);
    });
    await expect(client.call({ method: 'GET', path: '/cut' }, signal)).rejects.toMatchObject({
      kind: 'broken',
    });
    await expect(
      client.call({ method: 'GET', path: '/slow', timeoutMs: 30 }, signal),
    ).rejects.toMatchObject({ kind: 'timed-out' });
    const reason = new Error('Stopped.');
    const stop = new AbortController();
    const call = client.call({ method: 'GET', path: '/slow' }, stop.signal);
    setTimeout(() => stop.abort(reason), 5);
    await expect(call).rejects.toBe(reason);
  });

  it('says which kind of refusal it was, in no word of the engine', async () => {
    const { client } = await connect((_request, response) => {
      response
        .writeHead(500)
        .end(JSON.stringify({ cause: 'that name is already in use', message: 'secret' }));
    });
    const refusal = new EngineApi(client).create('x', {}, signal);

    await expect(refusal).rejects.toMatchObject({ status: 500, traits: ['name-taken'] });
    await expect(refusal).rejects.not.toThrow('secret');
  });

  it('asks for the version once more where who asked first gave up', async () => {
    const pings: (() => void)[] = [];
    const { path } = await serve((request, response) => {
      if (request.url === '/_ping')
        pings.push(() => response.setHeader('api-version', '1.41').end());
      else response.end('[]');
    });
    const client = openHttpClient({ address: { kind: 'unix', path } });
    opened.unshift(() => client.close());
    const giving = new AbortController();
    const reason = new Error('Stopped.');
    const first = client.call({ method: 'GET', path: '/x' }, giving.signal);
    const second = client.call({ method: 'GET', path: '/x' }, signal);
    await expect.poll(() => pings.length).toBe(1);
    giving.abort(reason);
    await expect(first).rejects.toBe(reason);
    await expect.poll(() => pings.length).toBe(2);
    pings[1]?.();

    expect(await second).toMatchObject({ status: 200 });
  });

  it('answers however many streams are open', async () => {
    const { client } = await connect((request, response) => {
      if (request.url?.endsWith('/events')) response.write('{}\n');
      else response.end('[]');
    });
    const stop = new AbortController();
    const streams = Array.from({ length: 30 }, () =>
      client.stream({ method: 'GET', path: '/events' }, stop.signal)[Symbol.asyncIterator](),
    );
    await Promise.all(streams.map((one) => one.next()));

    expect(await client.call({ method: 'GET', path: '/x', timeoutMs: 2000 }, signal)).toMatchObject(
      { status: 200 },
    );
    stop.abort(new Error('Enough.'));
    await Promise.allSettled(streams.map((one) => one.next()));
  });

  it('streams lines, and leaves out what is none', async () => {
    const { client } = await connect((_request, response) => {
      response.write('{"a":1}\nno json\n{"a"');
      response.end(':2}');
    });
    const lines = await Array.fromAsync(
      readJsonLines(client.stream({ method: 'GET', path: '/events' }, signal)),
    );

    expect(lines).toEqual([{ a: 1 }, { a: 2 }]);
  });
});

describe('logs', () => {
  it('come in frames that pieces do not respect', async () => {
    const frame = (text: string) =>
      Buffer.concat([Buffer.from([1, 0, 0, 0, 0, 0, 0, text.length]), Buffer.from(text)]);
    const bytes = Buffer.concat([frame('one\ntw'), frame('o\n')]);
    const pieces = async function* () {
      for (const byte of bytes) yield Buffer.from([byte]);
    };

    expect(await Array.fromAsync(readLogLines(pieces(), false))).toEqual(['one', 'two']);
  });
});

describe('an address', () => {
  it.each([
    ['unix:///var/run/docker.sock', { kind: 'unix', path: '/var/run/docker.sock' }],
    ['tcp://edge-1:2376', { kind: 'tcp', host: 'edge-1', port: 2376 }],
    ['tcp://edge-1', { kind: 'tcp', host: 'edge-1', port: 2376 }],
    [`unix:///${'x'.repeat(120)}`, undefined],
    ['unix://relative', undefined],
    ['tcp://user:pw@edge-1', undefined],
    ['http://edge-1', undefined],
    ['ssh://edge-1', { kind: 'ssh', host: 'edge-1', port: 22, socket: '/var/run/docker.sock' }],
    [
      'ssh://me@[::1]:222/run/podman/podman.sock',
      { kind: 'ssh', user: 'me', host: '::1', port: 222, socket: '/run/podman/podman.sock' },
    ],
    ['ssh://me:pw@edge-1', undefined],
    ['ssh://-oProxyCommand=x@edge-1', undefined],
    ['ssh://-oProxyCommand=x', undefined],
    ['ssh://edge-1%0aProxyCommand=x', undefined],
    ['ssh://a%20b@edge-1', undefined],
    ['ssh://edge-1/run/a%20b', undefined],
    ['ssh://edge-1/run/a:b', undefined],
    ['ssh://edge-1/run/$HOME', undefined],
    ['ssh://edge-1?x=y', undefined],
    [`ssh://edge-1/${'x'.repeat(120)}`, undefined],
  ])('%s is %j', (text, expected) => {
    expect(parseHostAddress(text)).toEqual(expected);
  });
});
