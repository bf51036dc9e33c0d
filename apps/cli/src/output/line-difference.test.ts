import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { differLines, type LineDifference } from './line-difference.ts';

describe('two texts', () => {
  it('are told apart line by line, with what is near', () => {
    const before = ['a', 'b', 'c', 'd', 'e', 'f'];
    const after = ['a', 'b', 'C', 'd', 'e', 'f', 'g'];

    expect(format(differLines(before, after, 1))).toEqual([
      '  …',
      '  b',
      '- c',
      '+ C',
      '  d',
      '  …',
      '  f',
      '+ g',
    ]);
  });

  it('are nothing but added when there was none', () => {
    expect(format(differLines([], ['a', 'b'], 3))).toEqual(['+ a', '+ b']);
  });

  it('can be put together again from what differs', () => {
    const lines = fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { maxLength: 30 });
    fc.assert(
      fc.property(lines, lines, (before, after) => {
        fc.pre(before.join() !== after.join());
        const all = differLines(before, after, 1000);

        expect(all.filter(({ kind }) => kind !== 'added').map(({ text }) => text)).toEqual(before);
        expect(all.filter(({ kind }) => kind !== 'removed').map(({ text }) => text)).toEqual(after);
      }),
      { seed: 3, numRuns: 500 },
    );
  });

  it('that are equal have no differences', () => {
    expect(differLines(['a', 'b'], ['a', 'b'], 3)).toEqual([]);
  });

  it('that are very long and have nothing in common still come to an end', () => {
    const before = Array.from({ length: 5000 }, (_, index) => `a${index}`);
    const after = Array.from({ length: 5000 }, (_, index) => `b${index}`);

    expect(differLines(before, after, 3)).toHaveLength(10_000);
  });
});

const marks = { same: ' ', skipped: ' ', removed: '-', added: '+' };

function format(differences: readonly LineDifference[]): readonly string[] {
  return differences.map(({ kind, text }) => `${marks[kind]} ${text}`);
}
