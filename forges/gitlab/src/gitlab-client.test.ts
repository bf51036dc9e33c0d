import { FaultClock, ForgeWorld } from '@trueup/forge-sdk/testing';
import { describe, expect, it } from 'vitest';

import { createGitlabForge } from './gitlab-forge.ts';
import { createFakeGitlabClients } from './testing/fake-gitlab-client.ts';

const call = { signal: new AbortController().signal };
const outbound = { request: () => Promise.reject(new Error('There is no outside.')) };

describe('createGitlabForge', () => {
  it('counts nobody into a group who belongs to one around it', async () => {
    const { forge, repository, world } = open();
    const [boss, operator, night] = ['boss', 'operator', 'night'].map((login) =>
      world.createUser(login),
    );
    if (!boss || !operator || !night) throw new Error('Somebody is missing.');
    world.createGroup('shop', [boss]);
    world.createGroup('shop/ops', [operator]);
    world.createGroup('shop/ops/night', [night, operator]);

    const group = await forge.group(repository, 'shop/ops', call);

    expect(group?.members.map(({ login }) => login)).toEqual(['operator', 'night']);
  });

  it('lets anybody with an account read what is public', async () => {
    const { forge, world, token } = open();
    const stranger = world.createUser('stranger');
    world.createRepository('shop/open', { isPrivate: false });
    const repository = { path: 'shop/open', credential: { kind: 'token', token } } as const;

    expect(await forge.permission(repository, stranger, call)).toBe('read');
    expect(await forge.permission(repository, { id: '99', login: 'x' }, call)).toBe('none');
  });

  it('takes no app', async () => {
    const { forge, repository } = open();
    const credential = { kind: 'app', appId: '1', privateKey: 'x' } as const;

    await expect(forge.describe({ ...repository, credential }, call)).rejects.toMatchObject({
      code: 'FORGE_CREDENTIAL_UNKNOWN',
    });
  });
});

function open() {
  const world = new ForgeWorld();
  const own = world.createRepository('shop/gitops');
  const self = world.createUser('trueup');
  own.permissions.set(self.id, 'admin');
  const token = 'x';
  const tokens = new Map([[token, self]]);
  const connect = createFakeGitlabClients({ world, tokens, clock: new FaultClock() });
  const forge = createGitlabForge({ outbound, connect });
  const repository = { path: 'shop/gitops', credential: { kind: 'token', token } } as const;
  return { forge, repository, world, token };
}
