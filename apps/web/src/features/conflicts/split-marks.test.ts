import { describe, expect, it } from 'vitest';

import { hasMarks, listHunks, solveHunk, splitMarks } from './split-marks.ts';

const marked = (target: string, source: string): string =>
  `<<<<<<< aaa\n${target}||||||| bbb\nold\n=======\n${source}>>>>>>> ccc\n`;
const text = `one\n${marked('OURS\n', 'THEIRS\n')}two\n${marked('', 'x\n')}three\n`;

describe('a text with marks', () => {
  it('has its parts in order, and is what they are together', () => {
    expect(listHunks(text)).toMatchObject([
      { target: 'OURS\n', base: 'old\n', source: 'THEIRS\n' },
      { target: '', base: 'old\n', source: 'x\n' },
    ]);
    expect(
      splitMarks(text)
        .map((part) => part.text)
        .join(''),
    ).toBe(text);
  });

  it('is solved hunk by hunk', () => {
    const second = solveHunk(text, 1, 'x\n');
    const both = solveHunk(second, 0, 'OURS\nTHEIRS\n');

    expect(hasMarks(second)).toBe(true);
    expect(both).toBe('one\nOURS\nTHEIRS\ntwo\nx\nthree\n');
    expect(hasMarks(both)).toBe(false);
  });

  it.each([
    ['a heading\n=======\n', false],
    ['<<<<<<< aaa\nhalf\n', true],
    ['half\n>>>>>>> ccc', true],
    ['a <<<<<<< b\n', false],
  ])('that is half solved is seen: %j', (half, has) => {
    expect(hasMarks(half)).toBe(has);
  });
});
