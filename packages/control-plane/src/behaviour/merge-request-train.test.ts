import { describe, expect, it } from 'vitest';

import { thing, thingId } from '../testing/index.ts';
import { biggerShop, MergeRequestBench } from '../testing/merge-request-bench.ts';

const other = {
  'shop/web.json': thing('web', { spec: { size: 5 } }),
  'shop/cache.json': thing('cache'),
};

describe('a merge request behind one that is approved', () => {
  it('is rendered on what there would be once that is merged', async () => {
    await using bench = await MergeRequestBench.openRuled();
    const bob = await bench.member('bob', 'approver', ['ops']);
    const ahead = await bench.propose({ 'shop/door.json': thing('door') });
    await bench.say(ahead, bob, await bench.commandIn(ahead));
    await bench.untilStatusOf(ahead, 'trueup/approval', 'passed');

    const behind = await bench.propose(biggerShop);

    const comment = await bench.untilComment(behind, '1 to update in 1 stack');
    expect(comment).not.toContain('door');
    const [set] = (await bench.plane.memory.changeSets({ number: 2 }, { limit: 1 })).items;
    const shop = set?.stacks['infra/shop'];
    const plan = shop?.name === 'planned' ? await bench.plane.memory.plan(shop.plan) : undefined;
    const files = await bench.plane.git.open(plan?.revision ?? '');
    expect(await files.read('shop/door.json')).toBeDefined();
    expect(plan?.revision).not.toBe(set?.merged);
  });

  it('leaves a resource that both change to it, and the approval of the rest stays', async () => {
    await using bench = await MergeRequestBench.openRuled();
    const bob = await bench.member('bob', 'approver', ['ops']);
    const ahead = await bench.propose(biggerShop);
    await bench.say(ahead, bob, await bench.commandIn(ahead));
    await bench.untilStatusOf(ahead, 'trueup/approval', 'passed');

    const behind = await bench.propose(other);

    const comment = await bench.untilComment(behind, 'Merge request 1, which is approved');
    expect(comment).toContain('### Trueup: 1 to create in 1 stack');
    expect(comment).not.toContain('spec.size: 5');
    await bench.say(behind, bob, await bench.commandIn(behind));
    await bench.untilStatusOf(behind, 'trueup/approval', 'passed');
    await bench.merge(ahead, biggerShop);
    await bench.plane.untilRun('shop', 'succeeded', bench.remote.branchHead('main'));
  });

  it('is planned as a whole again when the one ahead is closed', async () => {
    await using bench = await MergeRequestBench.openRuled();
    const bob = await bench.member('bob', 'approver', ['ops']);
    const ahead = await bench.propose(biggerShop);
    await bench.say(ahead, bob, await bench.commandIn(ahead));
    await bench.untilStatusOf(ahead, 'trueup/approval', 'passed');
    const behind = await bench.propose(other);
    await bench.untilComment(behind, 'Merge request 1');

    bench.remote.close(ahead.number);
    await bench.hint();
    await bench.plane.until('it to be closed', async () => {
      const { items } = await bench.plane.memory.changeSets(
        { number: 1, open: true },
        { limit: 1 },
      );
      return items.length === 0;
    });
    await bench.hint();

    expect(await bench.untilComment(behind, 'spec.size: 5')).not.toContain('Merge request 1');
  });

  it('takes out a change that the one ahead brings as well', async () => {
    await using bench = await MergeRequestBench.openRuled();
    const bob = await bench.member('bob', 'approver', ['ops']);
    const ahead = await bench.propose(biggerShop);
    await bench.say(ahead, bob, await bench.commandIn(ahead));
    await bench.untilStatusOf(ahead, 'trueup/approval', 'passed');

    const behind = await bench.propose({ ...biggerShop, 'shop/cache.json': thing('cache') });

    const comment = await bench.untilComment(behind, '1 to create in 1 stack');
    expect(comment).not.toContain('spec.size');
  });

  it('and nobody is behind one that nobody approved', async () => {
    await using bench = await MergeRequestBench.openRuled();
    const first = await bench.propose(biggerShop);
    await bench.untilComment(first, 'waits for 1 approval');

    const second = await bench.propose(other);

    expect(await bench.untilComment(second, 'spec.size: 5')).toContain('1 to update, 1 to create');
    expect(bench.plane.cloud.get(thingId('cache'))).toBeUndefined();
  });
});
