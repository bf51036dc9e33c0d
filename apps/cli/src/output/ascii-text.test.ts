import { describe, expect, it } from 'vitest';

import { isAscii, toAscii } from './ascii-text.ts';

describe('text for a terminal without UTF-8', () => {
  it.each([
    ['plain', 'plain'],
    ['✓ create', '* create'],
    ['a → b', 'a > b'],
    ['Käse', 'K\\u{e4}se'],
    ['\u{1f600}', '\\u{1f600}'],
  ])('writes %s as %s', (text, expected) => {
    expect(toAscii(text)).toBe(expected);
  });
});

describe('a locale', () => {
  it.each<[Record<string, string>, boolean]>([
    [{}, false],
    [{ LANG: 'en_US.UTF-8' }, false],
    [{ LANG: 'C.utf8' }, false],
    [{ LANG: 'C' }, true],
    [{ LANG: 'de_DE.ISO-8859-1' }, true],
    [{ LANG: 'C', LC_CTYPE: 'C.UTF-8' }, false],
    [{ LANG: 'en_US.UTF-8', LC_ALL: 'POSIX' }, true],
    [{ LANG: 'C', LC_ALL: '' }, true],
    [{ LANG: 'en_US.UTF-8', TERM: 'linux' }, true],
  ])('%j: without UTF-8 is %s', (environment, expected) => {
    expect(isAscii(environment)).toBe(expected);
  });
});
