import { describe, expect, it } from 'vitest';

import { ControlPlaneBench, configuration, thing, thingId } from '../testing/index.ts';

const chain = configuration(
  'stacks:',
  '  - { name: network, path: network, target: cloud }',
  '  - { name: shop, path: shop, target: cloud, after: [network] }',
  '  - { name: blog, path: blog, target: cloud, after: [shop] }',
);

const files = {
  'trueup.yaml': chain,
  'network/net.json': thing('net'),
  'shop/web.json': thing('web'),
  'blog/page.json': thing('page'),
};

describe('a rollout', () => {
  it('brings the stacks of a push to their targets, one after the other', async () => {
    await using bench = await ControlPlaneBench.open();

    const revision = await bench.push(files);
    await bench.untilRun('blog', 'succeeded', revision);

    expect(bench.cloud.effects.map(({ id }) => id)).toEqual(['net', 'web', 'page'].map(thingId));
    const rollout = await bench.until('the rollout to succeed', async () => {
      const [newest] = (await bench.admin.rollouts({ limit: 1 })).items;
      return newest?.phase === 'succeeded' ? newest : undefined;
    });
    expect(rollout.revision).toBe(revision);
    expect(bench.errors).toEqual([]);
  });

  it('touches only the stacks that read what changed', async () => {
    await using bench = await ControlPlaneBench.open();
    await bench.push(files);
    await bench.untilRun('blog', 'succeeded');

    const revision = await bench.push({ 'shop/web.json': thing('web', { spec: { size: 2 } }) });
    await bench.untilRun('shop', 'succeeded', revision);

    expect(await bench.runsOf('network')).toHaveLength(1);
    expect(bench.cloud.get(thingId('web'))?.spec).toEqual({ size: 2 });
  });

  it('starts nothing behind a stack that failed, and goes on when that is mended', async () => {
    await using bench = await ControlPlaneBench.open();
    bench.cloud.inject(thingId('web'), 'stalled');
    await bench.push(files);
    await bench.untilRun('shop', 'failed');
    const broken = await bench.until('the rollout to end', async () => {
      const [newest] = (await bench.admin.rollouts({ limit: 1 })).items;
      return newest?.phase === 'partly' ? newest : undefined;
    });

    const revision = await bench.push({ README: 'again' });
    await bench.untilRun('blog', 'succeeded', revision);

    expect(broken.stacks['infra/blog']?.state).toEqual({ name: 'skipped', because: 'infra/shop' });
    expect(await bench.runsOf('network')).toHaveLength(1);
  });

  it('follows only the newest of a hundred commits that are pushed during one run', async () => {
    await using bench = await ControlPlaneBench.open();
    bench.cloud.slow(thingId('web'));
    await bench.push(files);
    await bench.untilRun('shop', 'verifying');

    let revision = '';
    for (let size = 2; size <= 101; size += 1) {
      revision = await bench.push({ 'shop/web.json': thing('web', { spec: { size } }) });
    }
    await bench.untilRun('shop', 'verifying', revision);
    bench.cloud.settle(thingId('web'));
    await bench.untilRun('blog', 'succeeded', revision);

    const runs = await bench.runsOf('shop');
    expect(runs.at(-1)?.phase.name).toBe('succeeded');
    expect(runs.length).toBeLessThan(10);
    expect(runs.slice(0, -1).map(({ phase }) => phase.name)).toEqual(
      runs.slice(0, -1).map(() => 'superseded'),
    );
    expect(bench.cloud.get(thingId('web'))?.spec).toEqual({ size: 101 });
    expect(await bench.runsOf('blog')).toHaveLength(1);
    expect(bench.errors).toEqual([]);
  });

  it('hears of all runs that end at the same time', async () => {
    await using bench = await ControlPlaneBench.open();
    const names = Array.from({ length: 20 }, (_, index) => `part-${index}`);
    const last = `  - { name: last, path: last, target: cloud, after: [${names.join(', ')}] }`;
    const parts = names.map((name) => `  - { name: ${name}, path: ${name}, target: cloud }`);
    const things = names.map((name) => [`${name}/thing.json`, thing(name)] as const);

    await bench.push({
      'trueup.yaml': configuration('stacks:', ...parts, last),
      'last/thing.json': thing('last'),
      ...Object.fromEntries(things),
    });
    await bench.untilRun('last', 'succeeded');

    expect(bench.cloud.effects).toHaveLength(21);
    expect(bench.cloud.effects.at(-1)?.id).toBe(thingId('last'));
  });

  it('takes back what a failed run had done, when Git goes back', async () => {
    await using bench = await ControlPlaneBench.open();
    const pair = (size: number) => ({
      'shop/a.json': thing('a', { spec: { size } }),
      'shop/b.json': thing('b', { spec: { size } }),
    });
    const first = await bench.push({ ...files, ...pair(1) });
    await bench.untilRun('blog', 'succeeded', first);
    bench.cloud.inject(thingId('b'), 'stalled');
    const second = await bench.push({ ...pair(2), 'shop/new.json': thing('new') });
    const failed = await bench.untilRun('shop', 'failed', second);
    expect(failed.phase).toMatchObject({ extent: 'part' });
    expect(bench.cloud.get(thingId('a'))?.spec).toEqual({ size: 2 });

    expect(bench.cloud.get(thingId('new'))).toBeDefined();

    const third = await bench.push({ ...pair(1), 'shop/new.json': undefined });
    await bench.untilRun('shop', 'succeeded', third);

    expect(bench.cloud.get(thingId('new'))).toBeUndefined();
    expect(bench.cloud.get(thingId('a'))?.spec).toEqual({ size: 1 });
    expect(await bench.runsOf('network')).toHaveLength(1);
  });

  it('that is out of date starts nothing more', async () => {
    await using bench = await ControlPlaneBench.open();
    bench.cloud.slow(thingId('net'));
    const old = await bench.push(files);
    await bench.untilRun('network', 'verifying');
    await bench.admin.pause('infra/network', 'left alone, so that nothing replaces its run');

    const newer = await bench.push({ 'shop/web.json': thing('web', { spec: { size: 2 } }) });
    await bench.untilRun('blog', 'succeeded', newer);
    bench.cloud.settle(thingId('net'));
    await bench.until('both rollouts to end', async () => {
      const { items } = await bench.admin.rollouts({ limit: 10 });
      return items.every(({ phase }) => phase !== 'running' && phase !== 'waiting');
    });

    expect((await bench.untilRun('network', 'succeeded')).revision).toBe(old);
    expect((await bench.runsOf('shop')).map(({ revision }) => revision)).toEqual([newer]);
    expect(bench.cloud.get(thingId('web'))?.spec).toEqual({ size: 2 });
  });

  it('follows a branch that was pushed by force', async () => {
    await using bench = await ControlPlaneBench.open();
    await bench.push(files);
    await bench.untilRun('blog', 'succeeded');

    const revision = bench.git.forcePush({ ...files, 'shop/web.json': thing('web', { spec: {} }) });
    await bench.admin.hintRepository('infra');
    await bench.untilRun('shop', 'succeeded', revision);

    expect(bench.cloud.get(thingId('web'))?.spec).toEqual({});
  });
});
