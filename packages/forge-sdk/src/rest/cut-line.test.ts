import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { cutLine } from './cut-line.ts';

describe('cutLine', () => {
  it.each([
    ['Adds 3.', 20, 'Adds 3.'],
    ['one\r\n\ttwo\u2028three', 20, 'one two three'],
    ['abcdef', 4, 'abc…'],
    ['ab\u{1F680}', 4, 'ab\u{1F680}'],
    ['ab\u{1F680}c', 4, 'ab…'],
  ])('%j within %i is %j', (line, longest, expected) => {
    expect(cutLine(line, longest)).toBe(expected);
  });

  it('gives one well-formed line that is no longer than it may be', () => {
    const anything = fc.string({ unit: 'binary', maxLength: 60 });
    fc.assert(
      fc.property(anything, fc.integer({ min: 1, max: 40 }), (line, longest) => {
        const cut = cutLine(line, longest);

        expect(cut.length).toBeLessThanOrEqual(longest);
        expect(cut).not.toMatch(/[\n\r]/);
        expect(cut.isWellFormed()).toBe(true);
      }),
      { seed: 1, numRuns: 300 },
    );
  });
});
