import type { Run } from '@trueup/api';
import { describe, expect, it } from 'vitest';

import { keepShownPlan } from './shown-plan.ts';

const [old, other] = [
  { id: 'p1', digest: 'sha256:1' },
  { id: 'p2', digest: 'sha256:2' },
] as unknown as readonly [NonNullable<Run['plan']>, NonNullable<Run['plan']>];

function runWith(plan: Run['plan'] | undefined, phase: object): Run {
  return { plan, phase } as unknown as Run;
}

describe('the plan of a run', () => {
  it.each([{ name: 'awaiting-approval' }, { name: 'held', reason: 'guard' }])(
    'stays while it may be approved, whatever is planned meanwhile: %j',
    (phase) => {
      expect(keepShownPlan(old, runWith(other, phase))).toEqual({ shown: old, isStale: true });
    },
  );

  it('is the newest where there is nothing to approve', () => {
    const newest = { shown: other, isStale: false };

    expect(keepShownPlan(old, runWith(other, { name: 'applying' }))).toEqual(newest);
    expect(keepShownPlan(undefined, runWith(other, { name: 'awaiting-approval' }))).toEqual(newest);
  });

  it('is the same one when nothing of it differs', () => {
    const again = { ...old, id: 'p3' };

    expect(keepShownPlan(old, runWith(again, { name: 'awaiting-approval' }))).toEqual({
      shown: again,
      isStale: false,
    });
  });

  it('is none until there is one', () => {
    expect(keepShownPlan(undefined, runWith(undefined, { name: 'planning' }))).toEqual({
      isStale: false,
    });
  });
});
