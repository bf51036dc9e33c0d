/** The traps of engines that show only when something is written or watched, each a test that it is not fallen into. */
import { readObject } from '@trueup/diagnostics';
import { describe, expect, it, vi } from 'vitest';

import type { EngineCall } from './containers-client.ts';
import { applied, Shop, serviceOf } from './testing/shop.ts';

const networked = { network_mode: undefined, networks: ['back'] };
const withNetwork = serviceOf(networked, { networks: { back: {} } });
const remote = { image: 'registry.example.com/shop/web:1' };

describe('a write that engines answer in their own ways', () => {
  it.each(['podman', 'docker'] as const)(
    'says that a network is there already, on %s',
    async (dialect) => {
      const shop = new Shop(withNetwork, { dialect });
      const prepared = await shop.prepare();
      const { changes } = await shop.plan(prepared);
      const change = changes.filter(({ id }) => id.startsWith('Network'));
      shop.engine.intervene = ({ path }) =>
        path === '/networks/create'
          ? { status: 500, body: { message: 'network already exists' } }
          : undefined;

      const ends = await Array.fromAsync(
        shop.provider.apply(
          shop.target,
          { stack: shop.stack, changes: change, prepared },
          shop.call(),
        ),
      );

      expect(ends).toMatchObject([
        { kind: 'failed', failure: { message: expect.stringContaining('the name is taken') } },
      ]);
    },
  );

  it('takes 304 for what it is: it runs, or it is stopped, as was asked', async () => {
    const shop = await applied(new Shop(serviceOf({})));
    const { signal } = shop.call();
    shop.engine.intervene = ({ path }) =>
      /\/(?:start|stop)$/.test(path) ? { status: 304, body: undefined } : undefined;
    shop.write(serviceOf({ environment: { A: '1' } }));

    expect((await shop.apply())[0]?.kind).not.toBe('in-doubt');
    shop.engine.intervene = () => undefined;
    await shop.engine.call({ method: 'POST', path: '/containers/shop-web-1/start' }, signal);
    await applied(shop);
  });

  it.each([
    ['network', withNetwork, 'Network'],
    ['container', serviceOf({}), 'Service'],
  ])('takes a %s that is gone already for removed', async (_what, compose, kind) => {
    const shop = await applied(new Shop(compose));
    const prepared = await shop.prepare();
    shop.write(serviceOf({ 'x-trueup': undefined }).replace('"web"', '"other"'));
    const later = await shop.prepare();
    const { changes } = await shop.plan(later);
    const gone = changes.filter(({ id, action }) => id.startsWith(kind) && action === 'delete');
    expect(gone).toHaveLength(1);
    shop.engine.intervene = ({ method }) =>
      method === 'DELETE' ? { status: 404, body: { message: 'not found' } } : undefined;

    const ends = await Array.fromAsync(
      shop.provider.apply(shop.target, { stack: shop.stack, changes: gone, prepared }, shop.call()),
    );

    expect(ends.at(-1)).toMatchObject({ kind: 'done' });
  });

  it('comes again for a network that somebody still uses', async () => {
    const shop = await applied(new Shop(withNetwork));
    shop.write(serviceOf({}));
    shop.engine.intervene = ({ method, path }) =>
      method === 'DELETE' && path.startsWith('/networks/')
        ? { status: 500, body: { message: 'network has associated containers with it' } }
        : undefined;

    expect(await shop.apply()).toContainEqual(
      expect.objectContaining({
        kind: 'failed',
        failure: expect.objectContaining({ family: 'transient', code: 'CONTAINERS_BUSY' }),
      }),
    );
  });

  it('says of an image that went between plan and start that it is missing', async () => {
    const shop = new Shop(serviceOf({}));
    shop.engine.intervene = ({ path }) => {
      if (path === '/containers/create') shop.engine.images.clear();
      return undefined;
    };

    expect(await shop.apply()).toMatchObject([
      { kind: 'failed', failure: { code: 'CONTAINERS_IMAGE_MISSING' } },
    ]);
  });

  it('asks no engine what a registry has: Podman knows no such call', async () => {
    const shop = await applied(new Shop(serviceOf(remote)));

    expect(shop.engine.calls.filter(({ path }) => path.startsWith('/distribution'))).toEqual([]);
  });
});

describe('a login at a registry', () => {
  it.each<[string, object]>([
    ['a:b', { username: 'a', password: 'b' }],
    ['{"username":"a","password":"bb"}', { username: 'a', password: 'bb' }],
    ['{"token":"tt"}', { registrytoken: 'tt' }],
    ['token-of-some-length', {}],
  ])(
    '%j is sent as JSON in base64, filled up, to that registry alone',
    async (secret, expected) => {
      const shop = new Shop(serviceOf(remote));
      const registries = { 'registry.example.com': secret, 'other.example.com': 'x:y' };
      Object.assign(shop.target.settings, { registries });
      const sent: EngineCall[] = [];
      shop.engine.intervene = (call) => {
        if (call.path === '/images/create') sent.push(call);
        return undefined;
      };
      await applied(shop);

      const header = sent[0]?.headers?.['x-registry-auth'] ?? '';

      expect(header.length % 4).toBe(0);
      expect(header).toMatch(/^[\w-]+=*$/);
      const login = JSON.parse(Buffer.from(header, 'base64url').toString());
      expect(login).toMatchObject({ ...expected, serveraddress: 'registry.example.com' });
    },
  );

  it('is not sent where there is none', async () => {
    const shop = await applied(new Shop(serviceOf(remote)));
    const pull = shop.engine.calls.find(({ path }) => path === '/images/create');

    expect(Object.keys(pull?.headers ?? {})).toEqual([]);
  });
});

describe('what an engine says in its events', () => {
  async function hintsOf(shop: Shop, events: readonly object[]): Promise<readonly string[]> {
    const stop = new AbortController();
    const hints: string[] = [];
    const reading = (async () => {
      const watch = shop.provider.watch?.(shop.target, shop.inventory, shop.call(stop.signal));
      for await (const id of watch ?? []) hints.push(id);
    })().catch(() => undefined);
    await vi.waitUntil(() => shop.engine.events.readers === 1);
    hints.splice(0);
    for (const event of [...events, { Type: 'volume', Action: 'prune', Actor: { ID: 'end' } }]) {
      shop.engine.events.push(event as never);
    }
    const volume = shop.id('shop_data', { kind: 'Volume' });
    await vi.waitUntil(() => hints.includes(volume));
    stop.abort();
    await reading;
    return hints.filter((id) => id !== volume);
  }
  const compose = serviceOf({ volumes: ['data:/data'] }, { volumes: { data: {} } });
  const of = (shop: Shop, action: string) => ({
    Type: 'container',
    Action: action,
    Actor: { ID: 'x', Attributes: readObject(shop.engine.named('shop-web-1')?.asked['Labels']) },
  });

  it.each([
    'die',
    'destroy',
    'remove',
    'rename',
    'kill',
    'oom',
    'health_status: unhealthy',
    'update',
  ])('is a hint when a container of ours does this: %s', async (action) => {
    const shop = await applied(new Shop(compose));

    expect(await hintsOf(shop, [of(shop, action)])).toEqual([shop.id('shop.web')]);
  });

  it.each(['exec_create: sh', 'exec_died', 'attach', 'top', 'resize', 'health_status: running'])(
    'is none when nothing changes by it: %s',
    async (action) => {
      const shop = await applied(new Shop(compose));

      expect(await hintsOf(shop, [of(shop, action)])).toEqual([]);
    },
  );

  it('is none about containers of others', async () => {
    const shop = await applied(new Shop(compose));
    const labels = { 'com.docker.compose.project': 'shop', 'com.docker.compose.service': 'other' };

    expect(
      await hintsOf(shop, [
        { Type: 'container', Action: 'die', Actor: { ID: 'y', Attributes: labels } },
      ]),
    ).toEqual([]);
  });
});

describe('what is beside us on a host', () => {
  it('stays: other containers of the project, other volumes, images', async () => {
    const withVolume = (members: object): string =>
      serviceOf({ volumes: ['data:/d'], ...members }, { volumes: { data: {} } });
    const shop = await applied(new Shop(withVolume({})));
    const labels = {
      'com.docker.compose.project': 'shop',
      'com.docker.compose.service': 'by-hand',
    };
    const body = { Image: 'localhost/testbed/web:2', Labels: labels };
    await shop.engine.call(
      { method: 'POST', path: '/containers/create', query: { name: 'shop-by-hand-1' }, body },
      shop.call().signal,
    );
    shop.engine.volumes.set('shop_other', { Name: 'shop_other', Labels: {} });
    const images = shop.engine.images.size;
    shop.write(withVolume({ environment: { A: '1' } }));
    await applied(shop);

    expect(shop.names()).toEqual(['shop-by-hand-1 created', 'shop-web-1 running']);
    expect([...shop.engine.volumes.keys()].sort()).toEqual(['shop_data', 'shop_other']);
    expect(shop.engine.images.size).toBe(images);
  });
});

describe('a container that ended', () => {
  it('is the same before and after Podman has cleaned up, which calls it `stopped` at first', async () => {
    const shop = await applied(new Shop(serviceOf({ restart: 'no' })));
    const container = shop.engine.named('shop-web-1');
    const look = async (restartCount: number) => {
      Object.assign(container ?? {}, { state: 'exited', restartCount });
      const request = { ids: [shop.id('shop.web')] };
      const [found] = await shop.provider.observe(shop.target, request, shop.call());
      return [found?.version, JSON.stringify(found?.body).replace(/"RestartCount":\d+/, '')];
    };

    expect(await look(1)).toEqual(await look(0));
  });

  it.each([
    ['on-failure:3', 1, 'failed'],
    ['on-failure:3', 0, 'current'],
    ['unless-stopped', 143, 'failed'],
    ['always', 137, 'failed'],
    ['no', 0, 'current'],
  ])('under %s with code %d is %s', async (restart, exitCode, status) => {
    const shop = await applied(new Shop(serviceOf({ restart })));
    Object.assign(shop.engine.named('shop-web-1') ?? {}, {
      state: 'exited',
      exitCode,
      restartCount: 3,
    });

    expect(await shop.health('shop.web')).toMatchObject({ status });
  });

  it('by a hook that failed is not kept, and the old one runs', async () => {
    const shop = await applied(new Shop(serviceOf({})));
    const old = shop.engine.named('shop-web-1')?.id;
    shop.engine.hookCode = 7;
    shop.write(serviceOf({ post_start: [{ command: ['warm'] }] }));

    expect(await shop.apply()).toMatchObject([
      {
        kind: 'failed',
        failure: { code: 'CONTAINERS_HOOK_FAILED', message: expect.stringContaining('code 7') },
      },
    ]);
    expect(shop.names()).toEqual(['shop-web-1 running']);
    expect(shop.engine.named('shop-web-1')?.id).toBe(old);
  });
});
