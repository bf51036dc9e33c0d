import { describe, expect, it } from 'vitest';

import { ControlPlaneBench, configuration, thing } from '../testing/index.ts';

describe('a refusal', () => {
  it('says how a name may be', async () => {
    await using bench = await ControlPlaneBench.open();
    const { admin } = bench;
    const grants = [{ role: 'viewer' }] as const;

    await expect(
      admin.addRepository({ name: 'A', url: 'https://forge.test/a.git', branch: 'main' }),
    ).rejects.toMatchObject({
      code: 'INVALID_REQUEST',
      message: expect.stringMatching(/^"A": not a name of a repository: up to 100 of a-z, 0-9/),
    });
    await expect(admin.putMember('-', { grants })).rejects.toMatchObject({
      code: 'INVALID_REQUEST',
      message: expect.stringMatching(/^"-": not a name of a member: up to 64 of letters/),
    });
    await expect(admin.putSecret('a b', 'x', [])).rejects.toMatchObject({
      code: 'INVALID_REQUEST',
      message: expect.stringMatching(/^"a b": not a name of a secret: up to 100 of letters/),
    });
  });

  it('says that a repository was removed', async () => {
    await using bench = await ControlPlaneBench.open();
    await bench.push({
      'trueup.yaml': configuration('stacks:', '  - { name: shop, path: shop, target: cloud }'),
      'shop/web.json': thing('web'),
    });
    const { revision } = await bench.untilRun('shop', 'succeeded');
    await bench.admin.removeRepository('infra');

    const asked = bench.admin.rollback('infra/shop', revision, 'the new one is worse');

    await expect(asked).rejects.toMatchObject({
      code: 'CONFLICT',
      message: 'infra: the repository was removed: nothing of it is run until it is added again',
    });
  });
});
