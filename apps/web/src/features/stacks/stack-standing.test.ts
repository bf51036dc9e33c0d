import type { Run, StackView } from '@trueup/api';
import { describe, expect, it } from 'vitest';

import { chooseStacks, countStandings, standingOf } from './stack-standing.ts';

const applied = { revision: 'a', run: 'r', at: '2026-01-01T00:00:00Z', targetIdentity: 't' };
const plain: StackView = {
  id: 'infra/web',
  repository: '1',
  name: 'web',
  path: 'apps/web',
  target: 'production',
  provider: 'kubernetes',
  standing: 'active',
  diagnostics: [],
  applied,
  health: 'current',
  resourceCount: 3,
  driftCount: 0,
  may: ['view'],
};

function running(name: 'applying' | 'queued' | 'awaiting-approval' | 'failed'): { lastRun: Run } {
  return { lastRun: { phase: { name } } as unknown as Run };
}

describe('the standing of a stack', () => {
  it.each<[string, Partial<StackView>]>([
    ['in-place', {}],
    ['drifted', { driftCount: 2 }],
    ['failed', { health: 'failed', driftCount: 2 }],
    ['failed', running('failed')],
    ['held', { ...running('awaiting-approval'), driftCount: 1 }],
    ['moving', running('applying')],
    ['paused', { paused: { by: 'ada', at: 'x', reason: 'y' } }],
    ['orphaned', { standing: 'orphaned' }],
    ['broken', { diagnostics: [{ severity: 'error', code: 'A_B', path: [], summary: 's' }] }],
    ['in-place', { diagnostics: [{ severity: 'warning', code: 'A_B', path: [], summary: 's' }] }],
  ])('is %s', (standing, besides) => {
    expect(standingOf({ ...plain, ...besides })).toBe(standing);
  });

  it('is new before anything was applied', () => {
    const { applied: _none, ...rest } = plain;

    expect(standingOf(rest)).toBe('new');
  });
});

describe('the list of stacks', () => {
  const stacks = [
    { ...plain, id: 'infra/z' },
    { ...plain, id: 'infra/a', target: 'staging' },
    { ...plain, id: 'infra/m', driftCount: 1 },
  ];

  it('has what asks for somebody first, then names in order', () => {
    const chosen = chooseStacks(stacks, { text: '', standing: 'all' });

    expect(chosen.map(({ id }) => id)).toEqual(['infra/m', 'infra/a', 'infra/z']);
  });

  it('finds by every word', () => {
    const chosen = chooseStacks(stacks, { text: 'STAGING infra', standing: 'all' });

    expect(chosen.map(({ id }) => id)).toEqual(['infra/a']);
  });

  it('counts what there is', () => {
    expect(countStandings(stacks)).toEqual([
      { standing: 'drifted', count: 1 },
      { standing: 'in-place', count: 2 },
    ]);
  });
});
