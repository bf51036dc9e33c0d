import { describe, expect, it } from 'vitest';

import { span } from './line.ts';
import { paint, plainLook } from './paint.ts';
import { wrapLine } from './wrap-line.ts';

describe('a long line', () => {
  it.each<[string, string, readonly [number, number?], string]>([
    ['that fits stays', 'one two', [7], 'one two\n'],
    ['is broken between words', 'one two three', [9, 0], 'one two\nthree\n'],
    ['goes on indented', '  one two three', [9], '  one two\n    three\n'],
    ['goes on where it is told to', 'one two three', [10, 4], 'one two\n    three\n'],
    [
      'keeps what is wider whole',
      'see https://example.com/a',
      [12, 2],
      'see\n  https://example.com/a\n',
    ],
    ['of one word stays', 'https://example.com/a', [12, 2], 'https://example.com/a\n'],
  ])('%s', (_name, text, [width, hanging], expected) => {
    expect(paint(wrapLine([span(text)], width, hanging), plainLook)).toBe(expected);
  });

  it('keeps what each part is for', () => {
    expect(wrapLine([span('bad '), span('one two', 'bad')], 7, 0)).toEqual([
      [{ text: 'bad ' }, { text: 'one', tone: 'bad' }],
      [{ text: '' }, { text: 'two', tone: 'bad' }],
    ]);
  });
});
