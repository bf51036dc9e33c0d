import { describe, expect, it } from 'vitest';

import { checkBody, checkBranch, checkLabels, checkNewBranch, checkTitle } from './check-texts.ts';

const invalid = expect.objectContaining({ code: 'FORGE_REQUEST_INVALID' });

describe('what people write', () => {
  it.each(['', '  ', 'a\nb', '\u0000', 'x'.repeat(501)])('is no title: %j', (title) => {
    expect(() => checkTitle(title, 'shop/gitops!1')).toThrow(invalid);
  });

  it('is bounded, and otherwise as it is', () => {
    expect(checkTitle('<b>\u202e "x"', 's')).toBe('<b>\u202e "x"');
    expect(checkBody('x'.repeat(100_000), 's')).toHaveLength(100_000);
    expect(() => checkBody('x'.repeat(100_001), 's')).toThrow(invalid);
  });

  it('has labels once each, in order', () => {
    expect(checkLabels(['b', 'a', 'b'], 's')).toEqual(['a', 'b']);
    expect(() => checkLabels([' '], 's')).toThrow(invalid);
    expect(() => checkLabels(['a\tb'], 's')).toThrow(invalid);
    expect(() => checkLabels(Array.from({ length: 51 }, String), 's')).toThrow(invalid);
  });

  it.each(['0123456789abcdef'.repeat(4), 'a'.repeat(40), 'refs/heads/main'])(
    'is no name for a new branch: %s',
    (branch) => {
      expect(() => checkNewBranch(branch, 's')).toThrow(invalid);
      expect(checkNewBranch('abcdef', 's')).toBe('abcdef');
    },
  );

  it.each(['', '-x', 'a..b', 'a b', 'x.lock', '@'])('is no branch: %j', (branch) => {
    expect(() => checkBranch(branch, 's')).toThrow(invalid);
  });
});
