import type { Run } from '@trueup/api';
import { expect, it } from 'vitest';

import { makeChange } from '../../testing/make-change.ts';
import { approvedDigests } from './approved-digests.ts';

const changes = ['a', 'b'].map((digest) => ({ change: makeChange(), digest }));

function runIn(phase: Run['phase'], ...accepted: readonly string[]): Run {
  return { phase, accepted } as unknown as Run;
}

it('are those that a held run may apply', () => {
  const phase = { name: 'held', reason: 'plan-moved', message: 'm' } as const;

  expect(approvedDigests(runIn(phase, 'a'), changes)).toEqual(new Set(['a']));
});

it('are those that nobody is missing for', () => {
  const phase = { name: 'awaiting-approval', missing: ['b'], reason: 'r' } as const;

  expect(approvedDigests(runIn(phase), changes)).toEqual(new Set(['a']));
});

it('are none where nothing was approved yet', () => {
  const phase = { name: 'awaiting-approval', missing: ['a', 'b'], reason: 'r' } as const;

  expect(approvedDigests(runIn(phase), changes)).toBeUndefined();
});
