import { describe, expect, it } from 'vitest';

import { ControlPlaneBench, configuration, thing, thingId } from '../testing/index.ts';

const shop = '  - { name: shop, path: shop, target: cloud }';
const blog = '  - { name: blog, path: blog, target: cloud }';
const both = configuration('stacks:', shop, blog);
const [web, page, disk] = [thingId('web'), thingId('page'), thingId('disk')];

describe('a resource that two stacks ask for', () => {
  it('stays with the one that has it, and the other says whose it is', async () => {
    await using bench = await openBoth();

    const revision = await bench.push({ 'blog/web.json': thing('web', { spec: { size: 2 } }) });
    const run = await bench.untilRun('blog', 'failed', revision);

    const { diagnostics } = await bench.admin.stack('infra/blog');
    expect(diagnostics).toMatchObject([
      {
        severity: 'error',
        code: 'STACK_RESOURCE_CLAIMED',
        origin: { file: 'blog/web.json' },
        summary: `infra/blog: asks for ${web}, which belongs to infra/shop`,
      },
    ]);
    expect(JSON.stringify(run.phase)).toContain('infra/shop');
    expect(bench.cloud.effectsOf(web)).toEqual(['create']);
    expect(await bench.memory.inventory('infra/shop')).toEqual([disk, web]);
  });

  it('goes to one of two that ask for it in the same revision, and never back and forth', async () => {
    await using bench = await ControlPlaneBench.open();

    await bench.push({
      'trueup.yaml': both,
      'shop/web.json': thing('web'),
      'blog/web.json': thing('web', { spec: { size: 2 } }),
    });
    await bench.until('both to have ended', async () => (await ends(bench)).length === 2);
    const first = await ends(bench);
    const owner = bench.cloud.get(web)?.owner;
    const revision = await bench.push({ 'shop/x.json': thing('x'), 'blog/y.json': thing('y') });
    await bench.until('both to have ended again', async () => {
      return (await ends(bench, revision)).length === 2;
    });

    expect(first.toSorted()).toEqual(['failed', 'succeeded']);
    expect((await ends(bench, revision)).toSorted()).toEqual(['failed', 'succeeded']);
    expect(bench.cloud.effectsOf(web)).toEqual(['create']);
    expect(bench.cloud.get(web)?.owner).toBe(owner);
    expect(bench.errors).toEqual([]);
  });
});

describe('a resource that moves', () => {
  it.each([
    ['whichever is planned first', ''],
    ['where the old stack comes first', ', after: [shop]'],
  ])('from one stack to another is not deleted on its way, %s', async (_name, after) => {
    await using bench = await openBoth();
    const moved = `  - { name: blog, path: blog, target: cloud${after} }`;

    const revision = await bench.push({
      'trueup.yaml': configuration('stacks:', shop, moved),
      'shop/web.json': undefined,
      'blog/web.json': thing('web', { spec: { size: 3 } }),
    });
    await bench.untilRun('blog', 'succeeded', revision);
    await bench.untilRun('shop', 'succeeded', revision);

    expect(bench.cloud.effectsOf(web)).toEqual(['create', 'update']);
    expect(await bench.memory.inventory('infra/shop')).toEqual([disk]);
    expect(await bench.memory.inventory('infra/blog')).toEqual([page, web]);
    expect((await bench.admin.stack('infra/shop')).resourceCount).toBe(1);
    expect(bench.errors).toEqual([]);
  });

  it('where the new stack comes first is not deleted on its way either', async () => {
    await using bench = await openBoth();
    const later = '  - { name: shop, path: shop, target: cloud, after: [blog] }';

    const revision = await bench.push({
      'trueup.yaml': configuration('stacks:', later, blog),
      'shop/web.json': undefined,
      'blog/web.json': thing('web'),
    });
    await bench.untilRun('shop', 'succeeded', revision);

    expect(bench.cloud.effectsOf(web)).toEqual(['create', 'update']);
    expect(await bench.memory.inventory('infra/blog')).toEqual([page, web]);
  });

  it('and one that goes are told apart', async () => {
    await using bench = await openBoth();

    const revision = await bench.push({
      'shop/web.json': undefined,
      'shop/disk.json': undefined,
      'shop/new.json': thing('new'),
      'blog/web.json': thing('web'),
    });
    await bench.untilRun('blog', 'succeeded', revision);
    await bench.untilRun('shop', 'succeeded', revision);

    expect(bench.cloud.effectsOf(web)).toEqual(['create', 'update']);
    expect(bench.cloud.effectsOf(disk)).toEqual(['create', 'delete']);
  });

  it('out of a stack that is removed stays, and the stack is gone', async () => {
    await using bench = await openBoth();

    const removed = 'removed: [{ stack: shop, resources: delete }]';
    const revision = await bench.push({
      'trueup.yaml': configuration('stacks:', blog, removed),
      'blog/web.json': thing('web'),
    });
    await bench.untilRun('blog', 'succeeded', revision);
    await bench.untilRun('shop', 'succeeded', revision);

    expect(bench.cloud.effectsOf(web)).toEqual(['create', 'update']);
    expect(bench.cloud.get(disk)).toBeUndefined();
    expect((await bench.memory.stack('infra/shop'))?.standing).toBe('removed');
    expect(await bench.memory.inventory('infra/blog')).toEqual([page, web]);
  });

  it('while its stack is renamed goes where Git says', async () => {
    await using bench = await openBoth();
    const store = '  - { name: store, path: shop, target: cloud, formerly: shop }';

    const revision = await bench.push({
      'trueup.yaml': configuration('stacks:', store, blog),
      'shop/web.json': undefined,
      'blog/web.json': thing('web'),
    });
    await bench.untilRun('blog', 'succeeded', revision);
    await bench.untilRun('store', 'succeeded', revision);

    expect(bench.cloud.effectsOf(web)).toEqual(['create', 'update']);
    expect(await bench.memory.inventory('infra/store')).toEqual([disk]);
    expect(await bench.memory.inventory('infra/blog')).toEqual([page, web]);
  });

  it('into a stack that is broken is deleted as Git says, and made when that is mended', async () => {
    await using bench = await openBoth();

    const broken = { 'blog/web.json': thing('web'), 'blog/bad.json': '{ "kind": 7' };
    const first = await bench.push({ 'shop/web.json': undefined, ...broken });
    await bench.untilRun('blog', 'failed', first);
    await bench.untilRun('shop', 'succeeded', first);
    const second = await bench.push({ 'blog/bad.json': undefined });
    await bench.untilRun('blog', 'succeeded', second);

    expect(bench.cloud.effectsOf(web)).toEqual(['create', 'delete', 'create']);
  });

  it('out of a paused stack stays there until that goes on', async () => {
    await using bench = await openBoth();
    await bench.admin.pause('infra/shop', 'hands off');

    const revision = await bench.push({
      'shop/web.json': undefined,
      'blog/web.json': thing('web'),
    });
    const run = await bench.untilRun('blog', 'failed', revision);

    expect(run.phase).toMatchObject({ failure: { code: 'STACK_RESOURCE_CLAIMED' } });
    expect(bench.cloud.effectsOf(web)).toEqual(['create']);
  });
});

async function openBoth(): Promise<ControlPlaneBench> {
  const bench = await ControlPlaneBench.open();
  await bench.push({
    'trueup.yaml': both,
    'shop/web.json': thing('web'),
    'shop/disk.json': thing('disk'),
    'blog/page.json': thing('page'),
  });
  await bench.untilRun('shop', 'succeeded');
  await bench.untilRun('blog', 'succeeded');
  return bench;
}

/** How the runs of both stacks ended, of those that have. */
async function ends(bench: ControlPlaneBench, revision?: string): Promise<readonly string[]> {
  const runs = [...(await bench.runsOf('shop')), ...(await bench.runsOf('blog'))];
  const wanted = runs.filter((run) => revision === undefined || run.revision === revision);
  const names = wanted.map(({ phase }) => phase.name);
  return names.filter((name) => name === 'failed' || name === 'succeeded');
}
