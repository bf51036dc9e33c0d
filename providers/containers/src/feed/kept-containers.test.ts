import { describe, expect, it } from 'vitest';

import { EngineGoneError } from '../containers-client.ts';
import { applied, Shop, serviceOf } from '../testing/shop.ts';
import { KeptContainers } from './kept-containers.ts';

const minuteMs = 60_000;

async function watched(replicas = 3): Promise<Shop> {
  const shop = await applied(new Shop(serviceOf({ deploy: { replicas } })));
  await shop.watch();
  await shop.plan();
  return shop;
}

/** What the engine is asked about containers meanwhile: `list`, `inspect`. */
async function asked(shop: Shop, act: () => Promise<unknown>): Promise<readonly string[]> {
  const before = shop.engine.calls.length;
  await act();
  return shop.engine.calls.slice(before).flatMap(({ path, method }) => {
    if (method !== 'GET' || !/^\/containers\/.*json$/.test(path)) return [];
    return [path === '/containers/json' ? 'list' : 'inspect'];
  });
}

/** What the engine has said has arrived. */
async function arrived(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 0));
}

const nothing: readonly string[] = [];

function silence(shop: Shop): void {
  shop.engine.events.push = () => undefined;
}

function stop(shop: Shop, name: string): void {
  Object.assign(shop.engine.named(name) ?? {}, { state: 'exited', exitCode: 1 });
}

describe('a stack that is watched', () => {
  it('is planned again without a look at its containers, with a sign of life', async () => {
    const shop = await watched();
    const before = shop.engine.calls.length;

    expect(await asked(shop, async () => expect(await shop.steps()).toEqual([]))).toEqual(nothing);
    const pings = shop.engine.calls.slice(before).filter(({ path }) => path === '/_ping');
    expect(pings).toHaveLength(2);
  });

  it('is looked at each time where nobody watches', async () => {
    const shop = await applied(new Shop(serviceOf({ deploy: { replicas: 2 } })));
    await shop.plan();

    expect(await asked(shop, () => shop.plan())).toEqual(['list', 'inspect', 'inspect']);
  });

  it('is looked at again where an event says so, and there only', async () => {
    const shop = await watched();
    const rename = '/containers/shop-web-2/rename';
    const query = { name: 'by-hand' };
    await shop.engine.call({ method: 'POST', path: rename, query }, new AbortController().signal);
    await arrived();

    const steps = async () =>
      expect(await shop.steps()).toEqual(['update Service/edge-1/shop.web']);
    expect(await asked(shop, steps)).toEqual(['inspect']);
  });

  it('is listed again where a container came or went', async () => {
    const shop = await watched();
    const path = '/containers/shop-web-3';
    await shop.engine.call({ method: 'DELETE', path }, new AbortController().signal);
    await arrived();

    const steps = async () =>
      expect(await shop.steps()).toEqual(['update Service/edge-1/shop.web']);
    expect(await asked(shop, steps)).toEqual(['list']);
  });

  it.each([
    ['a line that is no event', 'oops'],
    ['half of an event', '{"Type":"container"'],
    ['an event of an unknown type', '{"Type":"quark","Action":"create"}'],
    ['an unknown thing that a container does', '{"Type":"container","Action":"dance"}'],
    ['a container without an id', '{"Type":"container","Action":"die","Actor":{"ID":"x"}}'],
    ['a daemon that reads its settings', '{"Type":"daemon","Action":"reload"}'],
  ])('is looked at anew after %s', async (_what, line) => {
    const shop = await watched(2);
    shop.engine.events.say(line);
    await arrived();

    expect(await asked(shop, () => shop.plan())).toEqual(['list', 'inspect', 'inspect']);
    expect(await asked(shop, () => shop.plan())).toEqual(nothing);
  });

  it('is not disturbed by commands within containers, images and volumes', async () => {
    const shop = await watched();
    const id = shop.engine.named('shop-web-1')?.id ?? '';
    for (const [Type, Action] of [
      ['container', 'exec_create: sh'],
      ['container', 'exec_died'],
      ['image', 'pull'],
      ['volume', 'prune'],
      ['network', 'create'],
    ] as const) {
      shop.engine.events.push({ Type, Action, Actor: { ID: id } });
    }
    await arrived();

    expect(await asked(shop, () => shop.plan())).toEqual(nothing);
  });

  it.each(['a', 'b'])('is seen as Docker and Podman tell of networks, %s', async (dialect) => {
    const shop = await watched();
    const id = shop.engine.named('shop-web-1')?.id ?? '';
    const network = 'f'.repeat(64);
    const Actor =
      dialect === 'a' ? { ID: network, Attributes: { container: id } } : { ID: id, Attributes: {} };
    shop.engine.events.push({ Type: 'network', Action: 'disconnect', Actor });
    await arrived();

    expect(await asked(shop, () => shop.plan())).toEqual(['inspect']);
  });

  it('is looked at while its events are lost, and until the stream stands again', async () => {
    const shop = await watched(1);
    let isBroken = true;
    shop.engine.intervene = ({ path }) =>
      isBroken && path === '/events' ? new EngineGoneError('broken', 'ECONNRESET') : undefined;
    shop.engine.events.cut();
    await arrived();
    silence(shop);
    stop(shop, 'shop-web-1');

    expect(await shop.steps()).toEqual(['update Service/edge-1/shop.web']);
    expect(await asked(shop, () => shop.plan())).toEqual(['list', 'inspect']);
    const accepted = shop.engine.events.accepted();
    isBroken = false;
    await accepted;
    expect(await asked(shop, () => shop.plan())).toEqual(['list', 'inspect']);
    expect(await asked(shop, () => shop.plan())).toEqual(nothing);
  });

  it('is not taken for well where its engine does not answer', async () => {
    const shop = await watched();
    shop.engine.freeze();
    const left = new AbortController();
    const ids = shop.inventory;
    const observing = shop.provider.observe(shop.target, { ids }, shop.call(left.signal));
    await arrived();
    left.abort(new Error('Too long.'));

    await expect(observing).rejects.toThrow('Too long.');
  });

  it('shows after a minute what no event told', async () => {
    const shop = await watched();
    silence(shop);
    stop(shop, 'shop-web-2');
    expect(await shop.steps()).toEqual([]);
    shop.pass(minuteMs);

    const steps = async () =>
      expect(await shop.steps()).toEqual(['update Service/edge-1/shop.web']);
    expect(await asked(shop, steps)).toEqual(['list', 'inspect']);
  });

  it('shows after ten minutes what neither an event nor a list tells', async () => {
    const shop = await watched();
    const container = shop.engine.named('shop-web-2');
    if (container) container.memory = 5;
    shop.pass(9 * minuteMs);
    expect(await shop.steps()).toEqual([]);
    shop.pass(minuteMs);

    expect(await shop.steps()).toEqual(['update Service/edge-1/shop.web']);
  });

  it('is seen at once as a write of ours has left it, before events tell', async () => {
    const shop = await watched();
    silence(shop);
    shop.write(serviceOf({ deploy: { replicas: 3 }, environment: { A: '1' } }));

    await applied(shop);
    expect(shop.names()).toEqual([
      'shop-web-1 running',
      'shop-web-2 running',
      'shop-web-3 running',
    ]);
  });

  it('is applied by a look of its own', async () => {
    const shop = await watched(1);
    silence(shop);
    shop.write(serviceOf({ environment: { A: '1' } }));
    const prepared = await shop.prepare();
    stop(shop, 'shop-web-1');
    const { changes } = await shop.plan(prepared);
    const request = { stack: shop.stack, changes, prepared };

    const outcomes = await Array.fromAsync(shop.provider.apply(shop.target, request, shop.call()));
    expect(outcomes).toMatchObject([{ kind: 'moved' }]);
  });

  it('shares one stream with others, and keeps nothing after the last one', async () => {
    const shop = await applied(new Shop(serviceOf({})));
    const leave = await shop.watch();
    const leaveToo = await shop.watch();
    await shop.plan();
    expect(shop.engine.events.readers).toBe(1);
    await leave();
    expect(await asked(shop, () => shop.plan())).toEqual(nothing);
    await leaveToo();

    expect(shop.engine.events.readers).toBe(0);
    expect(await asked(shop, () => shop.plan())).toEqual(['list', 'inspect']);
  });

  it('shares it with another target that calls the same engine otherwise', async () => {
    const shop = await applied(new Shop(serviceOf({})));
    const leave = await shop.watch();
    const other = { name: 'other', settings: { hosts: { another: 'unix:///run/edge-1' } } };
    const leaving = new AbortController();
    const hints = shop.provider.watch?.(other, [shop.id('shop.web', { scope: 'another' })], {
      ...shop.call(leaving.signal),
    });
    await hints?.[Symbol.asyncIterator]().next();

    expect(shop.engine.events.readers).toBe(1);
    leaving.abort(new Error('Enough.'));
    await leave();
  });

  it('follows events from a moment of the clock of its engine', async () => {
    const shop = await applied(new Shop(serviceOf({})));
    const at = Date.parse('2020-01-01T00:00:10Z');
    shop.engine.intervene = ({ path }) =>
      path === '/_ping' ? { status: 200, body: undefined, at } : undefined;
    await shop.watch();

    const stream = shop.engine.calls.find(({ path }) => path === '/events');
    expect(stream?.query).toEqual({ since: String(at / 1000 - 1) });
  });
});

describe('what is kept', () => {
  const id = 'a'.repeat(64);
  const die = { Type: 'container', Action: 'die', Actor: { ID: id } };
  const always = (): boolean => true;

  function kept(): KeptContainers {
    const containers = new KeptContainers(() => 0);
    containers.cover();
    return containers;
  }

  it.each<[string, (one: KeptContainers) => void]>([
    ['an event comes', (one) => one.note(die)],
    ['a write begins', (one) => one.dropAll()],
    ['the stream breaks', (one) => one.uncover()],
    [
      'the stream breaks and stands again',
      (one) => {
        one.uncover();
        one.cover();
      },
    ],
  ])('is nothing that was being read while %s', async (_what, happens) => {
    const containers = kept();
    const answer = Promise.withResolvers<{ body: object; agrees: () => boolean }>();
    const row = Promise.withResolvers<readonly { Id: string }[]>();
    const reading = containers.inspect(id, () => answer.promise as never, always);
    const listing = containers.list(() => row.promise);
    happens(containers);
    answer.resolve({ body: {}, agrees: always });
    row.resolve([{ Id: id }]);
    await Promise.all([reading, listing]);

    expect(containers.holds.containers).toBe(0);
  });

  it('is what was read under a stream that stands', async () => {
    const containers = kept();
    const read = async () => ({ body: { a: 'b' }, agrees: always });
    await containers.inspect(id, read, always);

    expect(containers.holds.containers).toBe(1);
    expect(await containers.inspect(id, read, always)).toMatchObject({ isKept: true });
  });

  it('is nothing of a look that failed, or found nothing', async () => {
    const containers = kept();
    await containers.inspect(id, async () => undefined, always);
    const failing = containers.inspect(id, () => Promise.reject(new Error('Gone.')), always);

    await expect(failing).rejects.toThrow('Gone.');
    expect(containers.holds).toEqual({ containers: 0, size: 0 });
  });

  it('is bounded in number and size, and weighs nothing once it is dropped', async () => {
    const many = kept();
    const small = { body: { a: 'b' }, agrees: always };
    for (let index = 0; index < 2100; index += 1) {
      await many.inspect(`${index}`, async () => small, always);
    }
    const large = kept();
    const big = { body: { a: 'x'.repeat(1024 * 1024) }, agrees: always };
    for (let index = 0; index < 20; index += 1) {
      await large.inspect(`${index}`, async () => big, always);
    }

    expect(many.holds.containers).toBe(2000);
    expect(large.holds.containers).toBe(15);
    expect(large.holds.size).toBeLessThan(16 * 1024 * 1024);
    await large.list(async () => []);
    expect(large.holds.containers).toBe(0);
    large.uncover();
    expect(large.holds).toEqual({ containers: 0, size: 0 });
  });

  it('is listed again ahead of time where somebody looks', async () => {
    const containers = kept();
    let lists = 0;
    const read = async () => {
      lists += 1;
      return [];
    };
    await containers.renew(read);
    await containers.list(read);
    await containers.renew(read);
    expect(lists).toBe(1);
    await containers.list(read);
    await containers.renew(read);

    expect(lists).toBe(2);
  });
});
