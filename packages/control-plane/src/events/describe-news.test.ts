import type { Approval, ChangeSet, Write } from '@trueup/engine';
import { MemoryStore, sampleChangeSet, sampleRepository } from '@trueup/engine/testing';
import { describe, expect, it } from 'vitest';

import { observeCommits } from './observe-commits.ts';

const at = '2026-01-02T03:04:05.000Z';

async function openStore() {
  const memory = new MemoryStore();
  await memory.commit([{ kind: 'repository', record: sampleRepository() }]);
  const store = observeCommits(
    memory,
    () => undefined,
    () => Date.parse(at),
  );
  const told = async () =>
    (await memory.events({ limit: 100 })).items.map(({ type, stack = '' }) =>
      `${type} ${stack}`.trim(),
    );
  return { store, told, memory };
}

function setWrite(change: Partial<ChangeSet>): Write {
  return { kind: 'change-set', set: sampleChangeSet('c1', change) };
}

const approval: Approval = {
  id: 'a1',
  repository: 'r1',
  stack: 'infra/shop',
  run: 'run-1',
  digests: [],
  actor: 'ada',
  at,
  state: 'given',
};

describe('what is written without an event', () => {
  it('is told once: that a merge request was planned, merged, closed', async () => {
    const { store, told } = await openStore();

    await store.commit([setWrite({ phase: { name: 'planning' } })]);
    await store.commit([setWrite({ phase: { name: 'planned' } })]);
    await store.commit([setWrite({ phase: { name: 'planned' }, updatedAt: at })]);
    await store.commit([setWrite({ phase: { name: 'merged', commit: 'd'.repeat(40), at } })]);

    expect(await told()).toEqual(['merge-request:planned', 'merge-request:merged']);
  });

  it('is told for each stack that could not be planned', async () => {
    const { store, told } = await openStore();
    const failed = { name: 'failed', diagnostics: [] } as const;
    const refused = { name: 'refused', reason: 'the author may not push' } as const;

    await store.commit([setWrite({ phase: { name: 'planning' }, stacks: { 'infra/a': failed } })]);
    await store.commit([
      setWrite({ phase: { name: 'planning' }, stacks: { 'infra/a': failed, 'infra/b': refused } }),
    ]);

    expect(await told()).toEqual(['plan:failed infra/a', 'plan:refused infra/b']);
  });

  it('is told of approvals, but for those that were used up', async () => {
    const { store, told } = await openStore();

    await store.commit([{ kind: 'approval', approval }]);
    await store.commit([{ kind: 'approval', approval: { ...approval, state: 'dropped' } }]);
    await store.commit([{ kind: 'approval', approval: { ...approval, state: 'used' } }]);

    expect(await told()).toEqual(['approval:given infra/shop', 'approval:dropped infra/shop']);
  });

  it('is not told twice where the batch has an event of its own', async () => {
    const { store, told } = await openStore();
    const place = { repository: 'infra', stack: 'infra/shop' };
    const event = { at, type: 'approval:given', ...place, body: { actor: 'ada' } };

    await store.commit([
      { kind: 'approval', approval },
      { kind: 'event', event },
    ]);

    expect(await told()).toEqual(['approval:given infra/shop']);
  });

  it('is told where somebody sets the rules aside', async () => {
    const { store, told, memory } = await openStore();
    const line = { at, actor: 'member:ada', event: 'approval:break-glass', subject: 'infra/shop' };

    await store.commit([{ kind: 'audit', line: { ...line, detail: { reason: 'on fire' } } }]);

    expect(await told()).toEqual(['approval:break-glass infra/shop']);
    const [event] = (await memory.events({ limit: 1 })).items;
    expect(event?.body).toEqual({ reason: 'on fire', actor: 'member:ada' });
  });
});
