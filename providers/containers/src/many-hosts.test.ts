/** A target of many hosts, of which one is lost: the others go on, and what is left out is said. */
import { describe, expect, it } from 'vitest';

import { EngineGoneError } from './containers-client.ts';
import { applied, Shop, serviceOf } from './testing/shop.ts';

const hosts = ['edge-1', 'edge-2', 'edge-3'];
const changed = serviceOf({ environment: { A: '1' } });

const losses: readonly (readonly [string, EngineGoneError, string])[] = [
  ['out of reach', new EngineGoneError('unreached', 'ECONNREFUSED'), 'CONTAINERS_UNREACHABLE'],
  ['silent', new EngineGoneError('timed-out', '30000 ms'), 'CONTAINERS_NO_ANSWER'],
  [
    'another one than known',
    new EngineGoneError('untrusted', 'SSH_HOST_KEY_CHANGED'),
    'CONTAINERS_UNTRUSTED',
  ],
  ['closed to us', new EngineGoneError('refused', 'SSH_KEY_REFUSED'), 'CONTAINERS_LOGIN_REFUSED'],
];

async function everywhere(): Promise<Shop> {
  return applied(new Shop(serviceOf({}), { hosts }));
}

describe.each(losses)('a host that is %s', (_name, loss, code) => {
  it('does not keep the others from being planned and applied', async () => {
    const shop = await everywhere();
    shop.others.get('edge-2')?.unplug(loss);
    shop.write(changed);

    const { changes, coverage, diagnostics } = await shop.plan();

    expect(changes.filter(({ action }) => action !== 'none').map(({ id }) => id)).toEqual([
      'Service/edge-1/shop.web',
      'Service/edge-3/shop.web',
    ]);
    expect(coverage.gaps).toMatchObject([
      {
        subject: 'Service/edge-2/shop.web',
        extent: 'partial',
        message: expect.stringContaining('edge-2: the engine'),
      },
      { extent: 'partial', message: expect.stringContaining('edge-2: what the stack has there') },
    ]);
    expect(diagnostics).toMatchObject([{ severity: 'warning', code }]);
    expect(await shop.apply()).toMatchObject([{ kind: 'done' }, { kind: 'done' }]);
  });

  it('is planned once it answers again', async () => {
    const shop = await everywhere();
    const lost = shop.others.get('edge-2');
    lost?.unplug(loss);
    shop.write(changed);
    await shop.apply();
    lost?.plugIn();

    expect(await shop.steps()).toEqual(['update Service/edge-2/shop.web']);
    await applied(shop);
  });

  it('is told as the failure where it is the only one of a stack', async () => {
    const shop = await everywhere();
    shop.stack = { ...shop.stack, settings: { hosts: ['edge-2'] } };
    shop.inventory.splice(0);
    shop.others.get('edge-2')?.unplug(loss);

    await expect(shop.plan()).rejects.toMatchObject({ code });
  });
});

describe('a host that is lost', () => {
  it('leaves the target the one that was approved', async () => {
    const shop = await everywhere();
    const { targetIdentity } = await shop.plan();
    shop.others.get('edge-2')?.unplug();

    expect((await shop.plan()).targetIdentity).toBe(targetIdentity);
  });

  it('leaves out of a survey only what lies on it, and discovers nothing by halves', async () => {
    const shop = await everywhere();
    const { stack, target } = shop;
    const ids = hosts.map((scope) => shop.id('shop.web', { scope }));
    shop.others.get('edge-2')?.unplug();

    const survey = await shop.provider.survey?.(target, { stack, ids }, shop.call());

    expect(survey?.inventory).toEqual([ids[0], ids[2]]);
    expect(survey?.observed.map(({ id, body }) => [id, body['kind']])).toEqual([
      [ids[0], 'Service'],
      [ids[1], 'Unreachable'],
      [ids[2], 'Service'],
    ]);
    await expect(shop.provider.discover(target, stack, shop.call())).rejects.toMatchObject({
      code: 'CONTAINERS_UNREACHABLE',
    });
  });

  it('loses nothing of the stack: neither a delete nor a create is planned for it', async () => {
    const shop = await everywhere();
    shop.others.get('edge-2')?.unplug();
    shop.stack = { ...shop.stack, settings: { hosts: ['edge-1'] } };

    expect(await shop.steps()).toEqual(['delete Service/edge-3/shop.web']);
  });

  it('is hinted at by the watch when it is back', async () => {
    const shop = await everywhere();
    const lost = shop.others.get('edge-2');
    lost?.unplug();
    const stop = new AbortController();
    const hints: string[] = [];
    const reading = (async () => {
      const watch = shop.provider.watch?.(shop.target, shop.inventory, shop.call(stop.signal));
      for await (const id of watch ?? []) hints.push(id);
    })().catch(() => undefined);
    await expect.poll(() => shop.engine.events.readers).toBe(1);
    hints.splice(0);
    lost?.plugIn();

    await expect.poll(() => lost?.events.readers).toBe(1);
    await expect.poll(() => hints).toContain(shop.id('shop.web', { scope: 'edge-2' }));
    stop.abort();
    await reading;
  });
});
