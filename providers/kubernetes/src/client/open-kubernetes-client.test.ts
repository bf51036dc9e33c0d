import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, describe, expect, it } from 'vitest';

import { KubernetesApiError, NoConnectionError, type WatchEvent } from '../kubernetes-client.ts';
import { type Answer, ApiServer, sendJson, sendStatus } from '../testing/api-server.ts';
import { fakeKind } from '../testing/fake-kinds.ts';

const signal = new AbortController().signal;
const maps = fakeKind('ConfigMap', 'configmaps');
const place = { kind: maps, namespace: 'shop', name: 'settings' };
const written = { fieldManager: 'trueup', dryRun: false, signal };
const open: ApiServer[] = [];

afterEach(async () => {
  await Promise.all(open.splice(0).map((server) => server.close()));
});

function serve(answer: Answer): ApiServer {
  const server = new ApiServer(answer);
  open.push(server);
  return server;
}

/** One answer after the other; the last one stays. */
function inTurn(...answers: readonly Answer[]): Answer {
  let turn = 0;
  return (asked, response) => {
    answers[Math.min(turn, answers.length - 1)]?.(asked, response);
    turn += 1;
  };
}

const object = (name: string) => ({ metadata: { name, resourceVersion: '5' } });

describe('lists', () => {
  it('go page by page, and name the type of each item', async () => {
    const server = serve(
      inTurn(
        (_asked, response) =>
          sendJson(response, {
            metadata: { continue: 'next', resourceVersion: '7' },
            items: [object('a')],
          }),
        (_asked, response) =>
          sendJson(response, { metadata: { resourceVersion: '7' }, items: [object('b')] }),
      ),
    );
    const client = await server.connect();

    const { items, resourceVersion } = await client.list(
      { kind: maps, labelSelector: 'a=b' },
      signal,
    );

    expect(items).toMatchObject([
      { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' } },
      { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'b' } },
    ]);
    expect(resourceVersion).toBe('7');
    expect(server.asked.map(({ url }) => `${url.pathname}${url.search}`)).toEqual([
      '/base/api/v1/configmaps?labelSelector=a%3Db&limit=500',
      '/base/api/v1/configmaps?labelSelector=a%3Db&limit=500&continue=next',
    ]);
  });

  it('begin anew, all at once, when a page is gone', async () => {
    const server = serve(
      inTurn(
        (_asked, response) =>
          sendJson(response, { metadata: { continue: 'x' }, items: [object('a')] }),
        (_asked, response) => sendStatus(response, 410, 'Expired'),
        (_asked, response) => sendJson(response, { metadata: {}, items: [object('b')] }),
      ),
    );

    const { items } = await (await server.connect()).list({ kind: maps }, signal);

    expect(items).toHaveLength(1);
    expect(server.asked.at(-1)?.url.search).toBe('');
  });
});

describe('requests', () => {
  it('share few connections, however many they are', async () => {
    const server = serve((_asked, response) => sendJson(response, object('settings')));
    const client = await server.connect();

    await Promise.all(Array.from({ length: 60 }, () => client.get(place, signal)));

    expect(server.connections).toBeLessThanOrEqual(4);
  });

  it('that are safe to repeat are repeated when a connection breaks', async () => {
    const server = serve(
      inTurn(
        (_asked, response) => response.destroy(),
        (_asked, response) => sendJson(response, object('settings')),
      ),
    );

    expect(await (await server.connect()).get(place, signal)).toMatchObject(object('settings'));
  });

  it('that write are not: nobody knows what they did', async () => {
    const server = serve((_asked, response) => response.destroy());
    const client = await server.connect();

    await expect(client.apply(place, {}, written)).rejects.not.toBeInstanceOf(NoConnectionError);

    expect(server.asked).toHaveLength(1);
  });

  it('wait when the server has enough, whatever they are', async () => {
    const server = serve(
      inTurn(
        (_asked, response) => {
          response.setHeader('retry-after', '0.01');
          sendStatus(response, 429, 'TooManyRequests');
        },
        (_asked, response) => sendJson(response, object('settings')),
      ),
    );

    await (await server.connect()).apply(place, {}, written);

    expect(server.asked).toHaveLength(2);
  });

  it('carry what was asked, as server-side apply wants it', async () => {
    const server = serve((_asked, response) => sendJson(response, object('settings')));
    const client = await server.connect();
    const body = { metadata: { name: 'settings' }, data: { a: 9007199254740993n } };

    await client.apply(place, body, { ...written, onlyIf: 'absent' });
    await client.apply(place, body, {
      ...written,
      dryRun: true,
      onlyIf: { uid: 'u', resourceVersion: '5' },
    });
    await client.delete(place, {
      propagation: 'Foreground',
      onlyIf: { uid: 'u', resourceVersion: '5' },
      signal,
    });

    const [absent, dryRun, deletion] = server.asked;
    expect(absent?.url.search).toBe('?fieldManager=trueup&force=true');
    expect(absent?.headers['content-type']).toBe('application/apply-patch+yaml');
    expect(absent?.body).toBe(
      '{"data":{"a":9007199254740993},"metadata":{"name":"settings","resourceVersion":"1"}}',
    );
    expect(dryRun?.url.search).toBe('?fieldManager=trueup&force=true&dryRun=All');
    expect(dryRun?.body).toContain('"uid":"u"');
    expect(JSON.parse(deletion?.body ?? '')).toMatchObject({
      propagationPolicy: 'Foreground',
      preconditions: { uid: 'u', resourceVersion: '5' },
    });
    expect(client.countRequests()).toEqual({
      total: 3,
      byPurpose: { apply: 1, 'dry-run': 1, delete: 1 },
    });
  });

  it('that apply tell what the server warns of', async () => {
    const server = serve((_asked, response) => {
      response.setHeader('warning', '299 - "unknown field \\"spec.a\\""');
      sendJson(response, object('settings'));
    });
    const warnings: string[] = [];
    const onWarning = ({ text }: { readonly text: string }) => warnings.push(text);

    await (await server.connect()).apply(place, {}, { ...written, onWarning });

    expect(warnings).toEqual([expect.stringContaining('spec.a')]);
  });

  it('show a new token when the old one is refused, once', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'token-'));
    const path = join(folder, 'token');
    await writeFile(path, 'old');
    const server = serve(({ headers }, response) => {
      if (headers.authorization === 'Bearer new') return sendJson(response, object('settings'));
      void writeFile(path, 'new').then(() => sendStatus(response, 401, 'Unauthorized'));
    });

    const client = await server.connect({ kind: 'token-file', path });

    expect(await client.get(place, signal)).toMatchObject(object('settings'));
    await rm(folder, { recursive: true });
  });

  it('end with the reason of the abort', async () => {
    const server = serve(() => undefined);
    const stop = new AbortController();
    const reason = new Error('superseded');
    const call = (await server.connect()).get(place, stop.signal);
    setTimeout(() => stop.abort(reason), 10);

    await expect(call).rejects.toBe(reason);
  });

  it('to nobody say that nothing was asked', async () => {
    const server = serve(() => undefined);
    const client = await server.connect();
    await server.close();

    await expect(client.apply(place, {}, written)).rejects.toBeInstanceOf(NoConnectionError);
  });

  it('keep of a refusal neither message nor values', async () => {
    const server = serve((_asked, response) =>
      sendJson(
        response,
        {
          kind: 'Status',
          reason: 'Invalid',
          message: 'data: opensesame: field is immutable',
          details: {
            causes: [{ field: 'data', message: 'opensesame' }, { field: 'the opensesame' }],
          },
        },
        422,
      ),
    );
    const error = await (await server.connect()).apply(place, {}, written).catch((one) => one);

    expect(error).toBeInstanceOf(KubernetesApiError);
    expect(error).toMatchObject({
      status: 422,
      reason: 'Invalid',
      fields: ['data'],
      traits: ['immutable'],
    });
    expect(JSON.stringify(error) + error.message).not.toContain('opensesame');
  });
});

describe('watches', () => {
  const line = (type: string, body: unknown) => `${JSON.stringify({ type, object: body })}\n`;
  async function collect(server: ApiServer, watchIdleMs = 5000): Promise<readonly WatchEvent[]> {
    const client = await server.connect({ kind: 'none' }, { watchIdleMs });
    return Array.fromAsync(client.watch({ kind: maps }, '5', signal));
  }

  it('read events however they are cut', async () => {
    const text =
      line('ADDED', object('ä')) + line('BOOKMARK', object('')) + line('DELETED', object('a'));
    const server = serve((_asked, response) => {
      const bytes = Buffer.from(text);
      response.flushHeaders();
      for (let at = 0; at < bytes.length; at += 7) response.write(bytes.subarray(at, at + 7));
      response.end();
    });

    const events = await collect(server);

    expect(events).toMatchObject([
      { kind: 'set', object: object('ä') },
      { kind: 'bookmark', resourceVersion: '5' },
      { kind: 'deleted', object: object('a') },
    ]);
    const search = server.asked[0]?.url.searchParams;
    expect(search?.get('allowWatchBookmarks')).toBe('true');
    expect(Number(search?.get('timeoutSeconds'))).toBeGreaterThanOrEqual(300);
  });

  it('say when the server no longer knows what came between', async () => {
    const early = serve((_asked, response) => sendStatus(response, 410, 'Gone'));
    const late = serve((_asked, response) => response.end(line('ERROR', { code: 410 })));

    expect(await collect(early)).toEqual([{ kind: 'gone' }]);
    expect(await collect(late)).toEqual([{ kind: 'gone' }]);
  });

  it('end when nothing comes any more', async () => {
    const server = serve((_asked, response) => {
      response.write(line('ADDED', object('a')));
    });

    expect(await collect(server, 50)).toHaveLength(1);
  });

  it('end when the connection breaks', async () => {
    const server = serve((_asked, response) => {
      response.write(line('ADDED', object('a')), () => response.destroy());
    });

    expect(await collect(server)).toHaveLength(1);
  });

  it('do not keep calls waiting', async () => {
    const server = serve(({ url }, response) => {
      if (url.searchParams.has('watch')) response.flushHeaders();
      else sendJson(response, object('settings'));
    });
    const client = await server.connect({ kind: 'none' }, { concurrency: 1 });
    const stop = new AbortController();
    const watches = Array.from({ length: 5 }, () =>
      Array.fromAsync(client.watch({ kind: maps }, '5', stop.signal)).catch(() => []),
    );

    expect(await client.get(place, signal)).toBeDefined();
    stop.abort();
    await Promise.all(watches);
  });
});
