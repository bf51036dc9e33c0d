import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { diffLines, foldSame } from './diff-lines.ts';

const signs = { added: '+', removed: '-', same: ' ' } as const;

function show(before: string, after: string): readonly string[] {
  return diffLines(before, after).map(({ kind, text }) => `${signs[kind]}${text}`);
}

describe('two texts', () => {
  it('show the line that differs between those that do not', () => {
    expect(show('a\nb\nc\n', 'a\nx\nc\n')).toEqual([' a', '-b', '+x', ' c']);
  });

  it('show lines that come', () => {
    expect(show('a\nd', 'a\nb\nc\nd')).toEqual([' a', '+b', '+c', ' d']);
  });

  it('give back both sides', () => {
    const lines = fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(lines, lines, (old, young) => {
        const all = diffLines(old.join('\n'), young.join('\n'));
        const side = (kind: 'added' | 'removed'): readonly string[] =>
          all.filter((line) => line.kind !== kind).map(({ text }) => text);

        expect(side('added')).toEqual(old);
        expect(side('removed')).toEqual(young);
      }),
      { seed: 1, numRuns: 300 },
    );
  });

  it('are replaced as a whole where they are too long to compare', () => {
    const long = (word: string): string =>
      Array.from({ length: 2000 }, (_, n) => `${word}${n}`).join('\n');

    expect(diffLines(long('a'), long('b'))).toHaveLength(4000);
  });
});

it('leaves out what stays far from what changes', () => {
  const before = Array.from({ length: 20 }, (_, n) => `line ${n}`);
  const shown = foldSame(diffLines(before.join('\n'), before.with(10, 'other').join('\n')));

  expect(shown.map(({ kind }) => kind)).toEqual([
    'skipped',
    ...Array<string>(3).fill('same'),
    'removed',
    'added',
    ...Array<string>(3).fill('same'),
    'skipped',
  ]);
});
