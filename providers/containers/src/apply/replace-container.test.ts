import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';

import { applied, Shop, serviceOf } from '../testing/shop.ts';

const check = { test: ['CMD', 'true'], interval: '1s', timeout: '1s', retries: 1 };
const checked = { healthcheck: check };
const next = { ...checked, environment: { A: '1' } };

async function running(members: Readonly<Record<string, unknown>>): Promise<Shop> {
  const shop = await applied(new Shop(serviceOf(members)));
  await shop.health('shop.web');
  return shop;
}

describe('a container that takes the place of another one', () => {
  it('is beside it until it has shown that it works', async () => {
    const shop = await running(checked);
    const old = shop.engine.named('shop-web-1')?.id;
    const seen: (readonly string[])[] = [];
    shop.engine.intervene = ({ path }) => {
      if (path.includes('/healthcheck')) seen.push(shop.names());
      return undefined;
    };
    shop.write(serviceOf(next));

    expect(await shop.apply()).toMatchObject([{ kind: 'done' }]);

    expect(seen[0]).toEqual(['shop-web-1 running', 'shop-web-1-next running']);
    expect(shop.names()).toEqual(['shop-web-1 running']);
    expect(shop.engine.named('shop-web-1')?.id).not.toBe(old);
    expect(await shop.steps()).toEqual([]);
  });

  it.each([
    ['side by side', {}],
    ['after it was stopped', { volumes: ['data:/data'] }],
  ])('goes, and the old one runs, when it does not work: %s', async (_how, more) => {
    const rest = { volumes: { data: {} } };
    const shop = await applied(new Shop(serviceOf({ ...checked, ...more }, rest)));
    await shop.health('shop.web');
    const old = shop.engine.named('shop-web-1')?.id;
    shop.engine.behave = ({ id }) =>
      id === old ? { health: 'healthy' } : { checkEndsAs: 'unhealthy' };
    shop.write(serviceOf({ ...next, ...more }, rest));

    expect(await shop.apply()).toMatchObject([
      {
        kind: 'failed',
        failure: {
          code: 'CONTAINERS_NOT_HEALTHY',
          message: expect.stringContaining('the old container is what runs'),
        },
      },
    ]);

    expect(shop.names()).toEqual(['shop-web-1 running']);
    expect(shop.engine.named('shop-web-1')?.id).toBe(old);
  });

  it('stops the other one first where a port of the host is shared, and says that it interrupts', async () => {
    const ports = { ...checked, network_mode: undefined, ports: ['18080:8080'] };
    const shop = await running(ports);
    shop.write(serviceOf({ ...ports, environment: { A: '1' } }));

    expect(await shop.change('shop.web')).toMatchObject({ hazards: ['recreates', 'interrupts'] });
    expect(await shop.apply()).toMatchObject([{ kind: 'done' }]);
    expect(shop.names()).toEqual(['shop-web-1 running']);
  });

  it('gives way at once when somebody aborts, and the old one runs again', async () => {
    const ports = { ...checked, network_mode: undefined, ports: ['18080:8080'] };
    const shop = await running(ports);
    const stop = new AbortController();
    const reason = new Error('Superseded.');
    shop.engine.intervene = ({ path, method }) => {
      if (method === 'POST' && path === '/containers/create') stop.abort(reason);
      return undefined;
    };
    shop.write(serviceOf({ ...ports, environment: { A: '1' } }));

    await expect(shop.apply(stop.signal)).rejects.toBe(reason);

    expect(shop.names()).toEqual(['shop-web-1 running']);
  });

  it('is in doubt when the engine is lost midway, and is put right once it is back', async () => {
    const shop = await running(checked);
    shop.write(serviceOf(next));
    shop.engine.intervene = ({ path }) => {
      if (!path.endsWith('/stop')) return undefined;
      shop.engine.unplug();
      return 'broken';
    };
    expect(await shop.apply()).toMatchObject([{ kind: 'in-doubt' }]);

    shop.engine.intervene = () => undefined;
    shop.engine.plugIn();
    expect(shop.names()).toEqual(['shop-web-1 running', 'shop-web-1-next running']);
    await applied(shop);
    expect(shop.names()).toEqual(['shop-web-1 running']);
  });

  it('is taken away when a killed run left it and it does not work', async () => {
    const shop = await running(checked);
    shop.write(serviceOf(next));
    shop.engine.intervene = ({ path }) => (path.endsWith('/stop') ? 'broken' : undefined);
    await shop.apply();
    shop.engine.intervene = () => undefined;
    const left = shop.engine.named('shop-web-1-next');
    Object.assign(left ?? {}, { state: 'exited', exitCode: 1 });
    shop.engine.behave = ({ id }) => (id === left?.id ? { state: 'exited', exitCode: 1 } : {});

    await applied(shop);

    expect(shop.names()).toEqual(['shop-web-1 running']);
    expect(shop.engine.named('shop-web-1')?.id).not.toBe(left?.id);
  });

  it('runs hooks before the one stops and after the other started', async () => {
    const hooks = { post_start: [{ command: ['warm', 'up'] }], pre_stop: [{ command: ['drain'] }] };
    const shop = await running({ ...checked, ...hooks });
    const old = shop.engine.named('shop-web-1');
    shop.write(serviceOf({ ...next, ...hooks }));
    await shop.apply();

    expect(old?.hooks.map(({ Cmd }) => Cmd)).toEqual([['warm', 'up'], ['drain']]);
    expect(shop.engine.named('shop-web-1')?.hooks.map(({ Cmd }) => Cmd)).toEqual([['warm', 'up']]);
  });

  it('goes replica by replica, and grows and shrinks', async () => {
    const shop = await running({ deploy: { replicas: 3 } });
    expect(shop.names()).toEqual([
      'shop-web-1 running',
      'shop-web-2 running',
      'shop-web-3 running',
    ]);

    shop.write(serviceOf({ deploy: { replicas: 2 }, environment: { A: '1' } }));
    await applied(shop);

    expect(shop.names()).toEqual(['shop-web-1 running', 'shop-web-2 running']);
  });
});

describe('what somebody did behind our back', () => {
  it.each([
    [
      'stopped it',
      (shop: Shop) =>
        Object.assign(shop.engine.named('shop-web-1') ?? {}, { state: 'exited', exitCode: 137 }),
      'state',
    ],
    [
      'renamed it',
      (shop: Shop) => Object.assign(shop.engine.named('shop-web-1') ?? {}, { name: 'odd' }),
      'name',
    ],
    [
      'took it out of a network',
      (shop: Shop) => shop.engine.named('shop-web-1')?.networks.clear(),
      'networks',
    ],
  ])('%s is put right without another container', async (_name, act, field) => {
    const shop = await running({ network_mode: undefined });
    const id = shop.engine.named('shop-web-1')?.id;
    act(shop);

    expect(await shop.change('shop.web')).toMatchObject({
      action: 'update',
      hazards: [],
      fields: [{ path: ['containers', { number: 1 }, field] }],
    });
    await applied(shop);

    expect(shop.engine.named('shop-web-1')?.id).toBe(id);
  });

  it('is hinted at within a second, also after the engine was restarted', async () => {
    const shop = await running({});
    const stop = new AbortController();
    const hints: string[] = [];
    const reading = (async () => {
      for await (const id of shop.provider.watch?.(
        shop.target,
        shop.inventory,
        shop.call(stop.signal),
      ) ?? [])
        hints.push(id);
    })().catch(() => undefined);
    await expect.poll(() => shop.engine.events.readers).toBe(1);
    hints.splice(0);
    await shop.engine.call({ method: 'POST', path: '/containers/shop-web-1/stop' }, stop.signal);
    await expect.poll(() => hints, { timeout: 1000 }).toContain(shop.id('shop.web'));

    shop.engine.events.cut();
    hints.splice(0);
    await expect.poll(() => hints, { timeout: 5000 }).toContain(shop.id('shop.web'));
    stop.abort();
    await reading;
    await delay(0);
    expect(shop.engine.events.readers).toBe(0);
  });
});
