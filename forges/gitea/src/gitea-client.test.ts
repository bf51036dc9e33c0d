import { FaultClock, ForgeWorld } from '@trueup/forge-sdk/testing';
import { describe, expect, it } from 'vitest';

import { createGiteaForge } from './gitea-forge.ts';
import { createFakeGiteaClients } from './testing/fake-gitea-client.ts';

const call = { signal: new AbortController().signal };
const outbound = { request: () => Promise.reject(new Error('There is no outside.')) };

describe('createGiteaForge', () => {
  it('tells once what moves while the list is read', async () => {
    const { forge, repository, own, author } = open();
    for (const branch of ['a', 'b', 'c', 'd', 'e']) {
      own.commit({ branch });
      own.open({ author, sourceBranch: branch, targetBranch: 'main', title: branch, body: '' });
    }
    const numbers: number[] = [];

    for await (const { number } of forge.mergeRequests(repository, { state: 'open' }, call)) {
      if (numbers.length === 0) own.comment(1, author, 'This moves it to the front.');
      numbers.push(number);
    }

    expect(numbers).toEqual([5, 4, 3, 2]);
  });

  it('takes no app', async () => {
    const { forge, repository } = open();
    const credential = { kind: 'app', appId: '1', privateKey: 'x' } as const;

    await expect(forge.describe({ ...repository, credential }, call)).rejects.toMatchObject({
      code: 'FORGE_CREDENTIAL_UNKNOWN',
    });
  });

  it('counts nobody for an account that is gone', async () => {
    const { forge, repository, own } = open();
    const ghost = { id: '-1', login: 'Ghost' };
    own.commit({ branch: 'a' });
    own.open({ author: ghost, sourceBranch: 'a', targetBranch: 'main', title: 'a', body: '' });
    own.review(1, ghost, 'approved');

    const [review] = await forge.reviews(repository, 1, call);

    expect(review?.author).toEqual({ id: '', login: 'Ghost' });
    expect(await forge.permission(repository, { id: '', login: 'Ghost' }, call)).toBe('none');
  });
});

function open() {
  const world = new ForgeWorld();
  const own = world.createRepository('shop/gitops');
  const author = world.createUser('dev');
  own.permissions.set(author.id, 'admin');
  const connect = createFakeGiteaClients({
    world,
    tokens: new Map([['x', author]]),
    clock: new FaultClock(),
  });
  const forge = createGiteaForge({ outbound, connect });
  const repository = {
    path: 'shop/gitops',
    credential: { kind: 'token', token: 'x' },
  } as const;
  return { forge, repository, own, author };
}
