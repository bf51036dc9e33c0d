import { describe, expect, it } from 'vitest';

import { ControlPlaneBench, configuration, thing } from '../testing/index.ts';

const admin = { grants: [{ role: 'admin' }] } as const;

describe('the first administrator', () => {
  it('comes by a link that is good once, and ends all others', async () => {
    await using bench = await ControlPlaneBench.open();
    const links = [
      (await bench.plane.firstAdministratorLink()) ?? '',
      (await bench.plane.firstAdministratorLink()) ?? '',
    ];

    const both = await Promise.all(links.map((link) => bench.plane.redeemLink(link, 'ada')));
    const later = await Promise.all(links.map((link) => bench.plane.redeemLink(link, 'eve')));

    const [first] = both.filter((one) => one !== undefined);
    expect(both.filter((one) => one === undefined)).toHaveLength(1);
    expect(later).toEqual([undefined, undefined]);
    expect(await bench.plane.firstAdministratorLink()).toBeUndefined();
    expect(await bench.plane.authenticate(first?.token ?? '')).toEqual({
      kind: 'member',
      name: 'ada',
      grants: [{ role: 'admin' }],
    });
  });

  it('has a name that can stand in rules and addresses', async () => {
    await using bench = await ControlPlaneBench.open();
    const link = (await bench.plane.firstAdministratorLink()) ?? '';

    const refused = await bench.plane.redeemLink(link, '../ada');

    expect(refused).toBeUndefined();
    expect(await bench.plane.redeemLink(link, 'ada')).toBeDefined();
  });

  it('cannot lock everybody out', async () => {
    await using bench = await ControlPlaneBench.open();
    await bench.admin.putMember('ada', admin);
    const refusal = { code: 'CONFLICT' };

    await expect(bench.admin.removeMember('ada')).rejects.toMatchObject(refusal);
    await expect(bench.admin.putMember('ada', { grants: [] })).rejects.toMatchObject(refusal);
    await bench.admin.putMember('bob', admin);
    // Somebody without a token that counts administers nothing.
    await expect(bench.admin.removeMember('ada')).rejects.toMatchObject(refusal);
    const { id } = await bench.admin.createToken('bob', 'laptop');
    await bench.admin.revokeToken('bob', id);
    await expect(bench.admin.removeMember('ada')).rejects.toMatchObject(refusal);
    await bench.admin.createToken('bob', 'laptop');

    await bench.admin.removeMember('ada');
    expect((await bench.admin.members()).map(({ name }) => name)).toEqual(['bob']);
  });
});

describe('the link of the first administrator', () => {
  it('is there again once no administrator has a token that counts', async () => {
    await using bench = await ControlPlaneBench.open();
    const link = await bench.plane.firstAdministratorLink();
    await bench.plane.redeemLink(link ?? '', 'ada');
    const [first] = await bench.admin.tokens('ada');
    expect(await bench.plane.firstAdministratorLink()).toBeUndefined();

    await bench.admin.revokeToken('ada', first?.id ?? '');

    const again = await bench.plane.firstAdministratorLink();
    expect(await bench.plane.redeemLink(again ?? '', 'ada')).toBeUndefined();
    const { token = '' } = (await bench.plane.redeemLink(again ?? '', 'bob')) ?? {};
    expect(await bench.plane.authenticate(token)).toMatchObject({ name: 'bob' });
    expect(await bench.plane.firstAdministratorLink()).toBeUndefined();
  });
});

describe('a member', () => {
  it('is known by the name in any case', async () => {
    await using bench = await ControlPlaneBench.open();
    await bench.admin.putMember('ada', admin);
    const taken = { code: 'CONFLICT', message: 'ADA: there is a member ada already' };

    await expect(bench.admin.putMember('ADA', admin)).rejects.toMatchObject(taken);
    const both = ['Bob', 'bob'].map((name) => bench.admin.putMember(name, { grants: [] }));
    const settled = await Promise.allSettled(both);

    expect(settled.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
    const link = await bench.plane.firstAdministratorLink();
    expect(await bench.plane.redeemLink(link ?? '', 'Ada')).toBeUndefined();
  });
});

describe('a token', () => {
  it('counts until it is revoked, expires, or its member goes', async () => {
    await using bench = await ControlPlaneBench.open();
    await bench.admin.putMember('root', admin);
    await bench.admin.putMember('bob', { grants: [{ role: 'viewer' }] });
    const make = (expiresInMs?: number) => bench.admin.createToken('bob', 'ci', expiresInMs);
    const [kept, revoked, short] = [await make(), await make(), await make(1)];
    await bench.admin.revokeToken('bob', revoked.id);
    await new Promise((resolve) => setTimeout(resolve, 5));

    const counts = async (token: string) => (await bench.plane.authenticate(token)) !== undefined;
    const before = [
      await counts(kept.token),
      await counts(revoked.token),
      await counts(short.token),
    ];
    await bench.admin.removeMember('bob');
    await bench.admin.putMember('bob', admin);
    const after = await counts(kept.token);

    expect(before).toEqual([true, false, false]);
    expect(after).toBe(false);
    expect(JSON.stringify(await bench.admin.tokens('bob'))).not.toContain('hash');
  });

  it('is in the hands of its member, and of administrators', async () => {
    await using bench = await ControlPlaneBench.open();
    await bench.admin.putMember('root', admin);
    await bench.admin.putMember('bob', { grants: [] });
    const denied = { code: 'ACCESS_DENIED' };

    const own = await bench.as('viewer', 'bob').createToken('bob', 'laptop');

    await expect(bench.as('operator', 'eve').tokens('bob')).rejects.toMatchObject(denied);
    await expect(bench.as('operator', 'eve').createToken('bob', 'x')).rejects.toMatchObject(denied);
    await bench.as('viewer', 'bob').revokeToken('bob', own.id);
    await expect(bench.admin.createToken('bob', 'x', 0)).rejects.toMatchObject({
      code: 'INVALID_REQUEST',
    });
  });
});

describe('a session', () => {
  it('shows nothing of repositories that its actor may not view', async () => {
    await using bench = await ControlPlaneBench.open();
    await bench.push({
      'trueup.yaml': configuration('stacks:', '  - { name: shop, path: shop, target: cloud }'),
      'shop/web.json': thing('web'),
    });
    const run = await bench.untilRun('shop', 'succeeded');
    const other = bench.as('admin', 'eve', 'other');
    const missing = { code: 'NOT_FOUND' };

    expect(await other.repositories()).toEqual([]);
    expect((await other.stacks({ limit: 10 })).items).toEqual([]);
    expect((await other.runs({}, { limit: 10 })).items).toEqual([]);
    expect((await other.rollouts({ limit: 10 })).items).toEqual([]);
    await expect(other.stack('infra/shop')).rejects.toMatchObject(missing);
    await expect(other.stack('infra/nothing')).rejects.toMatchObject(missing);
    await expect(other.run(run.id)).rejects.toMatchObject(missing);
    await expect(other.plan(run.plan?.id ?? '')).rejects.toMatchObject(missing);
    await expect(other.drift({ stack: 'infra/shop' }, { limit: 1 })).rejects.toMatchObject(missing);
    await expect(other.audit({ limit: 1 })).rejects.toMatchObject({ code: 'ACCESS_DENIED' });
  });

  it('writes the end of every run into the audit chain', async () => {
    await using bench = await ControlPlaneBench.open();
    await bench.push({
      'trueup.yaml': configuration('stacks:', '  - { name: shop, path: shop, target: cloud }'),
      'shop/web.json': thing('web'),
    });
    const run = await bench.untilRun('shop', 'succeeded');

    const line = (await bench.admin.audit({ limit: 100 })).items.at(-1);

    expect(line).toMatchObject({
      event: 'run:succeeded',
      actor: 'commit:ada@example.com',
      subject: 'infra/shop',
      detail: { run: run.id, revision: run.revision, plan: run.plan?.digest, extent: 'all' },
    });
  });

  it.each([
    ['a URL of another kind', { url: 'ftp://git.example.com/x.git' }],
    ['a URL with a password', { url: 'https://ada:hunter2@git.example.com/x.git' }],
    ['no name', { name: '../x' }],
    ['no branch', { branch: 'a..b' }],
    ['an interval of no time', { intervalMs: 10 }],
  ])('registers no repository with %s', async (_what, wrong) => {
    await using bench = await ControlPlaneBench.open();
    const wanted = { name: 'second', url: 'https://git.example.com/second.git', ...wrong };

    const refusal = await bench.admin.addRepository(wanted).catch((error: unknown) => error);

    expect(refusal).toMatchObject({ code: 'INVALID_REQUEST' });
    expect(JSON.stringify([refusal, `${(refusal as Error).message}`])).not.toContain('hunter2');
    expect(await bench.admin.repositories()).toHaveLength(1);
  });
});
