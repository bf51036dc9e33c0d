import { describe, expect, it } from 'vitest';

import { applied, Shop, serviceOf } from '../testing/shop.ts';

const image = 'localhost/testbed/web:1';

describe('a plan', () => {
  it('names the fields that differ, and keeps secrets sealed', async () => {
    const members = { environment: { PORT: '80', DB_PASSWORD: 'hunter2', OTHER: 'x' } };
    const shop = await applied(new Shop(serviceOf(members)));
    shop.write(serviceOf({ environment: { PORT: '81', DB_PASSWORD: 'hunter3', OTHER: 'x' } }));

    const { fields } = await shop.change('shop.web');

    expect(fields).toMatchObject([
      { path: ['environment', 'DB_PASSWORD'], sensitive: true },
      { path: ['environment', 'PORT'], before: '80', after: '81', sensitive: false },
    ]);
    expect(JSON.stringify(fields)).not.toContain('hunter');
  });

  it('writes no secret into a label', async () => {
    const shop = new Shop(
      serviceOf(
        { environment: { A: `x-$\{key}` }, secrets: ['s'] },
        { secrets: { s: { content: `$\{key}` } } },
      ),
    );
    shop.inputs = { key: { value: 'hunter2', sensitive: true } };
    await applied(shop);

    const labels = JSON.stringify(shop.engine.named('shop-web-1')?.asked['Labels']);

    expect(labels).not.toContain('hunter2');
    expect(labels).not.toContain(Buffer.from('hunter2').toString('base64').slice(0, -1));
  });

  it('is about each host by itself', async () => {
    const shop = await applied(new Shop(serviceOf({}), { hosts: ['edge-1', 'edge-2'] }));
    shop.others.get('edge-2')?.containers.clear();

    expect(await shop.steps()).toEqual(['create Service/edge-2/shop.web']);
  });

  it('begins with what others wait for, and waits for their health where that is asked', async () => {
    const services = {
      web: {
        image,
        depends_on: {
          db: { condition: 'service_healthy' },
          cache: { condition: 'service_started' },
          init: { condition: 'service_completed_successfully' },
        },
      },
      db: { image },
      cache: { image },
      init: { image },
    };
    const { resources } = await new Shop(JSON.stringify({ name: 'shop', services })).prepare();
    const web = resources.find(({ id }) => id.endsWith('shop.web'));

    expect(web?.position).toEqual({ wave: 0, rank: 2 });
    expect([...(web?.dependsOn ?? [])].sort()).toEqual([
      'Job/edge-1/shop.init',
      'Network/edge-1/shop_default',
      'Service/edge-1/shop.db',
    ]);
    expect(resources.find(({ id }) => id.endsWith('shop.init'))?.executes).toBe('changed');
  });

  it('makes anew what lives in the network of a container that is made anew', async () => {
    const compose = (value: string): string =>
      JSON.stringify({
        name: 'shop',
        services: {
          vpn: { image, network_mode: 'none', environment: { A: value } },
          app: { image, network_mode: 'service:vpn' },
        },
      });
    const shop = await applied(new Shop(compose('1')));
    const parent = shop.engine.named('shop-vpn-1')?.id;
    expect(shop.engine.named('shop-app-1')?.asked['HostConfig']).toMatchObject({
      NetworkMode: `container:${parent}`,
    });
    shop.write(compose('2'));

    expect(await shop.change('shop.app')).toMatchObject({
      action: 'update',
      fields: [{ path: ['parents', 'Service/edge-1/shop.vpn'], unknown: true }],
    });
    await shop.apply();
    await applied(shop);
  });

  it('replaces a network, and brings back who was in it', async () => {
    const network = (internal: boolean): string =>
      serviceOf(
        { network_mode: undefined, networks: ['back'] },
        { networks: { back: { internal } } },
      );
    const shop = await applied(new Shop(network(false)));
    shop.write(network(true));

    expect(await shop.change('shop_back', { kind: 'Network' })).toMatchObject({
      action: 'replace',
      hazards: ['recreates', 'interrupts'],
      fields: [{ path: ['internal'], before: false, after: true }],
    });
    await applied(shop);
    expect([...(shop.engine.named('shop-web-1')?.networks.keys() ?? [])]).toEqual(['shop_back']);
  });

  it('tells what others have to make first', async () => {
    const rest = {
      networks: { back: { external: true } },
      volumes: { data: { external: true, name: 'nas' } },
    };
    const shop = new Shop(
      serviceOf({ network_mode: undefined, networks: ['back'], volumes: ['data:/d'] }, rest),
    );
    const codes = (await shop.plan()).diagnostics.map(({ code, summary }) => `${code} ${summary}`);

    expect(codes).toEqual([
      expect.stringMatching(/CONTAINERS_EXTERNAL_MISSING .*network back/),
      expect.stringMatching(/CONTAINERS_EXTERNAL_MISSING .*volume nas/),
    ]);
    shop.engine.networks.set('back', { Name: 'back' });
    shop.engine.volumes.set('nas', { Name: 'nas' });
    expect((await shop.plan()).diagnostics).toEqual([]);
  });

  it('refuses what another stack owns', async () => {
    const shop = await applied(new Shop(serviceOf({})));
    shop.stack = { ...shop.stack, owner: 'another' };

    expect((await shop.plan()).diagnostics).toMatchObject([
      { code: 'CONTAINERS_OWNED_BY_ANOTHER' },
    ]);
  });
});

describe('a job', () => {
  const job = (value: string): string =>
    serviceOf({ environment: { A: value }, 'x-trueup': { execute: 'changed' } });

  it('runs once for each content', async () => {
    const shop = new Shop(job('1'));
    shop.engine.behave = () => ({ state: 'exited', exitCode: 0 });
    expect(await shop.steps()).toEqual(['execute Job/edge-1/shop.web']);
    await applied(shop);

    shop.write(job('2'));
    expect(await shop.steps()).toEqual(['execute Job/edge-1/shop.web']);
  });

  it('has failed when it did, and is not in doubt about it', async () => {
    const shop = new Shop(job('1'));
    shop.engine.behave = () => ({ state: 'exited', exitCode: 7 });

    expect(await shop.apply()).toMatchObject([
      {
        kind: 'failed',
        failure: { code: 'CONTAINERS_JOB_FAILED', message: expect.stringContaining('7') },
      },
    ]);
  });

  it('that still runs is waited for, not started a second time', async () => {
    const shop = new Shop(job('1'));
    const first = shop.apply();
    await expect.poll(() => shop.names()).toEqual(['shop-web-1 running']);
    const second = shop.apply();
    await new Promise((resolve) => setTimeout(resolve, 5));
    Object.assign(shop.engine.named('shop-web-1') ?? {}, { state: 'exited', exitCode: 0 });

    expect([...(await first), ...(await second)]).toMatchObject([
      { kind: 'done' },
      { kind: 'done' },
    ]);
    expect(shop.engine.calls.filter(({ path }) => path === '/containers/create')).toHaveLength(1);
  });

  it('that cannot say whether it ran is in doubt', async () => {
    const shop = new Shop(job('1'));
    shop.engine.intervene = ({ path }) => (path.endsWith('/start') ? 'broken' : undefined);
    const [end] = await shop.apply();

    expect(end).toMatchObject({ kind: 'in-doubt', failure: { code: 'CONTAINERS_NO_ANSWER' } });
  });
});
