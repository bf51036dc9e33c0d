import { describe, expect, it } from 'vitest';

import type { SessionError } from '../access/session-error.ts';
import { ControlPlaneBench, configuration, thing, thingId } from '../testing/index.ts';

const stacks = ['stacks:', '  - { name: shop, path: shop, target: cloud }'];
const asking = configuration(
  ...stacks,
  'rules:',
  '  - { stacks: ["*"], approvals: { count: 2, from: [group:ops], excludeAuthor: true } }',
);
const web = thingId('web');

describe('an approval', () => {
  it('counts for those whom the rule names, and not for the author', async () => {
    await using bench = await openAsking();
    const run = await bench.untilRun('shop', 'awaiting-approval');
    const digest = run.plan?.digest ?? '';

    for (const name of ['ada', 'eve', 'bob']) {
      await bench.as('approver', name).approve(run.id, digest);
      expect((await bench.untilRun('shop', 'awaiting-approval')).id).toBe(run.id);
    }
    await bench.as('approver', 'cleo').approve(run.id, digest.slice('sha256:'.length, 20));
    await bench.untilRun('shop', 'succeeded');

    const approvals = await bench.admin.approvals(run.id);
    expect(approvals.map(({ actor, state }) => [actor, state])).toEqual([
      ['ada', 'used'],
      ['eve', 'used'],
      ['bob', 'used'],
      ['cleo', 'used'],
    ]);
    expect(bench.cloud.effectsOf(web)).toEqual(['create']);
  });

  it('is refused for anything but the newest plan, and after the end', async () => {
    await using bench = await openAsking();
    const run = await bench.untilRun('shop', 'awaiting-approval');
    const approver = bench.as('approver', 'bob');

    await expect(approver.approve(run.id, 'a'.repeat(64))).rejects.toMatchObject(conflict);
    await expect(approver.approve(run.id, run.plan?.digest.slice(7, 18) ?? '')).rejects.toThrow(
      'is not its newest plan',
    );
    await bench.as('operator', 'olga').cancel(run.id);
    await bench.untilRun('shop', 'cancelled');
    await expect(approver.approve(run.id, run.plan?.digest ?? '')).rejects.toMatchObject(conflict);
  });

  it('holds through a restart, and is not asked for again', async () => {
    await using bench = await openAsking();
    const run = await bench.untilRun('shop', 'awaiting-approval');
    await bench.as('approver', 'bob').approve(run.id, run.plan?.digest ?? '');

    await bench.restart();
    await bench.as('approver', 'cleo').approve(run.id, run.plan?.digest ?? '');
    const done = await bench.untilRun('shop', 'succeeded');

    expect(done.id).toBe(run.id);
  });
});

describe('a paused stack', () => {
  it('is left alone by revisions and by healing, and catches up afterwards', async () => {
    await using bench = await openHealing();
    await bench.admin.pause('infra/shop', 'looking into it');

    const revision = await bench.push({
      'shop/web.json': thing('web', { spec: { size: 2 } }),
      'blog/page.json': thing('page', { spec: { size: 2 } }),
    });
    await bench.untilRun('blog', 'succeeded', revision);
    bench.cloud.disturb(web, 'size', 9);
    await bench.until('drift to be noted', async () => {
      const { items } = await bench.admin.drift({ stack: 'infra/shop', open: true }, { limit: 1 });
      return items.length === 1;
    });
    const meanwhile = { spec: bench.cloud.get(web)?.spec, runs: await bench.runsOf('shop') };
    await bench.admin.unpause('infra/shop');
    await bench.untilRun('shop', 'succeeded', revision);

    expect(meanwhile.spec).toEqual({ size: 9 });
    expect(meanwhile.runs).toHaveLength(1);
    expect(bench.cloud.get(web)?.spec).toEqual({ size: 2 });
  });
});

describe('a rollback', () => {
  it('applies an older revision and pauses the stack', async () => {
    await using bench = await openHealing();
    const [first] = await bench.runsOf('shop');
    const revision = await bench.push({ 'shop/web.json': thing('web', { spec: { size: 2 } }) });
    await bench.untilRun('shop', 'succeeded', revision);

    const run = await bench.admin.rollback('infra/shop', first?.revision ?? '', 'it broke');
    await bench.until('the rollback to succeed', async () => {
      return (await bench.admin.run(run.id)).phase.name === 'succeeded';
    });

    expect(bench.cloud.get(web)?.spec).toEqual({ size: 1 });
    const { paused, applied } = await bench.admin.stack('infra/shop');
    expect(paused).toMatchObject({ by: 'member:ada', reason: expect.stringContaining('it broke') });
    expect(applied?.revision).toBe(first?.revision);
  });

  it('is refused for what is no revision, is not there, or was only proposed', async () => {
    await using bench = await openHealing();
    const base = (await bench.memory.repositories())[0]?.head ?? '';
    const bigger = { 'shop/web.json': thing('web', { spec: { size: 9 } }) };
    const proposed = bench.git.propose(bigger, { base });
    const rollback = (revision: string) => bench.admin.rollback('infra/shop', revision, 'x');

    await expect(rollback('main')).rejects.toThrow('revision');
    await expect(rollback('f'.repeat(40))).rejects.toThrow('not in the history of main');
    await expect(rollback(proposed)).rejects.toThrow('not in the history of main');

    expect((await bench.admin.stack('infra/shop')).paused).toBeUndefined();
  });
});

const conflict: Partial<SessionError> = { code: 'CONFLICT' };

async function openAsking(): Promise<ControlPlaneBench> {
  const bench = await ControlPlaneBench.open();
  const grants = [{ role: 'approver' }] as const;
  const addresses = ['ada@example.com'];
  await bench.admin.putMember('root', { grants: [{ role: 'admin' }] });
  await bench.admin.putMember('ada', { grants, groups: ['ops'], emails: addresses });
  await bench.admin.putMember('bob', { grants, groups: ['ops'] });
  await bench.admin.putMember('cleo', { grants, groups: ['ops'] });
  await bench.admin.putMember('eve', { grants, groups: ['other'] });
  await bench.push({ 'trueup.yaml': asking, 'shop/web.json': thing('web') });
  return bench;
}

async function openHealing(): Promise<ControlPlaneBench> {
  const bench = await ControlPlaneBench.open();
  const blog = '  - { name: blog, path: blog, target: cloud }';
  const rules = ['rules:', '  - { stacks: ["*"], drift: heal }'];
  await bench.push({
    'trueup.yaml': configuration(...stacks, blog, ...rules),
    'shop/web.json': thing('web'),
    'blog/page.json': thing('page'),
  });
  await bench.untilRun('shop', 'succeeded');
  await bench.untilRun('blog', 'succeeded');
  return bench;
}
