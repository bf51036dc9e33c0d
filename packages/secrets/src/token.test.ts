import { describe, expect, it } from 'vitest';

import { createToken, hashToken, isSameSecret } from './token.ts';

describe('a token', () => {
  it('is found by scanners, fits into a header, and is never the same', () => {
    const tokens = Array.from({ length: 100 }, createToken);

    expect(new Set(tokens).size).toBe(100);
    for (const token of tokens) expect(token).toMatch(/^trueup_[\w-]{43}$/);
  });

  it('is stored as a hash that stays what it is', () => {
    expect(hashToken('trueup_example')).toBe(
      '29d4973e99f5277ac1bbc45e02c7753830aa71ef641b606ae21c041b0941491a',
    );
  });

  it.each([
    ['abc', 'abc', true],
    ['abc', 'abd', false],
    ['abc', 'abcd', false],
    ['', '', true],
    ['é', 'e', false],
  ])('compares %j with %j', (a, b, same) => {
    expect(isSameSecret(a, b)).toBe(same);
  });
});
