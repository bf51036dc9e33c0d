import type { JsonObject } from '@trueup/diagnostics';
import { describe, expect, it } from 'vitest';

import { configure } from '../configuration/testing/configuration-file.ts';
import { findWeakened } from './find-weakened.ts';

const strict: JsonObject = {
  stacks: ['*-production'],
  approvals: [
    { count: 2, from: ['group:ops'], excludeAuthor: true },
    { when: 'deletion', from: ['group:sec'] },
  ],
  freeze: [{ cron: '0 18 * * FRI', for: '62h' }],
  guards: { maxDeletions: 3, deny: [{ when: 'change.x', say: 'Ask ops.' }] },
};
const stacks = ['shop-production', 'web-production', 'shop-staging'];

describe('findWeakened', () => {
  it.each<[string, readonly JsonObject[]]>([
    ['the same', [strict]],
    [
      'more of it',
      [strict, { stacks: ['*'], approvals: { count: 3 }, guards: { maxDeletions: 1 } }],
    ],
    [
      'the same in other words',
      [
        { stacks: ['shop-production', 'web-*'], approvals: strict['approvals'] ?? [] },
        { ...strict, approvals: [] },
      ],
    ],
    [
      'stricter',
      [
        {
          ...strict,
          approvals: [
            { count: 3, from: ['group:ops'], excludeAuthor: true },
            { from: ['group:sec'], count: 2 },
          ],
        },
      ],
    ],
  ])('finds nothing in what is %s', (_name, rules) => {
    expect(weakened(rules)).toEqual([]);
  });

  it('says what would no longer hold, and for which stacks', () => {
    expect(weakened([])).toEqual([
      'Weakens rules: 2 approvals from group:ops, not by who wrote it would no longer be asked, for shop-production, web-production.',
      'Weakens rules: 1 approval from group:sec, since deletion would no longer be asked, for shop-production, web-production.',
      'Weakens rules: no longer denied: Ask ops, for shop-production, web-production.',
      'Weakens rules: `maxDeletions` from 3 to 10, for shop-production, web-production.',
      'Weakens rules: no longer frozen at 0 18 * * FRI for 62h, for shop-production, web-production.',
    ]);
  });

  it.each<[string, JsonObject, string]>([
    ['fewer people', { approvals: [{ from: ['group:ops'], excludeAuthor: true }] }, '2 approvals'],
    [
      'more groups',
      { approvals: [{ count: 2, from: ['group:ops', 'group:dev'], excludeAuthor: true }] },
      '2 approvals',
    ],
    ['anybody', { approvals: [{ count: 2, excludeAuthor: true }] }, '2 approvals'],
    ['authors', { approvals: [{ count: 2, from: ['group:ops'] }] }, '2 approvals'],
    ['a shorter freeze', { freeze: [{ cron: '0 18 * * FRI', for: '1h' }] }, 'no longer frozen'],
    [
      'other clocks',
      { freeze: [{ cron: '0 18 * * FRI', for: '62h', timezone: 'Asia/Tokyo' }] },
      'no longer frozen',
    ],
    [
      'what is protected',
      { guards: { maxDeletions: 3, allowProtected: ['Namespace//*'] } },
      'no longer protected: Namespace//*',
    ],
    ['fewer stacks', { stacks: ['web-production'] }, 'for shop-production.'],
  ])('sees %s', (_name, part, notice) => {
    expect(weakened([{ ...strict, ...part }]).join('\n')).toContain(notice);
  });

  it('says no more than anybody reads', () => {
    const deny = Array.from({ length: 40 }, (_, at) => ({ when: `a.b${at}`, say: `No ${at}.` }));
    const before = configure({ rules: [{ stacks: ['*'], guards: { deny } }] }).configuration;
    const found = findWeakened(before, configure({ rules: [] }).configuration, ['shop']);

    expect(found).toHaveLength(10);
    expect(found.at(-1)).toBe('Weakens rules in 31 more ways.');
  });
});

function weakened(rules: readonly JsonObject[]): readonly string[] {
  const before = configure({ rules: [strict] });
  const after = configure({ rules });
  const problems = [...before.problems, ...after.problems];
  if (problems.length > 0) throw new Error(problems.join('\n'));
  return findWeakened(before.configuration, after.configuration, stacks);
}
