import { type Change, formatResourceId, type ResourceId } from '@trueup/provider-sdk';
import { describe, expect, it } from 'vitest';

import { screenPlan } from './screen-plan.ts';
import { wholeStack } from './seal-desired.ts';

const known = formatResourceId({ kind: 'Thing', scope: '', name: 'known' });
/** What only the tool knows to be described: prepared as nothing of its own. */
const counted = formatResourceId({ kind: 'Thing', scope: '', name: 'counted[1]' });

describe('the cause of a change', () => {
  it.each<[string, ResourceId, readonly string[], string]>([
    ['drift of a resource that Git names', known, ['a', 'x'], 'drift'],
    ['another wish for it', known, ['b', 'y'], 'revision'],
    ['the same wish in another place', known, ['a', 'x', 'elsewhere'], 'revision'],
    ['drift of what only the tool can name', counted, ['a', 'x'], 'drift'],
    ['another wish for the stack that makes it', counted, ['a', 'y'], 'revision'],
  ])('is found: %s', (_name, id, [own = '', whole = '', moved], cause) => {
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
      isMoved: moved !== undefined,
    });

    expect(changes[0]?.change.cause).toBe(cause);
  });

  it('keeps healing where the last run was', () => {
    const change: Change = {
      id: known,
      action: 'create',
      fields: [],
      confidence: 'certain',
      hazards: [],
      position: { wave: 0, rank: 0 },
      dependsOn: [],
    };
    const plan = { changes: [change], coverage: { gaps: [] }, foreign: [], diagnostics: [] };

    const { changes, withheld } = screenPlan({
      plan: { ...plan, targetIdentity: 'elsewhere' },
      place: { repository: 'r', targetIdentity: 'elsewhere' },
      purpose: 'heal',
      rule: {
        guards: { maxDeletions: 10, maxDeletionsPercent: 20, allowsProtected: () => false },
        healsDrift: true,
      },
      desired: new Map([[known, 'a']]),
      appliedDesired: { [known]: 'a' },
      isMoved: true,
      executed: new Map(),
      executedByRun: new Set(),
      begunByRun: new Set(),
      owned: 1,
    });

    expect(changes.map((one) => one.change.action)).toEqual(['none']);
    expect(withheld.map(({ reason }) => reason)).toEqual([
      'The target is another one than the stack was brought to.',
    ]);
  });
});
