/** Every trap that was found by running engines and compose, as a test that it is not fallen into. */
import { readObject, readText } from '@trueup/diagnostics';
import { describe, expect, it } from 'vitest';

import { applied, Shop, serviceOf } from './testing/shop.ts';

describe('what came back is never compared with what was sent', () => {
  it.each<[string, Readonly<Record<string, unknown>>]>([
    ['variables of the image and the engine', { environment: { A: 'b', PATH: '/mine' } }],
    ['labels of the image', { labels: { tier: 'web' } }],
    [
      'mounts of volumes and tmpfs',
      { volumes: ['data:/data:rw', { type: 'tmpfs', target: '/t' }] },
    ],
    ['capabilities that are spelt out', { cap_drop: ['ALL'] }],
    ['processors and memory that grow a swap', { cpus: 0.5, mem_limit: '64m' }],
    [
      'options of logging that get lost',
      { logging: { driver: 'json-file', options: { 'max-size': '1m' } } },
    ],
    ['ports without an address', { ports: ['18080:8080'], network_mode: undefined }],
    ['limits that the engine adds', { ulimits: { nofile: 1024 }, pids_limit: 100 }],
    [
      'networks behind `bridge`, with an alias of the id',
      { network_mode: undefined, networks: ['back'] },
    ],
  ])('%s', async (_name, members) => {
    const rest = { volumes: { data: {} }, networks: { back: {} } };
    const shop = new Shop(serviceOf(members, rest));

    await applied(shop);
  });
});

describe('Podman and Docker', () => {
  it('takes no identity from Podman, whose id is another one each time', async () => {
    const shop = new Shop(serviceOf({}));

    expect((await shop.plan()).targetIdentity).toBe((await shop.plan()).targetIdentity);
  });

  it.each(['podman', 'docker'] as const)('says that a name is taken, on %s', async (dialect) => {
    const shop = new Shop(serviceOf({}), { dialect });
    const body = { Image: 'localhost/testbed/web:1', Labels: {} };
    await shop.engine.call(
      { method: 'POST', path: '/containers/create', query: { name: 'shop-web-1' }, body },
      shop.call().signal,
    );

    expect(await shop.apply()).toMatchObject([
      {
        kind: 'failed',
        failure: {
          code: expect.stringMatching(/CONTAINERS_(REFUSED|BUSY)/),
          message: expect.stringContaining('the name is taken'),
        },
      },
    ]);
  });

  it('takes a container of a taken port away again: it stays `created` otherwise', async () => {
    const ports = { ports: ['18080:8080'], network_mode: 'host' };
    const shop = new Shop(serviceOf(ports));
    const host = { PortBindings: { '8080/tcp': [{ HostPort: '18080' }] } };
    const body = { Image: 'localhost/testbed/web:1', HostConfig: host };
    const { signal } = shop.call();
    await shop.engine.call(
      { method: 'POST', path: '/containers/create', query: { name: 'x' }, body },
      signal,
    );
    await shop.engine.call({ method: 'POST', path: '/containers/x/start' }, signal);

    expect(await shop.apply()).toMatchObject([
      { kind: 'failed', failure: { message: expect.stringContaining('a port is taken') } },
    ]);
    expect(shop.names()).toEqual(['x running']);
  });

  it('does not take a volume for its own that was there before: creating answers 201 all the same', async () => {
    const shop = new Shop(serviceOf({ volumes: ['data:/data'] }, { volumes: { data: {} } }));
    const prepared = await shop.prepare();
    const { changes } = await shop.plan(prepared);
    shop.engine.volumes.set('shop_data', { Name: 'shop_data', Labels: { mine: 'yes' } });
    const change = changes.filter(({ id }) => id.startsWith('Volume'));

    const ends = await Array.fromAsync(
      shop.provider.apply(
        shop.target,
        { stack: shop.stack, changes: change, prepared },
        shop.call(),
      ),
    );

    expect(ends).toMatchObject([{ kind: 'moved' }]);
  });

  it('runs the check of a container that stays `starting` without systemd', async () => {
    const check = { test: ['CMD', 'true'], interval: '1s' };
    const shop = new Shop(serviceOf({ healthcheck: check }));
    await shop.apply();

    expect(await shop.health('shop.web')).toMatchObject({ status: 'current', reason: 'Healthy' });
  });

  it('bounds its wait on `starting`, and goes back', async () => {
    const check = { test: ['CMD', 'true'], interval: '1s', retries: 1, timeout: '1s' };
    const shop = new Shop(serviceOf({ healthcheck: check }));
    await shop.apply();
    await shop.health('shop.web');
    shop.engine.behave = () => ({ checkEndsAs: 'starting' });
    shop.write(serviceOf({ healthcheck: check, environment: { A: '1' } }));

    expect(await shop.apply()).toMatchObject([
      { kind: 'failed', failure: { code: 'CONTAINERS_NOT_HEALTHY' } },
    ]);
    expect(shop.names()).toEqual(['shop-web-1 running']);
  });

  it('alarms at the rate of restarts, not at their number', async () => {
    const shop = new Shop(serviceOf({ restart: 'unless-stopped' }));
    await shop.apply();
    const container = shop.engine.named('shop-web-1');
    Object.assign(container ?? {}, { restartCount: 140 });
    expect(await shop.health('shop.web')).toMatchObject({ reason: 'RestartLoop' });

    Object.assign(container ?? {}, { startedAt: '2025-12-01T00:00:00Z' });
    expect(await shop.health('shop.web')).toMatchObject({ status: 'current' });
  });

  it('reads `stopped` between restarts, and a health of nothing', async () => {
    const shop = new Shop(serviceOf({ restart: 'no' }));
    await shop.apply();
    expect(await shop.health('shop.web')).toMatchObject({ reason: 'Running' });
    Object.assign(shop.engine.named('shop-web-1') ?? {}, {
      state: 'exited',
      exitCode: 3,
      restartCount: 1,
    });

    expect(await shop.health('shop.web')).toMatchObject({ status: 'failed', reason: 'Exited' });
  });

  it('never calls for an update of a container, which Podman does not know: it recreates', async () => {
    const shop = await applied(new Shop(serviceOf({ mem_limit: '64m' })));
    Object.assign(shop.engine.named('shop-web-1') ?? {}, { memory: 1 });

    expect(await shop.change('shop.web')).toMatchObject({
      action: 'update',
      hazards: ['recreates'],
      fields: [{ path: ['containers', { number: 1 }, 'memory'], before: 1, after: 67_108_864 }],
    });
    await applied(shop);
    expect(shop.engine.calls.filter(({ path }) => path.endsWith('/update'))).toEqual([]);
  });

  it('says of the source of a bind mount that only the host knows it', async () => {
    const shop = new Shop(serviceOf({ volumes: ['/srv/data:/data'] }));
    const { coverage } = await shop.plan();

    expect(coverage.gaps).toMatchObject([
      {
        subject: shop.id('shop.web'),
        extent: 'partial',
        message: expect.stringContaining('/srv/data'),
      },
    ]);
    await shop.apply();
    const [mount] = [
      readObject(shop.engine.named('shop-web-1')?.asked['HostConfig'])['Mounts'],
    ].flat();
    expect(mount).toEqual({ Type: 'bind', Source: '/srv/data', Target: '/data' });
  });
});

describe('images', () => {
  const remote = { image: 'registry.example.com/shop/web:1' };

  it('are pinned to a digest by the plan, and run by it', async () => {
    const shop = new Shop(serviceOf(remote));
    await applied(shop);

    expect(readText(shop.engine.named('shop-web-1')?.asked, 'Image')).toBe(
      `registry.example.com/shop/web@${shop.digest}`,
    );
  });

  it('of a moved tag are an update that names both digests', async () => {
    const shop = await applied(new Shop(serviceOf(remote)));
    const before = shop.digest;
    shop.digest = `sha256:${'b'.repeat(64)}`;

    expect(await shop.change('shop.web')).toMatchObject({
      fields: [{ path: ['imageDigest'], before, after: shop.digest }],
    });
  });

  it.each([
    ['unauthorized: authentication required', 'CONTAINERS_PULL_DENIED'],
    ['manifest unknown', 'CONTAINERS_IMAGE_MISSING'],
    ['toomanyrequests: 429', 'CONTAINERS_PULL_FAILED'],
    ['received unexpected HTTP status: 503', 'CONTAINERS_PULL_FAILED'],
    ['unexpected EOF', 'CONTAINERS_PULL_FAILED'],
  ])('that are not pulled (%s) fail, although the answer was 200', async (error, code) => {
    const shop = new Shop(serviceOf(remote));
    shop.engine.pullError = error;

    expect(await shop.apply()).toMatchObject([{ kind: 'failed', failure: { code } }]);
    expect(shop.names()).toEqual([]);
  });

  it('that were made on a host are compared by its id of them', async () => {
    const shop = await applied(new Shop(serviceOf({})));
    shop.engine.images.set('localhost/testbed/web:1', { Id: 'sha256:other', Config: {} });

    expect(await shop.change('shop.web')).toMatchObject({
      fields: [{ path: ['imageDigest'], after: 'sha256:other' }],
    });
  });
});

describe('what compose itself got wrong', () => {
  it('plans without a single write', async () => {
    const shop = await applied(new Shop(serviceOf({})));
    shop.write(serviceOf({ environment: { A: '1' } }));
    const { writes } = shop.engine;
    await shop.plan();

    expect(shop.engine.writes).toBe(writes);
  });

  it('recreates nothing when only the path of a file of variables changes', async () => {
    const shop = new Shop(serviceOf({ env_file: 'a.env' }));
    shop.files.set('a.env', 'A=1\n');
    await applied(shop);
    shop.files.set('b.env', '# another file\nexport A="1"\n');
    shop.write(serviceOf({ env_file: [{ path: 'b.env' }] }));

    expect(await shop.steps()).toEqual([]);
  });

  it.each(['configs', 'secrets'])('sees changed contents of %s', async (section) => {
    const rest = { [section]: { app: { file: 'app.conf' } } };
    const shop = new Shop(serviceOf({ [section]: ['app'] }, rest));
    shop.files.set('app.conf', 'one');
    await applied(shop);
    shop.files.set('app.conf', 'two');

    const { fields } = await shop.change('shop.web');

    expect(fields).toMatchObject([
      {
        sensitive: section === 'secrets',
        path: ['files', expect.stringContaining('app'), 'digest'],
      },
    ]);
  });

  it('sees changed files of a folder of the repository that is mounted', async () => {
    const shop = new Shop(serviceOf({ volumes: ['./conf:/etc/app:ro'] }));
    shop.files.set('conf/a.conf', 'one');
    await applied(shop);
    shop.files.set('conf/a.conf', 'two');

    expect(await shop.change('shop.web')).toMatchObject({
      fields: [{ path: ['files', '/etc/app/a.conf', 'digest'] }],
    });
  });

  it('recreates for another owner, since labels of a container never change, and says so', async () => {
    const shop = await applied(new Shop(serviceOf({})));
    shop.stack = { ...shop.stack, owner: 'new', formerOwners: ['own'] };

    expect(await shop.change('shop.web')).toMatchObject({
      action: 'update',
      hazards: ['recreates'],
      fields: [{ path: ['containers', { number: 1 }, 'owner'], before: 'own', after: 'new' }],
    });
  });

  it('takes over what `docker compose` made, by making it anew', async () => {
    const shop = new Shop(serviceOf({}));
    const labels = { 'com.docker.compose.project': 'shop', 'com.docker.compose.service': 'web' };
    const body = { Image: 'localhost/testbed/web:2', Labels: labels };
    const { signal } = shop.call();
    await shop.engine.call(
      { method: 'POST', path: '/containers/create', query: { name: 'shop-web-1' }, body },
      signal,
    );

    expect(await shop.change('shop.web')).toMatchObject({
      action: 'take-over',
      hazards: ['recreates'],
    });
    await applied(shop);
  });

  it('never removes a volume but by explicit words', async () => {
    const shop = await applied(
      new Shop(serviceOf({ volumes: ['data:/data'] }, { volumes: { data: {} } })),
    );
    shop.write(serviceOf({}));

    const { changes } = await shop.plan();

    expect(changes.find(({ id }) => id.startsWith('Volume'))).toMatchObject({
      action: 'delete',
      hazards: ['destroys-data'],
      protection: expect.stringContaining('data'),
    });
    shop.write(
      serviceOf(
        { volumes: ['data:/data'] },
        { volumes: { data: { driver_opts: { type: 'nfs' } } } },
      ),
    );
    expect(await shop.change('shop_data', { kind: 'Volume' })).toMatchObject({
      action: 'replace',
      protection: expect.stringContaining('data'),
    });
  });

  it('does not heal a one-shot that came to its end', async () => {
    const shop = await applied(new Shop(serviceOf({ restart: 'no' })));
    Object.assign(shop.engine.named('shop-web-1') ?? {}, { state: 'exited', exitCode: 0 });
    expect(await shop.steps()).toEqual([]);

    Object.assign(shop.engine.named('shop-web-1') ?? {}, { exitCode: 1 });
    expect(await shop.steps()).toEqual(['update Service/edge-1/shop.web']);
  });
});
