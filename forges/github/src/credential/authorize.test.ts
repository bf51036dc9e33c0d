import type { ForgeRepository, RestClient } from '@trueup/forge-sdk';
import { FaultClock, ForgeWorld } from '@trueup/forge-sdk/testing';
import { describe, expect, it } from 'vitest';

import { createGithubForge } from '../github-forge.ts';
import { createFakeGithubClients } from '../testing/fake-github-client.ts';
import { createAppKeys } from '../testing/stand-in-fixture.ts';
import { AppTokens } from './authorize.ts';

const keys = createAppKeys();
const call = { signal: new AbortController().signal };
const outbound = { request: () => Promise.reject(new Error('There is no outside.')) };

describe('an app', () => {
  it('gets itself a token once, and again shortly before it runs out', async () => {
    const { forge, repository, tokens, clock } = open();

    await forge.describe(repository, call);
    await forge.mergeRequest(repository, 1, call);
    expect(tokens.size).toBe(1);
    clock.later(56);
    await forge.mergeRequest(repository, 1, call);

    expect(tokens.size).toBe(2);
  });

  it('keeps its tokens when there are as many as are kept', async () => {
    const { repository, own, issued } = openTokens();
    await own('shop/one');
    await own(repository);

    await own('shop/one');
    await own(repository);

    expect(issued).toHaveLength(2);
  });

  it('is another one with another key', async () => {
    const { forge, repository, tokens } = open();
    await forge.mergeRequest(repository, 1, call);
    const credential = {
      kind: 'app',
      appId: '4711',
      privateKey: createAppKeys().privateKey,
    } as const;

    const asking = forge.describe({ ...repository, credential }, call);

    await expect(asking).rejects.toMatchObject({ code: 'FORGE_UNAUTHORIZED' });
    expect(tokens.size).toBe(1);
  });

  it.each([
    'nonsense',
    '',
    '-----BEGIN RSA PRIVATE KEY-----\nc2VjcmV0\n-----END RSA PRIVATE KEY-----',
  ])('does not take the key %j, nor show it', async (privateKey) => {
    const { forge, repository } = open();
    const credential = { kind: 'app', appId: '4711', privateKey } as const;

    const told = await forge.describe({ ...repository, credential }, call).then(
      () => 'It was taken.',
      ({ code, message }) => `${code} ${message}`,
    );

    expect(told).toMatch(/^FORGE_CREDENTIAL_UNREADABLE /);
    expect(told).not.toContain('c2VjcmV0');
  });
});

/** Of which two are kept. */
function openTokens() {
  const issued: string[] = [];
  const tokens = new AppTokens(() => 0, 2);
  const rest = {
    find: async () => ({ id: 1 }),
    write: async () => ({}),
    read: async () => {
      issued.push('token');
      return { token: `t${issued.length}`, expires_at: '1970-01-01T01:00:00Z' };
    },
  } as unknown as RestClient;
  const credential = { kind: 'app', appId: '4711', privateKey: keys.privateKey } as const;
  const own = (path: string) => tokens.authorize({ path, credential }, call, () => rest);
  return { repository: 'shop/gitops', own, issued };
}

function open() {
  const world = new ForgeWorld();
  const own = world.createRepository('shop/gitops');
  const self = world.createUser('trueup[bot]');
  own.permissions.set(self.id, 'admin');
  const tokens = new Map();
  let minutes = 0;
  const clock = Object.assign(new FaultClock(), {
    later: (more: number) => {
      minutes += more;
    },
  });
  // The stand-in's clock does not go wrong with ours: a word lives for nine minutes.
  const now = (): number => Date.now() + minutes * 60_000;
  const app = { appId: '4711', publicKey: keys.publicKey, self, now };
  const connect = createFakeGithubClients({
    world,
    tokens,
    app,
    clock: { now, wait: clock.wait },
  });
  const forge = createGithubForge({ outbound, connect });
  const credential = { kind: 'app', appId: '4711', privateKey: keys.privateKey } as const;
  const repository: ForgeRepository = { path: 'shop/gitops', credential };
  return { forge, repository, tokens, clock };
}
