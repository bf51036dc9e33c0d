import type { Write } from '@trueup/engine';
import { MemoryStore, sampleRepository, sampleStack } from '@trueup/engine/testing';
import { describe, expect, it } from 'vitest';

import { StackTargets } from './stack-targets.ts';

const infra: Write = { kind: 'repository', record: sampleRepository() };
const other: Write = { kind: 'repository', record: sampleRepository({ id: 'r2', name: 'other' }) };
const shop: Write = { kind: 'stack', record: sampleStack('shop') };
const web: Write = { kind: 'stack', record: sampleStack('web') };
const far: Write = {
  kind: 'stack',
  record: sampleStack('far', { id: 'other/far', repository: 'r2' }),
};

describe('targets of stacks', () => {
  it('are counted as long as a stack goes there', () => {
    const targets = new StackTargets();

    targets.noteWrites([infra, other, shop, web, far]);
    expect([targets.count(), targets.of('infra/shop')]).toEqual([2, 'infra/staging']);

    targets.noteWrites([{ kind: 'stack-changed', id: 'infra/shop', change: { target: 'new' } }]);
    expect([targets.count(), targets.of('infra/shop')]).toEqual([3, 'infra/new']);

    targets.noteWrites([
      { kind: 'stack-changed', id: 'infra/shop', change: { standing: 'removed' } },
      { kind: 'stack-changed', id: 'infra/web', change: { health: 'failed' } },
    ]);
    expect([targets.count(), targets.of('infra/shop')]).toEqual([2, 'infra/shop']);

    targets.noteWrites([{ kind: 'repository-removed', id: 'r2' }]);
    expect([targets.count(), targets.of('other/far')]).toEqual([1, 'other/far']);
  });

  it('are those of the store at the start, but for what was removed', async () => {
    const store = new MemoryStore();
    await store.commit([
      ...[infra, other, shop, web, far],
      { kind: 'stack-changed', id: 'infra/web', change: { standing: 'removed', target: 'gone' } },
      { kind: 'repository-removed', id: 'r2' },
    ]);
    const targets = new StackTargets();

    await targets.load(store);

    expect(targets.count()).toBe(1);
  });
});
