import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { cutStart, cutText, textWidth } from './text-width.ts';

describe('the width of a text', () => {
  it.each<[string, number]>([
    ['web', 3],
    ['größe', 5],
    ['東京', 4],
    ['🚀', 2],
    ['e\u0301', 1],
    ['', 0],
  ])('of %s is %i', (text, width) => {
    expect(textWidth(text)).toBe(width);
  });
});

describe('a text that is cut', () => {
  it.each<[string, number, string]>([
    ['registry.example.com', 10, 'registry.…'],
    ['short', 10, 'short'],
    ['東京東京', 5, '東京…'],
    ['x', 0, ''],
  ])('%s to %i columns', (text, columns, cut) => {
    expect(cutText(text, columns)).toBe(cut);
  });

  it('keeps its end when it is a path', () => {
    expect(cutStart('apps/shop/web.yaml', 10)).toBe('…/web.yaml');
  });

  it('is never wider than asked', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.nat(40), (text, columns) => {
        expect(textWidth(cutText(text, columns))).toBeLessThanOrEqual(columns);
        expect(textWidth(cutStart(text, columns))).toBeLessThanOrEqual(columns);
      }),
      { seed: 2, numRuns: 500 },
    );
  });
});
