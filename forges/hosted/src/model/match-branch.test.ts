import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { matchesBranch } from './match-branch.ts';

describe('matchesBranch', () => {
  it.each([
    ['main', 'main', true],
    ['main', 'main2', false],
    ['release-*', 'release-', true],
    ['release-*', 'release-1/x', true],
    ['release-*', 'a-release-1', false],
    ['*', 'anything/at.all', true],
    ['*-prod', 'eu-prod', true],
    ['*-prod', '-pro', false],
    ['a*b*c', 'a-b-b-c', true],
    ['a*b*c', 'a-c-b', false],
    ['a*a', 'a', false],
    ['**', 'x', true],
    ['a.c', 'abc', false],
  ])('%s fits %s: %s', (pattern, branch, fits) => {
    expect(matchesBranch(pattern, branch)).toBe(fits);
  });

  it('fits what a regular expression would', () => {
    const texts = fc.string({ unit: fc.constantFrom('a', 'b', '*', '.'), maxLength: 8 });
    const names = fc.string({ unit: fc.constantFrom('a', 'b', '.'), maxLength: 8 });
    fc.assert(
      fc.property(texts, names, (pattern, name) => {
        const escaped = pattern.replaceAll('.', '\\.').replaceAll(/\*+/g, '.*');
        expect(matchesBranch(pattern, name)).toBe(new RegExp(`^${escaped}$`).test(name));
      }),
      { seed: 7, numRuns: 500 },
    );
  });

  it('is quick about patterns of many stars', () => {
    expect(matchesBranch(`${'a*'.repeat(120)}b`, 'a'.repeat(250))).toBe(false);
  });
});
