import { sampleRepository } from '@trueup/engine/testing';
import {
  createMemoryForge,
  FaultClock,
  ForgeWorld,
  MemoryLink,
  writeMemoryDelivery,
} from '@trueup/forge-sdk/testing';
import { describe, expect, it } from 'vitest';

import { Deliveries } from './deliveries.ts';

const push = { kind: 'push', branch: 'main', commit: 'f'.repeat(40) } as const;

function open() {
  const world = new ForgeWorld();
  const self = world.createUser('trueup');
  const followed: string[] = [];
  const forge = { kind: 'memory', path: 'acme/infra', webhookSecret: 'hook' };
  const record = sampleRepository({ name: 'infra', branch: 'main', forge });
  const deliveries = new Deliveries({
    repository: (name) => (name === 'infra' ? record : undefined),
    forges: [createMemoryForge({ world, link: new MemoryLink(new FaultClock()), self })],
    readSecret: async () => 'hunter2\n',
    fetch: (name) => followed.push(`fetch ${name}`),
    look: (name, number) => followed.push(`look ${name} ${number ?? 'at all'}`),
    onError: (error) => {
      throw error;
    },
  });
  const take = (
    event: Parameters<typeof writeMemoryDelivery>[0],
    { path = 'acme/infra', secret = 'hunter2', name = 'infra' } = {},
  ) => deliveries.take(name, writeMemoryDelivery(event, { repository: path, secret }));
  return { take, followed };
}

describe('a delivery', () => {
  it('of a push makes Trueup fetch, and look at the merge requests', async () => {
    const { take, followed } = open();

    expect(await take(push)).toBe('taken');

    expect(followed).toEqual(['fetch infra', 'look infra at all']);
  });

  it('of a push to another branch makes Trueup look at the merge requests', async () => {
    const { take, followed } = open();

    expect(await take({ ...push, branch: 'topic' })).toBe('taken');

    expect(followed).toEqual(['look infra at all']);
  });

  it('of a comment makes Trueup look at one merge request', async () => {
    const { take, followed } = open();

    expect(await take({ kind: 'comment', number: 7 })).toBe('taken');

    expect(followed).toEqual(['look infra 7']);
  });

  it('unsigned, signed by somebody else or for no repository leads to nothing', async () => {
    const { take, followed } = open();

    expect(await take(push, { secret: 'guess' })).toBe('refused');
    expect(await take(push, { secret: '' })).toBe('refused');
    expect(await take(push, { name: 'unknown' })).toBe('refused');

    expect(followed).toEqual([]);
  });

  it('of another repository of the forge leads to nothing', async () => {
    const { take, followed } = open();

    expect(await take(push, { path: 'acme/other' })).toBe('taken');

    expect(followed).toEqual([]);
  });

  it('that comes again leads to nothing more', async () => {
    const { take, followed } = open();
    await take(push);

    expect(await take(push)).toBe('repeated');

    expect(followed).toHaveLength(2);
  });
});
