import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';

import { createApiClient, type LiveEvent } from '@trueup/api';
import { thing, thingId } from '@trueup/control-plane/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { ServerBench } from '../../testing/server-bench.ts';
import { sendStream } from './send-stream.ts';

const params = { repository: 'infra', stack: 'shop' };
const quick = { firstDelayMs: 1, longestDelayMs: 5, silenceMs: 30_000 };

let server: ServerBench;

beforeEach(async () => {
  server = await ServerBench.open({ heartbeatMs: 20 });
  await server.deploy();
});

afterEach(() => server[Symbol.asyncDispose]());

describe('events', () => {
  it('arrive as they happen, each once, in order', async () => {
    const client = await server.clientOf('viewer');
    const stop = new AbortController();
    const events = client.events({ query: { after: 0 }, signal: stop.signal });
    const seen = await takeUntil(events, ({ type }) => type === 'run:succeeded');

    await server.bench.push({ 'shop/web.json': thing('web', { spec: { size: 2 } }) });
    const news = await takeUntil(events, ({ type }) => type === 'run:succeeded');
    stop.abort();

    const sequences = [...seen, ...news].map(({ sequence }) => sequence);
    expect(sequences).toEqual(sequences.map((_, index) => index + 1));
    expect(news.map(({ type }) => type)).toContain('run:applying');
    expect(await events.next()).toEqual({ done: true, value: undefined });
  });

  it('begin with what comes, where nobody says what was seen', async () => {
    const client = await server.clientOf('operator');
    const stop = new AbortController();
    const response = await server.request('events', { signal: stop.signal }, await token());

    await client.pause({ params, body: { reason: 'a test' } });
    const text = await readUntil(response, 'stack:paused');
    stop.abort();

    expect(text).not.toContain('run:succeeded');
  });

  it('go on behind the last one that was seen', async () => {
    const stop = new AbortController();
    const headers = { 'last-event-id': '2' };
    const input = { query: { after: 0 }, headers, signal: stop.signal };

    const response = await server.request('events', input, await token());
    const text = await readUntil(response, 'id: 4');
    stop.abort();

    expect(/^id: \d+$/m.exec(text)?.[0]).toBe('id: 3');
  });

  it('go on through a restart of the server', async () => {
    const client = createApiClient({ baseUrl: server.baseUrl, token: await token(), pace: quick });
    const events = client.events({ query: { after: 0 } });
    const seen = await takeUntil(events, ({ type }) => type === 'run:succeeded');

    await server.restart();
    await server.bench.push({ 'shop/web.json': thing('web', { spec: { size: 3 } }) });
    const news = await takeUntil(events, ({ type }) => type === 'run:succeeded');

    expect(news[0]?.sequence).toBe(seen.length + 1);
    await events.return();
  });

  it('are those which one may view', async () => {
    const elsewhere = await server.tokenOf('admin', 'other');
    const stop = new AbortController();
    const input = { query: { after: 0 }, signal: stop.signal };

    const response = await server.request('events', input, elsewhere);
    const text = await readUntil(response, ':\n\n', 3);
    stop.abort();

    expect(text).not.toContain('data:');
  });

  it('end when the token does not count any more', async () => {
    const admin = await server.clientOf('admin');
    const made = await admin.createToken({ params: { member: 'admin' }, body: { label: 'x' } });
    const response = await server.request('events', {}, made.token);

    await admin.revokeToken({ params: { member: 'admin', token: made.id } });

    // To its end, at the next sign of life.
    expect(await response.text().catch(() => 'cut off')).toBeDefined();
  });

  it('let go of the store when the client is gone', async () => {
    const stop = new AbortController();
    const response = await server.request('events', { signal: stop.signal }, await token());
    await readUntil(response, ':\n\n');
    expect(server.openStreams).toBe(1);

    stop.abort();

    await server.bench.until('the stream to end', async () => server.openStreams === 0);
  });

  it('do not keep the server from stopping', async () => {
    const response = await server.request('events', {}, await token());

    await server.restart();

    expect(await response.text().catch(() => 'cut off')).toBeDefined();
  });
});

describe('a log', () => {
  it('ends where there is no more', async () => {
    const client = await server.clientOf('viewer');
    const lines = client.logs({ params, query: { resource: thingId('web') } });

    expect(await Array.fromAsync(lines)).toEqual([]);
  });

  it.each<readonly [string, object, string, number]>([
    ['a stack that there is not', { ...params, stack: 'none' }, thingId('web'), 404],
    ['a resource of nobody', params, thingId('other'), 404],
    ['what is no resource', params, '%', 400],
  ])('of %s is refused like anything else', async (_case, of, resource, status) => {
    const input = { params: of, query: { resource } };
    const response = await server.request('logs', input, await token());

    expect(response.status).toBe(status);
    expect(response.headers.get('content-type')).toContain('application/problem+json');
  });
});

describe('sendStream', () => {
  it('gives up on a client that does not read', async () => {
    const stream = new AbortController();
    const ended = Promise.withResolvers<void>();
    let sent = 0;
    async function* flood(): AsyncGenerator<string> {
      try {
        for (; !stream.signal.aborted; sent += 1) yield 'x'.repeat(1024 * 1024);
      } finally {
        ended.resolve();
      }
    }
    const http = createServer((_request, response) => {
      void sendStream(flood(), undefined, {
        response,
        stream,
        resumable: false,
        heartbeatMs: 60_000,
        patienceMs: 20,
        isStillAllowed: async () => true,
        describe: () => {
          throw new Error('nothing fails here');
        },
      });
    });
    http.listen(0, '127.0.0.1');
    await once(http, 'listening');
    const { port } = http.address() as AddressInfo;
    const client = connect(port, '127.0.0.1');
    client.pause();
    client.on('error', () => undefined);
    client.write('GET / HTTP/1.1\r\nhost: x\r\n\r\n');

    await ended.promise;

    // As much as sockets hold by themselves, and no more.
    expect(sent).toBeLessThan(50);
    client.destroy();
    http.close();
  });

  it('tells what fails on the way', async () => {
    const stream = new AbortController();
    async function* failing(): AsyncGenerator<string> {
      yield 'a line';
      throw new Error('with words of its own');
    }
    const problem = { type: 'x', title: 'x', status: 503, code: 'GONE', detail: 'x', request: 'r' };
    const http = createServer((_request, response) => {
      void sendStream(failing(), undefined, {
        response,
        stream,
        resumable: false,
        heartbeatMs: 60_000,
        patienceMs: 1000,
        isStillAllowed: async () => true,
        describe: () => problem,
      });
    });
    http.listen(0, '127.0.0.1');
    await once(http, 'listening');
    const { port } = http.address() as AddressInfo;

    const text = await (await fetch(`http://127.0.0.1:${port}`)).text();
    http.close();

    expect(text).toContain('data: "a line"\n\n');
    expect(text).toContain(`event: problem\ndata: ${JSON.stringify(problem)}\n\n`);
    expect(text).not.toContain('words of its own');
  });
});

function token(): Promise<string> {
  return server.tokenOf('admin');
}

async function takeUntil(
  events: AsyncIterator<LiveEvent>,
  isLast: (event: LiveEvent) => boolean,
): Promise<readonly LiveEvent[]> {
  const taken: LiveEvent[] = [];
  for (;;) {
    const { done, value } = await events.next();
    if (done) throw new Error('The events have ended.');
    taken.push(value);
    if (isLast(value)) return taken;
  }
}

/** Reads until this text has come so many times. */
async function readUntil(response: Response, wanted: string, times = 1): Promise<string> {
  const reader = response.body?.getReader();
  const decoder = new TextDecoder();
  let text = '';
  while (text.split(wanted).length <= times) {
    const piece = await reader?.read();
    if (!piece || piece.done) throw new Error(`The stream has ended before ${wanted}: ${text}`);
    text += decoder.decode(piece.value, { stream: true });
  }
  reader?.releaseLock();
  return text;
}
