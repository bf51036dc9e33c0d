import { describe, expect, it } from 'vitest';

import {
  biggerShop,
  ControlPlaneBench,
  MergeRequestBench,
  thing,
  thingId,
} from '../testing/index.ts';

const never = new AbortController().signal;

/** What a push brought, once all of it is there. */
async function rolledOut(bench: MergeRequestBench, revision: string) {
  return bench.plane.until('the rollout to succeed', async () => {
    const { items } = await bench.plane.admin.rollouts({ limit: 5 });
    return items.find((one) => one.revision === revision && one.phase === 'succeeded');
  });
}

async function openWithEmail(): Promise<MergeRequestBench> {
  const bench = await MergeRequestBench.open();
  const grants = [{ role: 'admin' }] as const;
  await bench.plane.admin.putMember('ada', { grants, emails: ['ada@example.com'] });
  return bench;
}

describe('going back on a rollout', () => {
  it('says before, stack by stack, what comes back and what stays', async () => {
    await using bench = await openWithEmail();
    await rolledOut(bench, bench.remote.branchHead('main'));
    const revision = await bench.push({
      ...biggerShop,
      'blog/page.json': undefined,
      'blog/other.json': thing('other'),
    });
    const rollout = await rolledOut(bench, revision);

    const view = await bench.plane.admin.rollbackOf(rollout.id);

    expect(view).toMatchObject({ rollout: rollout.id, repository: 'infra', revision });
    expect(view.obstacle).toBeUndefined();
    const [blog, shop] = view.stacks;
    expect(shop).toMatchObject({ stack: 'infra/shop', state: 'succeeded', count: 1, leaves: [] });
    expect(blog).toMatchObject({ stack: 'infra/blog', target: 'cloud', count: 2 });
    expect(blog?.leaves).toEqual([
      {
        says: 'A thing that was deleted or replaced is made anew, without what it held.',
        resources: [thingId('page')],
      },
    ]);
  });

  it('is one merge request with one plan over all stacks, and brings back what was there', async () => {
    await using bench = await openWithEmail();
    const first = bench.remote.branchHead('main');
    const revision = await bench.push({
      ...biggerShop,
      'blog/page.json': thing('page', { spec: { size: 9 } }),
    });
    const rollout = await rolledOut(bench, revision);
    const later = await bench.push({ README: 'came since' });
    await bench.plane.until('the head', async () => {
      const [repository] = await bench.plane.memory.repositories();
      return repository?.head === later;
    });

    const opened = await bench.plane.admin.rollbackRollout(rollout.id, 'errors since noon', never);

    expect(opened.branch).toBe(`rollback-${revision.slice(0, 12)}`);
    const request = bench.remote.mergeRequests.find(({ number }) => number === opened.number);
    if (!request) throw new Error('There is no merge request.');
    expect(request.title).toBe(`Roll back ${revision.slice(0, 12)}: errors since noon`);
    const planned = await bench.plane.until('one plan of both', async () => {
      const { items } = await bench.plane.admin.changeSets({ open: true }, { limit: 5 });
      return items.find(({ phase }) => phase === 'planned');
    });
    expect(Object.keys(planned.stacks).sort()).toEqual(['infra/blog', 'infra/shop']);

    const back = await bench.merge(request, bench.plane.git.filesOf(first));
    await rolledOut(bench, back);
    expect(bench.plane.cloud.get(thingId('web'))?.spec).toEqual({ size: 1 });
    expect(bench.plane.cloud.get(thingId('page'))?.spec).toEqual({ size: 1 });
    expect(bench.plane.errors).toEqual([]);
  });

  it('counts whoever asks as the author: nobody approves their own', async () => {
    await using bench = await MergeRequestBench.openRuled();
    const grants = [{ role: 'admin' }] as const;
    const groups = ['ops'];
    const { admin } = bench.plane;
    await admin.putMember('ada', { grants, groups, emails: ['ada@example.com'] });
    const revision = await bench.push(biggerShop);
    const waiting = await bench.plane.untilRun('shop', 'awaiting-approval', revision);
    await admin.cancel(waiting.id);
    await bench.plane.untilRun('shop', 'cancelled', revision);
    const { items } = await admin.rollouts({ limit: 5 });
    const rollout = items.find((one) => one.revision === revision)?.id ?? '';

    const { number } = await admin.rollbackRollout(rollout, 'no', never);

    const set = await bench.plane.until('its change set', async () => {
      const found = await bench.plane.memory.changeSets({ number }, { limit: 1 });
      return found.items[0];
    });
    expect(set.authors).toContain('commit:ada@example.com');
  });

  it('is refused where it cannot be, and says why', async () => {
    await using bench = await openWithEmail();
    const { admin, git } = bench.plane;
    const first = await rolledOut(bench, bench.remote.branchHead('main'));
    const revision = await bench.push(biggerShop);
    const rollout = await rolledOut(bench, revision);

    await expect(admin.rollbackRollout(first.id, 'x', never)).rejects.toThrow('nothing before it');
    await expect(admin.rollbackRollout('none', 'x', never)).rejects.toThrow('not found');
    const viewer = bench.plane.as('viewer');
    await expect(viewer.rollbackRollout(rollout.id, 'x', never)).rejects.toThrow('may not plan');
    const bob = bench.plane.as('developer', 'bob');
    await expect(bob.rollbackRollout(rollout.id, 'x', never)).rejects.toThrow('--email');
    const newer = await bench.push({ 'shop/web.json': thing('web', { spec: { size: 3 } }) });
    await rolledOut(bench, newer);
    await expect(admin.rollbackRollout(rollout.id, 'x', never)).rejects.toThrow(
      'later changes stand in the way (shop/web.json)',
    );
    expect(git.branches.size).toBe(0);
  });

  it('says that a repository without a forge has to be reverted in a clone', async () => {
    await using bench = await ControlPlaneBench.open();
    const files = (size: number) => ({
      'trueup.yaml':
        'apiVersion: trueup.dev/v1\ntargets: { cloud: { things: {} } }\nstacks: [{ name: shop, path: shop, target: cloud }]\n',
      'shop/web.json': thing('web', { spec: { size } }),
    });
    await bench.push(files(1));
    await bench.untilRun('shop', 'succeeded');
    const revision = await bench.push(files(2));
    await bench.untilRun('shop', 'succeeded', revision);
    const [newest] = (await bench.admin.rollouts({ limit: 1 })).items;

    const view = await bench.admin.rollbackOf(newest?.id ?? '');

    expect(view.obstacle).toContain('It has no forge');
    expect(view.stacks).toMatchObject([{ stack: 'infra/shop', count: 1 }]);
  });
});
