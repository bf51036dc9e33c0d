import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { plainLines, plainText } from './plain-text.ts';

describe('foreign text', () => {
  it.each<[string, string, string]>([
    ['plain words', 'web:1.4.0', 'web:1.4.0'],
    ['other scripts', 'größe 東京 ok', 'größe 東京 ok'],
    ['a colour', '\u001b[31mred\u001b[0m', '\\x1b[31mred\\x1b[0m'],
    ['the title of a window', '\u001b]0;pwned\u0007', '\\x1b]0;pwned\\x07'],
    ['a control sequence in one character', '\u009b2J', '\\x9b2J'],
    ['an overwritten line', 'good\rbad', 'good\\rbad'],
    ['a second line', 'a\nb\tc', 'a\\nb\\tc'],
    ['turned round', 'user\u202egnp.exe', 'user\\u202egnp.exe'],
    ['isolated', '\u2066x\u2069', '\\u2066x\\u2069'],
    ['nothing to see', 'a\u200bb\ufeff', 'a\\u200bb\\ufeff'],
    ['lines by other means', 'a\u2028b', 'a\\u2028b'],
    ['half of a character', 'a\ud800b', 'a\\ud800b'],
    ['tags', '\u{e0041}', '\\u{e0041}'],
  ])('shows %s as what it is', (_name, text, shown) => {
    expect(plainText(text)).toBe(shown);
  });

  it('never holds a control character, and stays as it is when done twice', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const plain = plainText(text);

        expect(plain).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
        expect(plainText(plain)).toBe(plain);
      }),
      { seed: 1, numRuns: 150 },
    );
  });

  it('keeps the lines of a text apart', () => {
    expect(plainLines('a\r\n\u001bb\n')).toEqual(['a', '\\x1bb']);
  });
});
