/** What goes wrong with engines: nothing is lost, nothing is left behind, nothing is called done that is not. */
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TransientError } from '@trueup/diagnostics';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { EngineApi } from './client/engine-api.ts';
import { openHttpClient } from './client/open-http-client.ts';
import { type EngineCall, EngineGoneError } from './containers-client.ts';
import { applied, Shop, serviceOf } from './testing/shop.ts';

const changed = serviceOf({ environment: { A: '1' } });
const remote = { image: 'registry.example.com/shop/web:1' };
const full = { status: 500, body: { cause: 'no space left on device', message: 'hunter2' } };
const failing = { status: 500, body: { message: 'runtime error: hunter2' } };
const late = new EngineGoneError('timed-out', '60000 ms');

type Reply = typeof full | typeof failing | EngineGoneError | 'broken';

/** The first call that fits goes wrong, the others do not. */
function failOnce(shop: Shop, fits: (call: EngineCall) => boolean, reply: Reply): void {
  shop.engine.intervene = (call) => {
    if (!fits(call)) return undefined;
    shop.engine.intervene = () => undefined;
    return reply;
  };
}

const creates = ({ path }: EngineCall): boolean => path === '/containers/create';
const starts = ({ path }: EngineCall): boolean => path.endsWith('/start');
const removes = ({ method }: EngineCall): boolean => method === 'DELETE';
const renames = ({ path }: EngineCall): boolean => path.endsWith('/rename');

describe('an engine that fails midway', () => {
  it.each<[string, (call: EngineCall) => boolean, Reply, string]>([
    ['a full disk when it creates', creates, full, 'CONTAINERS_DISK_FULL'],
    ['a full disk when it starts', starts, full, 'CONTAINERS_DISK_FULL'],
    ['500 when it creates', creates, failing, 'CONTAINERS_ENGINE_FAILED'],
    ['500 when it starts', starts, failing, 'CONTAINERS_ENGINE_FAILED'],
    [
      'nothing, never having been asked to create',
      creates,
      new EngineGoneError('unreached', 'ECONNREFUSED'),
      'CONTAINERS_UNREACHABLE',
    ],
  ])('by %s leaves the old container as it was', async (...[, fits, reply, code]) => {
    const shop = await applied(new Shop(serviceOf({})));
    const old = shop.engine.named('shop-web-1')?.id;
    shop.write(changed);
    failOnce(shop, fits, reply);

    const ends = await shop.apply();

    expect(ends).toMatchObject([{ kind: 'failed', failure: { family: 'transient', code } }]);
    expect(JSON.stringify(ends)).not.toContain('hunter2');
    expect(shop.names()).toEqual(['shop-web-1 running']);
    expect(shop.engine.named('shop-web-1')?.id).toBe(old);
    await applied(shop);
  });

  it.each<[string, (call: EngineCall) => boolean, Reply]>([
    ['cut off when it creates', creates, 'broken'],
    ['cut off when it starts', starts, 'broken'],
    ['late when it creates', creates, late],
    ['late when it starts', starts, late],
    ['cut off when it renames', renames, 'broken'],
    ['cut off when it removes the old one', removes, 'broken'],
    ['500 when it removes the old one', removes, failing],
  ])('%s is never called done, and put right by the next run', async (_name, fits, reply) => {
    const shop = await applied(new Shop(serviceOf({})));
    shop.write(changed);
    failOnce(shop, fits, reply);

    const [end] = await shop.apply();

    expect(['failed', 'in-doubt']).toContain(end?.kind);
    await applied(shop);
    expect(shop.names()).toEqual(['shop-web-1 running']);
  });

  it.each([
    ['says so', () => 'write /var/lib: no space left on device', 'CONTAINERS_DISK_FULL'],
    ['is cut off', () => undefined, 'CONTAINERS_PULL_FAILED'],
  ])('while it fetches an image and %s, runs what ran', async (_how, error, code) => {
    const shop = await applied(new Shop(serviceOf(remote)));
    shop.digest = `sha256:${'b'.repeat(64)}`;
    shop.engine.pullError = error();
    const isPull = ({ path }: EngineCall): boolean => path === '/images/create';
    if (shop.engine.pullError === undefined) failOnce(shop, isPull, 'broken');

    expect(await shop.apply()).toMatchObject([{ kind: 'failed', failure: { code } }]);

    expect(shop.names()).toEqual(['shop-web-1 running']);
    shop.engine.pullError = undefined;
    await applied(shop);
  });

  it('does not take the end of a pull for an image', async () => {
    const shop = new Shop(serviceOf(remote));
    const half = '{"status":"Pulling fs layer"}\n{"status":"Downl';
    shop.engine.intervene = ({ path }) =>
      path === '/images/create' ? { status: 200, body: half } : undefined;

    expect(await shop.apply()).toMatchObject([
      { kind: 'failed', failure: { code: 'CONTAINERS_PULL_FAILED' } },
    ]);
    expect(shop.names()).toEqual([]);
  });

  it.each([
    ['500', failing, 'CONTAINERS_ENGINE_FAILED'],
    ['half of a list', 'broken' as const, 'CONTAINERS_NO_ANSWER'],
    ['a list that is none', { status: 200, body: 'OK' } as never, 'CONTAINERS_NO_ANSWER'],
  ])('by %s gives no plan that deletes or creates by mistake', async (_how, reply, code) => {
    const shop = await applied(new Shop(serviceOf({})));
    shop.engine.intervene = ({ path }) => (path === '/containers/json' ? reply : undefined);

    const plan = shop.plan();

    await expect(plan).rejects.toMatchObject({ family: 'transient', code });
  });
});

describe('an engine that answers oddly', () => {
  let resources: AsyncDisposableStack;
  beforeEach(() => {
    resources = new AsyncDisposableStack();
  });
  afterEach(() => resources.disposeAsync());

  async function connect(
    answer: (path: string, response: ServerResponse) => void,
  ): Promise<EngineApi> {
    const folder = await mkdtemp(join(tmpdir(), 'trueup-engine-'));
    resources.defer(() => rm(folder, { recursive: true }));
    const path = join(folder, 's');
    const server = createServer(({ url = '' }, response) => {
      if (url === '/_ping') response.setHeader('api-version', '1.41').end('OK');
      else answer(url, response);
    });
    server.listen(path);
    await once(server, 'listening');
    resources.defer(() => {
      server.closeAllConnections();
      server.close();
    });
    const client = openHttpClient({ address: { kind: 'unix', path } });
    resources.defer(() => client.close());
    return new EngineApi(client);
  }
  const { signal } = new AbortController();

  it('lists twenty thousand containers', async () => {
    const one = (index: number) => ({
      Id: `id-${index}`,
      Names: [`/c-${index}`],
      Labels: { a: 'b'.repeat(200) },
    });
    const text = JSON.stringify(Array.from({ length: 20_000 }, (_, index) => one(index)));
    const api = await connect((_path, response) => response.end(text));

    expect(await api.list(signal)).toHaveLength(20_000);
  });

  it('is not read for ever', async () => {
    const api = await connect((_path, response) => {
      const piece = Buffer.alloc(1024 * 1024, ' ');
      const more = (): void => {
        while (!response.destroyed && response.write(piece));
      };
      response.on('drain', more);
      more();
    });

    await expect(api.list(signal)).rejects.toMatchObject({ kind: 'too-long' });
  });

  it.each([
    ['no JSON', 'oops\n'],
    ['a list', '[1]\n'],
    ['a number', '5\n'],
    ['nothing', '\n\n'],
    ['half of an object', '{"Type":\n'],
    ['an object of nothing', '{}\n'],
    ['a null', 'null\n'],
  ])('has %s among its events, and what follows is seen', async (_what, odd) => {
    const api = await connect((_path, response) => response.end(`${odd}{"Type":"container"}\n`));

    const events = await Array.fromAsync(api.events({ since: 0 }, signal));

    expect(events.at(-1)).toEqual({ Type: 'container' });
  });

  it('has an event without an end, which is not kept', async () => {
    const api = await connect((_path, response) => response.write('x'.repeat(3 * 1024 * 1024)));

    await expect(Array.fromAsync(api.events({ since: 0 }, signal))).rejects.toMatchObject({
      kind: 'too-long',
    });
  });
});

describe('a watch', () => {
  it('ends with a failure of ours, instead of saying nothing for ever', async () => {
    const shop = await applied(new Shop(serviceOf({})));
    const bug = new Error('A bug.');
    shop.engine.intervene = ({ path }) => {
      if (path === '/events') throw bug;
      return undefined;
    };
    const watch = shop.provider.watch?.(shop.target, shop.inventory, shop.call());

    await expect(Array.fromAsync(watch ?? [])).rejects.toBe(bug);
  });

  it('tries again where a program could not be started', async () => {
    const shop = await applied(new Shop(serviceOf({})));
    let count = 0;
    shop.engine.intervene = ({ path }) => {
      if (path !== '/events') return undefined;
      count += 1;
      if (count === 1) throw new TransientError('PROGRAM_NO_ROOM', 'ssh: not started');
      return undefined;
    };
    const stop = new AbortController();
    const watch = shop.provider.watch?.(shop.target, shop.inventory, shop.call(stop.signal));
    const reading = Array.fromAsync(watch ?? []).catch(() => undefined);

    await expect.poll(() => shop.engine.events.readers).toBe(1);
    expect(count).toBe(2);
    stop.abort();
    await reading;
  });

  it('goes on after events that say nothing, with a list that is looked at again', async () => {
    const shop = await applied(new Shop(serviceOf({})));
    const stop = new AbortController();
    const hints: string[] = [];
    const reading = (async () => {
      const watch = shop.provider.watch?.(shop.target, shop.inventory, shop.call(stop.signal));
      for await (const id of watch ?? []) hints.push(id);
    })().catch(() => undefined);
    await expect.poll(() => shop.engine.events.readers).toBe(1);
    hints.splice(0);
    for (const odd of [{}, { Type: 5 }, { Type: 'container' }, { Type: 'container', Actor: [] }]) {
      shop.engine.events.push(odd as never);
    }
    await shop.engine.call({ method: 'POST', path: '/containers/shop-web-1/stop' }, stop.signal);

    await expect.poll(() => hints).toEqual([shop.id('shop.web')]);
    stop.abort();
    await reading;
  });
});
