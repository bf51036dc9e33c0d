import { describe, expect, it } from 'vitest';

import { configuration, thing } from '../testing/index.ts';
import { biggerShop, MergeRequestBench, shopAndBlog } from '../testing/merge-request-bench.ts';

describe('a merge request', () => {
  it('is planned on what it would give, and shows that in one comment and a status', async () => {
    await using bench = await MergeRequestBench.open();

    const request = await bench.propose(biggerShop);

    const comment = await bench.untilComment(request, 'update');
    expect(comment).toContain('### Trueup: 1 to update in 1 stack');
    expect(comment).toContain('<code>infra/shop</code>');
    expect(comment).toContain('-   spec.size: 1\n+   spec.size: 2');
    expect(comment).not.toContain('blog');
    expect(await bench.untilStatus(request)).toBe('passed: planned 1 stack');
    expect(bench.plane.cloud.effects).toHaveLength(2);
    expect(bench.plane.errors).toEqual([]);
  });

  it('is planned anew when it is pushed to, in the same comment', async () => {
    await using bench = await MergeRequestBench.open();
    const request = await bench.propose(biggerShop);
    await bench.untilComment(request, 'spec.size: 2');

    await bench.pushTo(request, { 'shop/web.json': thing('web', { spec: { size: 3 } }) });

    await bench.untilComment(request, 'spec.size: 3');
    const { items } = await bench.plane.memory.changeSets({ number: 1 }, { limit: 9 });
    expect(items.map(({ phase }) => phase.name)).toEqual(['planned', 'superseded']);
  });

  it('is planned anew when the followed branch moves', async () => {
    await using bench = await MergeRequestBench.open();
    const request = await bench.propose(biggerShop);
    await bench.untilComment(request, 'in 1 stack');

    await bench.push({ 'shop/cache.json': thing('cache') });
    await bench.plane.untilRun('shop', 'succeeded');

    const comment = await bench.untilComment(request, '1 to update in 1 stack');
    expect(comment).not.toContain('cache');
  });

  it('is called as its forge calls it, also when that changes', async () => {
    await using bench = await MergeRequestBench.open();
    const request = await bench.propose(biggerShop);
    await bench.untilStatus(request);
    const title = async (): Promise<string | undefined> =>
      (await bench.plane.memory.changeSets({ number: 1 }, { limit: 1 })).items[0]?.title;
    expect(await title()).toBe('Change');

    request.title = 'A bigger shop';
    await bench.hint();

    await bench.plane.until('the new title', async () => (await title()) === 'A bigger shop');
  });

  it('that touches nothing says so', async () => {
    await using bench = await MergeRequestBench.open();

    const request = await bench.propose({ README: 'words' });

    expect(await bench.untilStatus(request)).toBe('passed: touches no stack');
    expect(await bench.untilComment(request, 'no change in 0 stacks')).toBeDefined();
  });

  it('names the target of a stack that it brings', async () => {
    await using bench = await MergeRequestBench.open();
    const brought = '  - { name: late, path: late, target: cloud }\n';

    const request = await bench.propose({
      'trueup.yaml': `${shopAndBlog['trueup.yaml']}${brought}`,
      'late/x.json': thing('x'),
    });

    await bench.untilStatus(request);
    const { items } = await bench.plane.admin.changeSets({ number: 1 }, { limit: 1 });
    expect(items[0]?.stacks['infra/late']).toMatchObject({ state: 'planned', target: 'cloud' });
  });

  it('that conflicts is not planned, and says in which files', async () => {
    await using bench = await MergeRequestBench.open();
    const request = await bench.propose(biggerShop);
    await bench.untilStatus(request);

    await bench.push({ 'shop/web.json': thing('web', { spec: { size: 9 } }) });

    expect(await bench.untilComment(request, 'conflict')).toContain('- `shop/web.json`');
  });

  it('is planned by the rules and targets of the followed branch alone', async () => {
    await using bench = await MergeRequestBench.open();

    const request = await bench.propose({
      'trueup.yaml':
        `${shopAndBlog['trueup.yaml']}  - { name: new, path: shop, target: elsewhere }\n`.replace(
          'targets: { cloud: { things: {} } }',
          'targets: { cloud: { things: {} }, elsewhere: { things: {} } }',
        ),
    });

    const comment = await bench.untilComment(request, 'infra/new');
    expect(comment).toContain('It is planned once its target is merged');
  });

  it('tells of a stack that it no longer writes, and deletes nothing', async () => {
    await using bench = await MergeRequestBench.open();

    const request = await bench.propose({
      'trueup.yaml': configuration('stacks:', '  - { name: blog, path: blog, target: cloud }'),
    });

    const comment = await bench.untilComment(request, 'infra/shop');
    expect(comment).toContain('no longer written');
    expect(comment).toContain('no change in 1 stack');
  });

  it('shows what would be deleted where it says that a stack is removed', async () => {
    await using bench = await MergeRequestBench.open();

    const request = await bench.propose({
      'trueup.yaml': configuration(
        'stacks:',
        '  - { name: blog, path: blog, target: cloud }',
        'removed:',
        '  - { stack: shop, resources: delete }',
      ),
    });

    expect(await bench.untilComment(request, '**deletes**')).toContain('1 to delete in 1 stack');
  });

  it('with mistakes in the configuration shows them, and what it takes nothing for', async () => {
    await using bench = await MergeRequestBench.open();
    const broken = shopAndBlog['trueup.yaml'].replace('name: shop,', 'name: shop, aftr: [blog],');

    const request = await bench.propose({ ...biggerShop, 'trueup.yaml': broken });

    const comment = await bench.untilComment(request, '`trueup.yaml` would have mistakes');
    expect(comment).toMatch(/`trueup\.yaml:\d+`/);
    expect(comment).not.toContain('no longer written');
    expect(await bench.untilStatus(request)).toBe('failed: trueup.yaml has mistakes');
  });

  it('with mistakes shows them where they are', async () => {
    await using bench = await MergeRequestBench.open();

    const request = await bench.propose({ 'shop/web.json': '{ "kind": "Thing" ' });

    await bench.untilComment(request, 'cannot be planned');
    expect(await bench.untilStatus(request)).toBe('failed: 1 stack cannot be planned');
  });

  it('is merged or closed once the forge says so', async () => {
    await using bench = await MergeRequestBench.open();
    const merged = await bench.propose(biggerShop);
    const closed = await bench.propose({ 'blog/page.json': thing('page', { spec: { size: 4 } }) });
    await bench.untilStatus(merged);
    await bench.untilStatus(closed);

    merged.merged = { commit: 'f'.repeat(40), by: bench.ann, at: bench.world.tick() };
    merged.closedAt = merged.merged.at;
    bench.remote.close(closed.number);
    await bench.hint();

    const phases = await bench.plane.until('both to end', async () => {
      const { items } = await bench.plane.memory.changeSets({ open: false }, { limit: 9 });
      return items.length === 2 && items.map(({ number, phase }) => [number, phase.name]);
    });
    expect(phases.toSorted()).toEqual([
      [1, 'merged'],
      [2, 'closed'],
    ]);
  });

  it('is not planned again after a restart, and its comment is not written again', async () => {
    await using bench = await MergeRequestBench.open();
    const request = await bench.propose(biggerShop);
    await bench.untilStatus(request);
    await bench.untilComment(request, 'update');
    const { updatedAt } = request.comments[0] ?? {};
    const before = await bench.plane.memory.changeSets({}, { limit: 9 });

    await bench.plane.restart();
    await bench.hint();
    await bench.plane.until('another look', async () => bench.link.requests > 0);

    expect(await bench.plane.memory.changeSets({}, { limit: 9 })).toEqual(before);
    expect(request.comments[0]?.updatedAt).toBe(updatedAt);
  });

  it('waits for an output of a stack that was never applied, and tells a mistaken one', async () => {
    const stacksBefore = [
      'stacks:',
      '  - { name: shop, path: shop, target: cloud }',
      '  - { name: late, path: late, target: cloud }',
    ];
    const rules = ['rules:', '  - { stacks: [late], approvals: { count: 1 } }'];
    const files = { ...shopAndBlog, 'late/door.json': thing('door') };
    await using bench = await MergeRequestBench.open({
      ...files,
      'trueup.yaml': configuration(...stacksBefore, ...rules),
    });
    const added = [
      '  - { name: early, path: early, target: cloud, inputs: { size: { output: late.door } } }',
      '  - { name: wrong, path: wrong, target: cloud, inputs: { size: { output: shop.nothing } } }',
    ];

    const request = await bench.propose({
      'early/a.json': thing('a'),
      'wrong/b.json': thing('b'),
      'trueup.yaml': configuration(...stacksBefore, ...added, ...rules),
    });
    await bench.untilComment(request, 'cannot be planned');

    const [set] = (await bench.plane.memory.changeSets({}, { limit: 1 })).items;
    expect(set?.stacks).toMatchObject({
      'infra/early': { name: 'deferred', reason: expect.stringContaining('late.door') },
      'infra/wrong': { name: 'failed', diagnostics: [{ code: 'INPUT_MISSING' }] },
    });
  });

  it('by somebody who may not push gets no secrets, until somebody who may asks for its plan', async () => {
    await using bench = await MergeRequestBench.open({
      ...shopAndBlog,
      'trueup.yaml': configuration(
        'stacks:',
        '  - { name: shop, path: shop, target: cloud }',
        '  - { name: safe, path: safe, target: cloud, inputs: { key: { secret: key } } }',
      ),
      'safe/door.json': thing('door'),
    });
    await bench.plane.untilRun('safe', 'succeeded');
    const stranger = bench.world.createUser('stranger');
    const early = 'No plan before this.';

    const request = await bench.propose(
      { 'safe/door.json': thing('door', { spec: { size: 5 } }) },
      stranger,
    );
    await bench.untilComment(request, 'the author may not push');
    bench.remote.comment(request.number, stranger, '/trueup plan');
    bench.remote.comment(request.number, bench.ann, `${early} > /trueup plan`);
    const edited = bench.remote.comment(request.number, bench.ann, early);
    bench.remote.editComment(request.number, edited.id, '/trueup plan');
    await bench.look();
    await bench.look();
    const refused = await bench.untilComment(request, 'the author may not push');
    const statuses = bench.remote.statusHistory(request.sourceCommit).map(({ state }) => state);
    bench.remote.comment(request.number, bench.ann, 'Looks sound.\n\n/trueup plan');
    await bench.hint();

    expect(refused).not.toContain('spec.size');
    expect(new Set(statuses)).toEqual(new Set(['pending']));
    await bench.untilComment(request, 'spec.size');
    const [set] = (await bench.plane.memory.changeSets({}, { limit: 1 })).items;
    expect(set?.phase.name).toBe('planned');
  });

  it('by somebody who may not push does not decide how a stack is rendered', async () => {
    await using bench = await MergeRequestBench.open();
    const stranger = bench.world.createUser('stranger');
    const other = `${shopAndBlog['trueup.yaml']}`.replace(
      'name: shop,',
      'name: shop, things: { scope: far },',
    );

    const plain = await bench.propose(biggerShop, stranger);
    const bent = await bench.propose({ ...biggerShop, 'trueup.yaml': other }, stranger);

    await bench.untilComment(plain, 'spec.size');
    const comment = await bench.untilComment(bent, 'the author may not push');
    expect(comment).toContain('It changes how the stack is rendered');
    expect(comment).not.toContain('spec.size');
  });

  it('that goes elsewhere is not planned any more', async () => {
    await using bench = await MergeRequestBench.open();
    const request = await bench.propose(biggerShop);
    await bench.untilStatus(request);

    bench.remote.moveBranch('release', bench.remote.branchHead('main'));
    Object.assign(request, { targetBranch: 'release' });
    await bench.hint();

    const phase = await bench.plane.until('it to end', async () => {
      const [set] = (await bench.plane.memory.changeSets({ open: false }, { limit: 1 })).items;
      return set?.phase;
    });
    expect(phase).toEqual({ name: 'closed' });
  });

  it('is left alone once its repository is removed, whatever is under way', async () => {
    await using bench = await MergeRequestBench.open();
    bench.link.freeze();
    await bench.propose(biggerShop);
    await bench.plane.until('a look', async () => bench.link.requests > 0);

    await bench.plane.admin.removeRepository('infra');

    bench.link.recover();
    expect(bench.plane.errors).toEqual([]);
  });

  it('that cannot be read holds up no other, and is read again later', async () => {
    await using bench = await MergeRequestBench.open();
    bench.link.fail('connection-lost');
    const request = await bench.propose(biggerShop);
    await bench.plane.until('a failure', async () => bench.plane.errors.length > 0);
    bench.plane.errors.length = 0;

    bench.link.recover();
    await bench.hint();

    expect(await bench.untilStatus(request)).toBe('passed: planned 1 stack');
  });
});
