import { describe, expect, it } from 'vitest';

import { ControlPlaneBench, configuration, thing, thingId } from '../testing/index.ts';

const shop = '  - { name: shop, path: shop, target: cloud }';
const blog = '  - { name: blog, path: blog, target: cloud }';
const both = {
  'trueup.yaml': configuration('stacks:', shop, blog),
  'shop/web.json': thing('web'),
  'blog/page.json': thing('page'),
};
const [web, page] = [thingId('web'), thingId('page')];

describe('a stack', () => {
  it('that is broken leaves the others working, and says file and line', async () => {
    await using bench = await ControlPlaneBench.open();

    const revision = await bench.push({ ...both, 'shop/web.json': '{ "kind": 7' });
    await bench.untilRun('blog', 'succeeded', revision);
    await bench.untilRun('shop', 'failed', revision);

    const { diagnostics } = await bench.admin.stack('infra/shop');
    expect(diagnostics).toMatchObject([{ severity: 'error', origin: { file: 'shop/web.json' } }]);
    expect(bench.cloud.ids()).toEqual([page]);
  });

  it('whose entry is broken is left as it is, and so are the others', async () => {
    await using bench = await openBoth();

    await bench.push({
      'trueup.yaml': configuration(
        'stacks:',
        '  - { name: shop, path: shop, target: clowd }',
        blog,
      ),
      'blog/page.json': thing('page', { spec: { size: 2 } }),
    });
    await bench.until('the blog to follow', async () => bench.cloud.get(page)?.spec['size'] === 2);

    expect((await bench.admin.stack('infra/shop')).standing).toBe('active');
    expect(await bench.admin.diagnostics()).toMatchObject([
      { repository: 'infra', severity: 'error', origin: { file: 'trueup.yaml', line: 4 } },
    ]);
    expect(bench.cloud.effectsOf(web)).toEqual(['create']);
  });

  it('is left alone when trueup.yaml is gone, or cannot be read', async () => {
    await using bench = await openBoth();

    for (const text of [undefined, 'apiVersion: [', '']) {
      const revision = await bench.push({ 'trueup.yaml': text });
      await untilHead(bench, revision);
      const stacks = (await bench.admin.stacks({ limit: 10 })).items;
      expect(stacks.map(({ standing }) => standing)).toEqual(['active', 'active']);
      expect((await bench.admin.diagnostics()).length).toBeGreaterThan(0);
    }
    expect(bench.cloud.ids()).toEqual([page, web]);
  });

  it('that is no longer written is orphaned, and can be taken back', async () => {
    await using bench = await openBoth();

    await untilHead(bench, await bench.push({ 'trueup.yaml': configuration('stacks:', blog) }));
    const left = await bench.admin.stack('infra/shop');
    const resources = await bench.admin.resources('infra/shop');
    await untilHead(bench, await bench.push(both));

    expect(left.standing).toBe('orphaned');
    expect(resources.map(({ id }) => id)).toEqual([web]);
    expect((await bench.admin.stack('infra/shop')).standing).toBe('active');
    expect(bench.cloud.effectsOf(web)).toEqual(['create']);
  });

  it('is deleted where Git says so, and made again when it comes back', async () => {
    await using bench = await openBoth();
    const removed = 'removed: [{ stack: shop, resources: delete }]';

    await bench.push({ 'trueup.yaml': configuration('stacks:', blog, removed) });
    await untilStanding(bench, 'shop', 'removed');
    const gone = bench.cloud.get(web);
    const revision = await bench.push(both);
    await bench.untilRun('shop', 'succeeded', revision);

    expect(gone).toBeUndefined();
    expect((await bench.runsOf('shop')).map(({ purpose }) => purpose)).toEqual([
      'revision',
      'removal',
      'revision',
    ]);
    expect(bench.cloud.effectsOf(web)).toEqual(['create', 'delete', 'create']);
    expect(bench.errors).toEqual([]);
  });

  it('is deleted after what came after it, all of them by one commit', async () => {
    await using bench = await ControlPlaneBench.open();
    const after = '  - { name: shop, path: shop, target: cloud, after: [blog] }';
    await bench.push({ ...both, 'trueup.yaml': configuration('stacks:', blog, after) });
    await bench.untilRun('shop', 'succeeded');

    const entries = ['shop', 'blog'].map((stack) => `  - { stack: ${stack}, resources: delete }`);
    await bench.push({ 'trueup.yaml': configuration('stacks: []', 'removed:', ...entries) });
    await untilStanding(bench, 'blog', 'removed');

    expect(bench.cloud.effects.map(({ action, id }) => `${action} ${id}`)).toEqual([
      `create ${page}`,
      `create ${web}`,
      `delete ${web}`,
      `delete ${page}`,
    ]);
    expect((await bench.runsOf('blog')).map(({ purpose }) => purpose)).toEqual([
      'revision',
      'removal',
    ]);
    expect(bench.errors).toEqual([]);
  });

  it('is not deleted where what came after it could not be', async () => {
    await using bench = await ControlPlaneBench.open();
    const after = '  - { name: shop, path: shop, target: cloud, after: [blog] }';
    await bench.push({ ...both, 'trueup.yaml': configuration('stacks:', blog, after) });
    await bench.untilRun('shop', 'succeeded');
    bench.cloud.inject(web, 'stalled');

    const entries = ['shop', 'blog'].map((stack) => `  - { stack: ${stack}, resources: delete }`);
    const removed = configuration('stacks: []', 'removed:', ...entries);
    await bench.push({ 'trueup.yaml': removed });
    await bench.untilRun('shop', 'failed');
    const kept = bench.cloud.ids();
    await bench.push({ README: 'again' });
    await untilStanding(bench, 'blog', 'removed');

    expect(kept).toEqual([page, web]);
    expect(bench.cloud.ids()).toEqual([]);
  });

  it('is let go where Git says so', async () => {
    await using bench = await openBoth();
    const removed = 'removed: [{ stack: shop, resources: keep }]';

    await bench.push({ 'trueup.yaml': configuration('stacks:', blog, removed) });
    await untilStanding(bench, 'shop', 'removed');

    expect(bench.cloud.effectsOf(web)).toEqual(['create']);
    expect(await bench.memory.inventory('infra/shop')).toEqual([]);
    expect(await bench.runsOf('shop')).toHaveLength(1);
  });

  it('that was let go and comes back is brought to what Git says, whatever others did', async () => {
    await using bench = await openBoth();
    const removed = 'removed: [{ stack: shop, resources: keep }]';
    await bench.push({ 'trueup.yaml': configuration('stacks:', blog, removed) });
    await untilStanding(bench, 'shop', 'removed');
    bench.cloud.disturb(web, 'size', 9);

    const revision = await bench.push(both);
    await bench.untilRun('shop', 'succeeded', revision);

    expect(bench.cloud.get(web)?.spec).toEqual({ size: 1 });
  });

  it('keeps what it owns under its new name', async () => {
    await using bench = await openBoth();
    const before = bench.cloud.get(web)?.owner;
    const store = '  - { name: store, path: shop, target: cloud, formerly: shop }';

    const revision = await bench.push({ 'trueup.yaml': configuration('stacks:', store, blog) });
    await bench.untilRun('store', 'succeeded', revision);

    expect(bench.cloud.effectsOf(web)).toEqual(['create', 'update']);
    expect(bench.cloud.get(web)?.owner).not.toBe(before);
    expect(await bench.memory.inventory('infra/store')).toEqual([web]);
    expect((await bench.memory.stack('infra/shop'))?.standing).toBe('removed');
  });

  it('deletes nothing when its folder is empty all at once', async () => {
    await using bench = await openBoth();

    const revision = await bench.push({ 'shop/web.json': undefined, 'shop/README': 'moved' });
    const run = await bench.untilRun('shop', 'held', revision);

    expect(run.phase).toMatchObject({ reason: 'guard' });
    expect(bench.cloud.ids()).toEqual([page, web]);
  });

  it('whose run is unfinished is cancelled when Git no longer writes it', async () => {
    await using bench = await ControlPlaneBench.open();
    bench.cloud.slow(web);
    await bench.push(both);
    await bench.untilRun('shop', 'verifying');

    await bench.push({ 'trueup.yaml': configuration('stacks:', blog) });
    await bench.untilRun('shop', 'cancelled');

    expect((await bench.admin.stack('infra/shop')).standing).toBe('orphaned');
  });
});

async function openBoth(): Promise<ControlPlaneBench> {
  const bench = await ControlPlaneBench.open();
  await bench.push(both);
  await bench.untilRun('shop', 'succeeded');
  await bench.untilRun('blog', 'succeeded');
  return bench;
}

async function untilHead(bench: ControlPlaneBench, revision: string): Promise<void> {
  await bench.until('the revision to be taken up', async () => {
    const [repository] = await bench.memory.repositories();
    return repository?.head === revision;
  });
}

async function untilStanding(
  bench: ControlPlaneBench,
  stack: string,
  standing: string,
): Promise<void> {
  await bench.until(`${stack} to be ${standing}`, async () => {
    return (await bench.memory.stack(`infra/${stack}`))?.standing === standing;
  });
}
