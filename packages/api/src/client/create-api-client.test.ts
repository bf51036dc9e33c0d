import { describe, expect, it } from 'vitest';

import { answerWith, FakeServer, problemOf, streamOf } from '../testing/fake-server.ts';
import { ApiError, UnreachableError } from './api-error.ts';
import { createApiClient } from './create-api-client.ts';

const token = 'trueup_secret';

describe('a call', () => {
  it('fills in path, query, body and token', async () => {
    const server = new FakeServer([answerWith({ items: [] }), answerWith({ id: 'r' })]);
    const client = createApiClient({
      baseUrl: 'https://trueup.example.com/',
      token,
      fetch: server.fetch,
    });

    await client.runs({ query: { stack: 'infra/web', ended: false, limit: 5 } });
    await client.rollback({
      params: { repository: 'infra', stack: 'a b' },
      body: { revision: 'f'.repeat(40), reason: 'it broke' },
    });

    expect(server.seen).toMatchObject([
      {
        method: 'GET',
        url: 'https://trueup.example.com/api/v1/runs?stack=infra%2Fweb&ended=false&limit=5',
        headers: { authorization: `Bearer ${token}`, accept: 'application/json' },
      },
      {
        method: 'POST',
        url: 'https://trueup.example.com/api/v1/stacks/infra/a%20b/rollback',
        body: `{"revision":"${'f'.repeat(40)}","reason":"it broke"}`,
        headers: { 'content-type': 'application/json' },
      },
    ]);
  });

  it('gives integers with all of their digits', async () => {
    const text = '{"items":[{"id":"a","path":[],"desired":9007199254740993,"sensitive":false}]}';
    const server = new FakeServer([answerWith(text)]);
    const client = createApiClient({ baseUrl: 'http://t', fetch: server.fetch });

    const { items } = await client.explain({
      params: { repository: 'infra', stack: 'web' },
      query: { resource: 'Thing//a' },
    });

    expect(items[0]?.desired).toBe(9007199254740993n);
  });

  it.each(['', '.', '..'])(
    'refuses %j as a name, which would lead to another path',
    async (name) => {
      const server = new FakeServer([]);
      const client = createApiClient({ baseUrl: 'http://t', fetch: server.fetch });

      await expect(client.run({ params: { run: name } })).rejects.toThrow(TypeError);
      expect(server.seen).toEqual([]);
    },
  );

  it('rejects with what the server says', async () => {
    const server = new FakeServer([problemOf(409, 'CONFLICT', 'web: it is orphaned')]);
    const client = createApiClient({ baseUrl: 'http://t', fetch: server.fetch });

    const error = await client.run({ params: { run: '1' } }).catch((one: unknown) => one);

    expect(error).toBeInstanceOf(ApiError);
    expect(error).toMatchObject({ status: 409, code: 'CONFLICT', message: 'web: it is orphaned' });
  });

  it.each([
    ['an answer of something else', () => new Response('<html>', { status: 502 })],
    ['a page in the place of JSON', () => new Response('<html>', { status: 200 })],
    ['no answer', () => Promise.reject(new TypeError('fetch failed'))],
  ])('tells %s from a refusal, and names no more than the server', async (_case, answer) => {
    const server = new FakeServer([answer]);
    const client = createApiClient({ baseUrl: 'http://t:1/secret', token, fetch: server.fetch });

    const error = await client.stacks().catch((one: unknown) => one);

    expect(error).toBeInstanceOf(UnreachableError);
    expect(String(error)).not.toContain('secret');
  });

  it('ends with the reason of the signal', async () => {
    const reason = new Error('enough');
    const server = new FakeServer([({ signal }) => rejectedBy(signal)]);
    const client = createApiClient({ baseUrl: 'http://t', fetch: server.fetch });
    const controller = new AbortController();

    const call = client.stacks({ signal: controller.signal });
    controller.abort(reason);

    await expect(call).rejects.toBe(reason);
  });

  it('gives up on a server that does not answer', async () => {
    const server = new FakeServer([({ signal }) => rejectedBy(signal)]);
    const client = createApiClient({ baseUrl: 'http://t', fetch: server.fetch, timeoutMs: 1 });

    await expect(client.stacks()).rejects.toThrow('http://t: did not answer in time');
  });
});

describe('a stream', () => {
  const pace = { firstDelayMs: 0, longestDelayMs: 0, silenceMs: 60_000 };

  it('goes on behind the last event, whatever cuts it off', async () => {
    const server = new FakeServer([
      streamOf(event(1), event(2)),
      () => Promise.reject(new TypeError('fetch failed')),
      problemOf(503, 'UNAVAILABLE', 'starting'),
      () => new Response('<html>', { status: 502 }),
      streamOf(': still here\n\n', event(3)),
      streamOf(event(4)),
    ]);
    const client = createApiClient({ baseUrl: 'http://t', token, fetch: server.fetch, pace });
    const stop = new AbortController();
    const seen: number[] = [];
    const told: string[] = [];
    const input = { query: { after: 0 }, signal: stop.signal };
    const onConnection = (state: string): unknown => told.push(state);

    for await (const { sequence } of client.events({ ...input, onConnection })) {
      seen.push(sequence);
      if (sequence === 4) stop.abort();
    }

    expect(seen).toEqual([1, 2, 3, 4]);
    expect(told).toEqual(['open', 'lost', 'lost', 'lost', 'lost', 'open', 'lost', 'open']);
    expect(server.seen.map(({ headers }) => headers['last-event-id'])).toEqual([
      undefined,
      '2',
      '2',
      '2',
      '2',
      '3',
    ]);
  });

  it('gives up on a silent connection', async () => {
    const server = new FakeServer([streamOf(event(1), 'open'), streamOf(event(2), 'open')]);
    const quick = { ...pace, silenceMs: 1 };
    const client = createApiClient({ baseUrl: 'http://t', fetch: server.fetch, pace: quick });
    const seen: number[] = [];

    for await (const { sequence } of client.events({ query: {} })) {
      seen.push(sequence);
      if (sequence === 2) break;
    }

    expect(seen).toEqual([1, 2]);
  });

  it.each([401, 403, 404, 400])('throws what waiting cannot mend: %i', async (status) => {
    const server = new FakeServer([problemOf(status, 'NO', 'no')]);
    const client = createApiClient({ baseUrl: 'http://t', fetch: server.fetch, pace });

    await expect(client.events({ query: {} }).next()).rejects.toMatchObject({ status });
  });

  it('ends quietly when it is aborted', async () => {
    const server = new FakeServer([streamOf(event(1), 'open')]);
    const client = createApiClient({ baseUrl: 'http://t', fetch: server.fetch, pace });
    const stop = new AbortController();
    const events = client.events({ query: {}, signal: stop.signal });
    await events.next();

    const next = events.next();
    stop.abort();

    await expect(next).resolves.toEqual({ done: true, value: undefined });
    expect(server.cancelled).toBe(1);
  });

  it('of a log ends where the server says so, and breaks where it does not', async () => {
    const server = new FakeServer([
      streamOf(line('a'), line('b'), 'event: end\ndata: {}\n\n', 'open'),
      streamOf(line('a')),
      streamOf(line('a'), `event: problem\ndata: ${JSON.stringify(problem)}\n\n`),
    ]);
    const client = createApiClient({ baseUrl: 'http://t', fetch: server.fetch, pace });
    const log = () =>
      client.logs({
        params: { repository: 'infra', stack: 'web' },
        query: { resource: 'Thing//a' },
      });

    await expect(Array.fromAsync(log())).resolves.toEqual(['a', 'b']);
    await expect(Array.fromAsync(log())).rejects.toThrow(UnreachableError);
    await expect(Array.fromAsync(log())).rejects.toMatchObject({ code: 'KUBERNETES_UNREACHABLE' });
  });
});

const problem = {
  type: 'about:blank',
  title: 'x',
  status: 503,
  code: 'KUBERNETES_UNREACHABLE',
  detail: 'gone',
};

function event(sequence: number): string {
  const data = { sequence, at: '2026-01-01T00:00:00.000Z', type: 'run:queued', body: {} };
  return `id: ${sequence}\ndata: ${JSON.stringify(data)}\n\n`;
}

function line(text: string): string {
  return `data: ${JSON.stringify(text)}\n\n`;
}

function rejectedBy(signal: AbortSignal): Promise<never> {
  const { promise, reject } = Promise.withResolvers<never>();
  const stop = (): void => reject(signal.reason);
  if (signal.aborted) stop();
  signal.addEventListener('abort', stop);
  return promise;
}
