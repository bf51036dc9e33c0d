/** Compose files of somebody who means harm, or who puts a secret where it does not belong. */
import type { JsonObject } from '@trueup/diagnostics';
import { describe, expect, it } from 'vitest';

import { ownerLabel, resourceLabel } from './marks/marks.ts';
import { applied, Shop, serviceOf } from './testing/shop.ts';

const secret = 'hunter2-and-more';
const filled = ['$', '{password}'].join('');
const image = 'localhost/testbed/web:1';

function shopWith(compose: string, value = secret): Shop {
  const shop = new Shop(compose);
  shop.inputs = { password: { value, sensitive: true } };
  return shop;
}

/** All that we keep, show or tell of a stack before and after it is applied. */
async function toldOf(shop: Shop): Promise<string> {
  const prepared = await shop.prepare();
  const first = await shop.plan(prepared);
  const ends = await shop.apply();
  const ids = prepared.resources.map(({ id }) => id);
  const observed = await shop.provider.observe(shop.target, { ids }, shop.call());
  return JSON.stringify([prepared.diagnostics, first, ends, observed, await shop.plan()]);
}

const withVolume = (volume: JsonObject): string =>
  serviceOf({ volumes: ['data:/d'] }, { volumes: { data: volume } });
const withNetwork = (network: JsonObject): string =>
  serviceOf({ network_mode: undefined, networks: ['n'] }, { networks: { n: network } });

describe('a secret', () => {
  it.each<[string, string]>([
    ['a label', serviceOf({ labels: { a: filled } })],
    ['a command', serviceOf({ command: ['--password', filled] })],
    ['a check', serviceOf({ healthcheck: { test: ['CMD', filled] } })],
    ['a hook', serviceOf({ post_start: [{ command: [filled], environment: { A: filled } }] })],
    ['an option of a volume', withVolume({ driver_opts: { o: `username=a,password=${filled}` } })],
    ['a label of a volume', withVolume({ labels: { a: filled } })],
    ['an option of a network', withNetwork({ driver_opts: { o: filled } })],
    ['the name of an image', serviceOf({ image: `localhost/testbed/${filled}:1` })],
    ['the name of a volume', withVolume({ name: filled })],
    ['the name of a container', serviceOf({ container_name: filled })],
    ['the name of the project', serviceOf({}).replace('"shop"', `"${filled}"`)],
    ['a name that there is not', serviceOf({ depends_on: [filled] })],
    ['a file that there is not', serviceOf({ env_file: filled })],
    ['an include that there is not', serviceOf({}, { include: [`${filled}.yaml`] })],
    ['a value that is none', serviceOf({ mem_limit: filled })],
    [
      'what is said of a missing variable',
      serviceOf({ hostname: ['$', `{NONE:?not ${filled}}`].join('') }),
    ],
  ])('is not told where it is %s', async (_where, compose) => {
    expect(await toldOf(shopWith(compose))).not.toContain('hunter2');
  });

  it('of a volume that is changed is sealed on both sides', async () => {
    const compose = withVolume({ driver_opts: { o: `password=${filled}` } });
    const shop = await applied(shopWith(compose));
    shop.inputs = { password: { value: 'another-one', sensitive: true } };

    const { fields } = await shop.change('shop_data', { kind: 'Volume' });

    expect(fields).toEqual([
      {
        path: ['driver_opts', 'o'],
        before: expect.stringMatching(/^sealed/),
        after: expect.stringMatching(/^sealed/),
        sensitive: true,
      },
    ]);
  });

  it('of a volume is known by the name of its option, too', async () => {
    const shop = await applied(new Shop(withVolume({ driver_opts: { password: 'abc-def' } })));

    expect(JSON.stringify(shop.engine.volumes.get('shop_data')?.['Labels'])).not.toContain('abc');
  });

  it('in an output stays one for other stacks', async () => {
    const labels = {
      'dev.trueup.output.url': `http://${filled}@{host}`,
      'dev.trueup.output.x': 'x',
    };
    const shop = await applied(shopWith(serviceOf({ labels })));
    const ids = [shop.id('shop.web')];
    const observed = await shop.provider.observe(shop.target, { ids }, shop.call());

    expect(shop.provider.outputs(observed)).toMatchObject({
      url: { sensitive: true },
      x: { sensitive: false },
    });
  });

  it('that is as short as a word refuses no name by chance', async () => {
    const shop = await applied(shopWith(serviceOf({ environment: { A: filled } }), 'web'));

    expect(shop.names()).toEqual(['shop-web-1 running']);
  });
});

describe('marks', () => {
  const forged = { [ownerLabel]: 'other', [resourceLabel]: 'other.web', 'dev.trueup.spec': '{}' };

  it.each<[string, string]>([
    ['a container', serviceOf({ labels: forged })],
    ['a volume', withVolume({ labels: forged })],
    ['a network', withNetwork({ labels: forged })],
  ])('are ours alone to write on %s', async (_what, compose) => {
    const shop = await applied(new Shop(compose));
    const made = [
      ...[...shop.engine.containers.values()].map(({ asked }) => asked['Labels']),
      ...[...shop.engine.volumes.values()].map((one) => one['Labels']),
      shop.engine.networks.get('shop_n')?.['Labels'],
    ];

    const known = made.filter((one) => one !== undefined);
    const ours = { [ownerLabel]: 'own', [resourceLabel]: expect.stringMatching(/^shop/) };

    expect(known).toMatchObject(known.map(() => ours));
  });
});

describe('a project that costs more than it says', () => {
  const bare = { image, network_mode: 'none' };

  it('waits for itself in many ways', async () => {
    const layers = Array.from({ length: 40 }, (_, index) => index);
    const services = layers.flatMap((layer) =>
      ['a', 'b'].map((side) => [
        `${side}${layer}`,
        { ...bare, ...(layer > 0 && { depends_on: [`a${layer - 1}`, `b${layer - 1}`] }) },
      ]),
    );
    const shop = new Shop(JSON.stringify({ name: 'shop', services: Object.fromEntries(services) }));

    const { resources } = await shop.prepare();

    expect(Math.max(...resources.map(({ position }) => position.rank))).toBe(40);
  });

  it('includes what includes the same twice', async () => {
    const shop = new Shop(JSON.stringify({ include: ['1.yaml'], services: { web: bare } }));
    for (let index = 1; index < 15; index += 1) {
      const include = [`${index + 1}.yaml`, `./${index + 1}.yaml`];
      shop.files.set(`${index}.yaml`, JSON.stringify({ include, services: {} }));
    }
    shop.files.set('15.yaml', 'services: {}');

    expect((await shop.prepare()).diagnostics).toMatchObject([
      { severity: 'error', summary: expect.stringContaining('more than 500 files are included') },
    ]);
  });

  it('has more services than an engine bears', async () => {
    const names = Array.from({ length: 2100 }, (_, index) => [`s${index}`, bare]);
    const shop = new Shop(JSON.stringify({ name: 'shop', services: Object.fromEntries(names) }));

    expect((await shop.prepare()).diagnostics).toMatchObject([
      { severity: 'error', summary: expect.stringContaining('more than 2000 services') },
    ]);
  });
});
