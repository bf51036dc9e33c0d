import { type Change, formatResourceId } from '@trueup/provider-sdk';
import { describe, expect, it } from 'vitest';

import { screenPlan } from './screen-plan.ts';
import { wholeStack } from './seal-desired.ts';

const known = formatResourceId({ kind: 'Thing', scope: '', name: 'known' });
/** What only the tool knows to be described: prepared as nothing of its own. */
const counted = formatResourceId({ kind: 'Thing', scope: '', name: 'counted[1]' });

describe('the cause of a change', () => {
  it.each([
    ['drift of a resource that Git names', known, ['a', 'x'], 'drift'],
    ['another wish for it', known, ['b', 'y'], 'revision'],
    ['drift of what only the tool can name', counted, ['a', 'x'], 'drift'],
    ['another wish for the stack that makes it', counted, ['a', 'y'], 'revision'],
  ])('is found: %s', (_name, id, [own = '', whole = ''], cause) => {
    const change: Change = {
      id,
      action: 'update',
      fields: [],
      confidence: 'certain',
      hazards: [],
      position: { wave: 0, rank: 0 },
      dependsOn: [],
    };
    const plan = {
      targetIdentity: 'here',
      changes: [change],
      coverage: { gaps: [] },
      foreign: [],
      diagnostics: [],
    };

    const { changes } = screenPlan({
      plan,
      place: { repository: 'r', targetIdentity: 'here' },
      purpose: 'revision',
      rule: {
        guards: { maxDeletions: 10, maxDeletionsPercent: 20, allowsProtected: () => false },
        healsDrift: true,
      },
      desired: new Map([
        [known, own],
        [wholeStack, whole],
      ]),
      appliedDesired: { [known]: 'a', [wholeStack]: 'x' },
      executed: new Map(),
      executedByRun: new Set(),
      begunByRun: new Set(),
      owned: 2,
    });

    expect(changes[0]?.change.cause).toBe(cause);
  });
});
