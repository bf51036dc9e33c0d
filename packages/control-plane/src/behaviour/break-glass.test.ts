import { describe, expect, it } from 'vitest';

import { ControlPlaneBench, configuration, thing, thingId } from '../testing/index.ts';

const files = {
  'trueup.yaml': configuration(
    'stacks:',
    '  - { name: shop, path: shop, target: cloud }',
    'rules:',
    '  - { stacks: ["*"], approvals: { count: 2, from: [group:ops] } }',
  ),
  'shop/web.json': thing('web'),
};

describe('breaking the glass', () => {
  it('lets the run go on, and stands in the audit chain and in the events with its reason', async () => {
    await using bench = await open();
    const run = await bench.untilRun('shop', 'awaiting-approval');
    const digest = run.plan?.digest ?? '';

    await bench.as('emergency', 'edda').breakGlass(run.id, digest, ' The shop is down. ');
    const done = await bench.untilRun('shop', 'succeeded');

    expect(done).toMatchObject({
      id: run.id,
      brokenGlass: { by: 'member:edda', reason: 'The shop is down.' },
    });
    expect(bench.cloud.effectsOf(thingId('web'))).toEqual(['create']);
    const { items } = await bench.admin.audit({ limit: 100 });
    expect(items).toContainEqual(
      expect.objectContaining({
        actor: 'member:edda',
        event: 'approval:break-glass',
        subject: 'infra/shop',
        detail: { run: run.id, plan: digest, reason: 'The shop is down.' },
      }),
    );
    const events = await bench.memory.events({ limit: 500 });
    expect(events.items.map(({ type }) => type)).toContain('approval:break-glass');
  });

  it.each(['viewer', 'developer', 'approver', 'operator', 'admin'] as const)(
    'is nothing that the role %s may do',
    async (role) => {
      await using bench = await open();
      const run = await bench.untilRun('shop', 'awaiting-approval');
      const asked = bench.as(role).breakGlass(run.id, run.plan?.digest ?? '', 'Why not?');

      await expect(asked).rejects.toMatchObject({ code: 'ACCESS_DENIED' });
      expect((await bench.admin.run(run.id)).phase.name).toBe('awaiting-approval');
    },
  );

  it('wants a reason, the newest plan, and a run that waits for people', async () => {
    await using bench = await open();
    const run = await bench.untilRun('shop', 'awaiting-approval');
    const edda = bench.as('emergency', 'edda');
    const digest = run.plan?.digest ?? '';

    for (const reason of ['', ' \n', 'x'.repeat(1001)]) {
      await expect(edda.breakGlass(run.id, digest, reason)).rejects.toMatchObject({
        code: 'INVALID_REQUEST',
      });
    }
    await expect(edda.breakGlass(run.id, 'a'.repeat(64), 'x')).rejects.toMatchObject({
      code: 'CONFLICT',
    });
    await edda.breakGlass(run.id, digest, 'It is down.');
    await bench.untilRun('shop', 'succeeded');
    await expect(edda.breakGlass(run.id, digest, 'Again.')).rejects.toMatchObject({
      code: 'CONFLICT',
    });
    const elsewhere = bench.as('emergency', 'eve', 'other');
    await expect(elsewhere.breakGlass(run.id, digest, 'x')).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
  });
});

async function open(): Promise<ControlPlaneBench> {
  const bench = await ControlPlaneBench.open();
  await bench.push(files);
  return bench;
}
