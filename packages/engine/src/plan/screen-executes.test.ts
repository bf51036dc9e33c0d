import { type Change, formatResourceId } from '@trueup/provider-sdk';
import { describe, expect, it } from 'vitest';

import { screenPlan } from './screen-plan.ts';

const id = formatResourceId({ kind: 'Job', scope: '', name: 'migrate' });

describe('what leaves no state', () => {
  it.each<[string, Change['fields'], number]>([
    ['runs when it never ran', [{ path: [], after: 'new', sensitive: false }], 1],
    ['runs when another one ran', [{ path: [], before: 'old', after: 'new', sensitive: false }], 1],
    [
      'is left where the target remembers it, even by those who have seen nothing of it',
      [{ path: [], before: 'new', after: 'new', sensitive: false }],
      0,
    ],
  ])('%s', (_name, fields, steps) => {
    const change: Change = {
      id,
      action: 'execute',
      executes: 'always',
      fields,
      confidence: 'certain',
      hazards: [],
      position: { wave: 0, rank: 0 },
      dependsOn: [],
    };

    const screened = screenPlan({
      plan: {
        targetIdentity: 'here',
        changes: [change],
        coverage: { gaps: [] },
        foreign: [],
        diagnostics: [],
      },
      place: { repository: 'r', targetIdentity: 'here' },
      purpose: 'revision',
      rule: {
        guards: { maxDeletions: 10, maxDeletionsPercent: 20, allowsProtected: () => false },
        healsDrift: true,
      },
      desired: new Map(),
      appliedDesired: undefined,
      executed: new Map(),
      executedByRun: new Set(),
      begunByRun: new Set(),
      owned: 1,
    });

    expect(screened.digests.size).toBe(steps);
  });
});
