import type { ChangeSet } from '@trueup/api';
import { describe, expect, it } from 'vitest';

import { keepShown, staleStacks } from './shown-set.ts';

const first: ChangeSet = {
  id: 's1',
  repository: 'infra',
  number: 7,
  head: 'a'.repeat(40),
  base: 'b'.repeat(40),
  author: 'hosted:1',
  digest: 'sha256:1',
  createdAt: '2026-01-01T00:00:00Z',
  updatedAt: '2026-01-01T00:00:00Z',
  phase: 'planned',
  diagnostics: [],
  stacks: {
    'infra/a': { state: 'planned', plan: 'p1', digest: 'sha256:a1' },
    'infra/b': { state: 'planned', plan: 'p2', digest: 'sha256:b1' },
  },
  refusals: [],
  may: ['view'],
};
const moved: ChangeSet = {
  ...first,
  id: 's2',
  digest: 'sha256:2',
  stacks: {
    'infra/a': { state: 'planned', plan: 'p3', digest: 'sha256:a2' },
    'infra/b': { state: 'planned', plan: 'p2', digest: 'sha256:b1' },
  },
};

describe('what is shown', () => {
  it('stays when the plan moves, and says that there is a newer one', () => {
    expect(keepShown(first, moved)).toEqual({ shown: first, newer: moved });
  });

  it('takes up what changes nothing that is approved', () => {
    const approved = { ...first, updatedAt: '2026-01-02T00:00:00Z' };

    expect(keepShown(first, approved)).toEqual({ shown: approved });
  });

  it('takes up plans that were still being made', () => {
    const stacks = { ...first.stacks, 'infra/a': { state: 'waiting' } } as const;

    expect(keepShown({ ...first, phase: 'planning', stacks }, moved)).toEqual({ shown: moved });
  });

  it('stays while plans are made when one that is shown moves', () => {
    const before: ChangeSet = { ...first, phase: 'planning' };

    expect(keepShown(before, moved)).toEqual({ shown: before, newer: moved });
  });

  it('is never that of another merge request', () => {
    expect(keepShown({ ...first, number: 6 }, moved)).toEqual({ shown: moved });
  });
});

describe('stacks whose plan is another one by now', () => {
  it('are those whose digest differs', () => {
    expect(staleStacks({ shown: first, newer: moved })).toEqual(new Set(['infra/a']));
  });

  it('are those that are no longer touched', () => {
    const { 'infra/a': kept } = moved.stacks;
    const newer = { ...moved, stacks: kept ? { 'infra/a': kept } : {} };

    expect(staleStacks({ shown: first, newer })).toEqual(new Set(['infra/a', 'infra/b']));
  });

  it('are none while nothing is newer', () => {
    expect(staleStacks({ shown: first })).toEqual(new Set());
  });
});
