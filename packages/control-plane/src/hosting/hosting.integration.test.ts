import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { Actor, Role } from '@trueup/engine';
import { MemoryStore } from '@trueup/engine/testing';
import { changeSettings, editFiles } from '@trueup/forge-hosted';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { createIds } from '../ids/create-ids.ts';
import { ControlPlaneBench } from '../testing/control-plane-bench.ts';
import { hostedActorOf, hostedUserOf, permissionOf } from './hosted-people.ts';
import { type Hosting, openHosting } from './open-hosting.ts';
import { protectFollowed, protectHosted } from './protect-followed.ts';
import { withHostedAccounts } from './with-hosted-accounts.ts';

const createdAt = '2026-01-01T00:00:00Z';
let folder: string;
let store: MemoryStore;
let hosting: Hosting;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'trueup-hosting-'));
  store = new MemoryStore();
  const newId = createIds(Date.now);
  const publicUrl = () => 'http://trueup.test';
  const place = { folder, searchPath: '/usr/bin:/bin:/usr/local/bin', publicUrl };
  const onError = (error: unknown): void => {
    throw error;
  };
  hosting = openHosting({ store, now: Date.now, newId, onError, ...place });
});

afterEach(async () => {
  await hosting[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

describe('hosting', () => {
  it('tells what happens after it was written', async () => {
    const told: string[] = [];
    hosting.listen((events) => told.push(...events.map(({ kind }) => kind)));
    await hosting.host.create({ path: 'shop/gitops' });
    await admit('ada', 'admin');
    const actor = await hostedActorOf(await as('ada'), 'shop/gitops', store);

    const files = [{ path: 'a', content: '1\n' }];
    const edit = { branch: 'main', message: 'First', files };
    await editFiles(hosting.host, 'shop/gitops', edit, actor as never);

    expect(told).toEqual(['push']);
    const { items } = await store.audit({ limit: 9 });
    expect(items).toMatchObject([
      {
        actor: 'member:ada',
        event: 'branch:moved',
        subject: 'shop/gitops',
        detail: { branch: 'main' },
      },
    ]);
    const page = await store.hostedRecords(
      { place: 'repositories', order: 'rising' },
      { limit: 9 },
    );
    expect(page.items.map(({ id }) => id)).toEqual(['shop/gitops']);
  });

  it('lets nobody push to a branch that is followed later, and says that once', async () => {
    const [path, forge] = ['shop/gitops', { kind: 'hosted', path: 'shop/gitops' }];
    await hosting.host.create({ path });
    await admit('ada', 'admin');
    const actor = (await hostedActorOf(await as('ada'), path, store)) as never;
    const edit = { branch: 'release', message: 'It', files: [{ path: 'a', content: '1\n' }] };
    await editFiles(hosting.host, path, edit, actor);

    const followed = { forge, branch: 'release' };
    expect(await protectHosted(followed, hosting)).toBe(true);
    expect(await protectHosted(followed, hosting)).toBe(false);
    expect(await protectHosted({ forge, branch: 'main' }, hosting)).toBe(false);

    const again = { ...edit, files: [{ path: 'a', content: '2\n' }] };
    await expect(editFiles(hosting.host, path, again, actor)).rejects.toThrow('protected');
  });

  it('protects once what was followed before, and keeps what is unprotected since', async () => {
    const path = 'shop/gitops';
    await hosting.host.create({ path, defaultBranch: 'main' });
    await follow('gitops', { path, branch: 'release' });
    await follow('broken', { path: 'shop/none', branch: 'main' });
    const failed: string[] = [];
    const onError = (_error: unknown, name: string): number => failed.push(name);
    const start = (): Promise<void> => protectFollowed({ store, hosting, now: Date.now, onError });
    const patterns = async (): Promise<readonly string[]> =>
      (await hosting.host.open(path)).repository.protections.map(({ pattern }) => pattern);

    await start();
    expect(await patterns()).toEqual(['main', 'release']);
    const { items } = await store.audit({ limit: 9 });
    expect(items).toMatchObject([
      { event: 'repository:protected', subject: 'gitops', detail: { branch: 'release' } },
    ]);

    await admit('ada', 'admin');
    const actor = (await hostedActorOf(await as('ada'), path, store)) as never;
    await changeSettings(hosting.host, path, { protections: [] }, actor);
    await hosting.host.create({ path: 'shop/none', defaultBranch: 'other' });
    await start();
    await start();

    expect(failed).toEqual(['broken']);
    expect(await patterns()).toEqual([]);
    const mended = (await hosting.host.open('shop/none')).repository.protections;
    expect(mended.map(({ pattern }) => pattern)).toContain('main');
  });

  it('gives each member an account, and its successor another one', async () => {
    const first = hostedUserOf({ name: 'ada', createdAt });
    const second = hostedUserOf({ name: 'ada', createdAt: '2026-02-01T00:00:00Z' });

    expect(first.login).toBe(second.login);
    expect(first.id).not.toBe(second.id);
  });

  it('knows what a member says there as its own', async () => {
    await admit('ada', 'approver');
    const known = withHostedAccounts(store);

    const account = `hosted:${hostedUserOf({ name: 'ada', createdAt }).id}`;
    expect((await known.member('ada'))?.identities).toEqual([account]);
    expect((await known.members()).map(({ identities }) => identities)).toEqual([[account]]);
  });

  it.each([
    ['stranger', [], 'none'],
    ['viewer', [{ role: 'viewer', repository: 'gitops' }], 'read'],
    ['developer', [{ role: 'developer', repository: 'gitops' }], 'write'],
    ['admin', [{ role: 'admin', repository: 'gitops' }], 'admin'],
    ['admin of another one', [{ role: 'admin', repository: 'other' }], 'none'],
    ['admin of all', [{ role: 'admin' }], 'admin'],
  ] as const)('lets a %s do what the role says', (_case, grants, permission) => {
    const forge = { kind: 'hosted', path: 'shop/gitops' };
    const record = { id: 'r1', name: 'gitops', url: '', branch: 'main', intervalMs: 1, forge };
    const elsewhere = {
      ...record,
      id: 'r2',
      name: 'other',
      forge: { kind: 'gitea', path: 'shop/gitops' },
    };
    const actor: Actor = { kind: 'member', name: 'x', grants };

    expect(
      permissionOf(actor, 'shop/gitops', [
        { ...record, diagnostics: [] },
        { ...elsewhere, diagnostics: [] },
      ]),
    ).toBe(permission);
  });
});

describe('a repository elsewhere', () => {
  it('has no merge requests here, and says so', async () => {
    await using bench = await ControlPlaneBench.open();

    await expect(bench.admin.mergeRequests('infra', {}, { limit: 1 })).rejects.toMatchObject({
      code: 'CONFLICT',
    });
    await expect(bench.admin.mergeRequests('none', {}, { limit: 1 })).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
  });
});

async function follow(
  name: string,
  { path, branch }: { readonly path: string; readonly branch: string },
): Promise<void> {
  const forge = { kind: 'hosted', path };
  const record = { id: name, name, url: '', branch, intervalMs: 1, forge, diagnostics: [] };
  await store.commit([{ kind: 'repository', record }]);
}

async function admit(name: string, role: Role): Promise<void> {
  const member = { name, grants: [{ role }], groups: [], emails: [], createdAt };
  await store.commit([{ kind: 'member', member }]);
}

async function as(name: string): Promise<Actor> {
  const member = await store.member(name);
  return { kind: 'member', name, grants: member?.grants ?? [] };
}
