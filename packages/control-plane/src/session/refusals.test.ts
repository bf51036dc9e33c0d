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

  it('says to the second of two who add one name at once that it is taken', async () => {
    await using bench = await ControlPlaneBench.open();
    const wanted = { name: 'apps', url: 'https://forge.test/apps.git' };

    const both = await Promise.allSettled([
      bench.admin.addRepository(wanted),
      bench.admin.addRepository(wanted),
    ]);

    expect(both.find(({ status }) => status === 'rejected')).toMatchObject({
      reason: { code: 'CONFLICT', message: 'apps: there is one of this name already' },
    });
    expect(await bench.admin.repositories()).toHaveLength(2);
  });

  it('says that only branches are followed', async () => {
    await using bench = await ControlPlaneBench.open();
    const wanted = { name: 'apps', url: 'https://forge.test/apps.git' };

    const tagged = bench.admin.addRepository({ ...wanted, branch: 'refs/tags/v1' });
    const full = bench.admin.addRepository({ ...wanted, branch: 'refs/heads/team/main' });

    await expect(tagged).rejects.toMatchObject({
      code: 'INVALID_REQUEST',
      message: expect.stringContaining('refs/tags/v1 is no branch: name a branch as git branch'),
    });
    expect(await full).toMatchObject({ branch: 'team/main' });
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
