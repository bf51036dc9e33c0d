import { describe, expect, it } from 'vitest';

import { findLineEnds, fromTyped, toTyped } from './line-ends.ts';

describe('line ends', () => {
  it.each([
    ['', 'lf'],
    ['a\nb\n', 'lf'],
    ['a\r\nb\r\n', 'crlf'],
    ['a\r\nb\n', 'mixed'],
    ['a\rb', 'mixed'],
    ['a\r\r\n', 'mixed'],
  ])('of %j are %s', (text, ends) => {
    expect(findLineEnds(text)).toBe(ends);
  });

  it.each(['a\nb\n', 'a\r\nb', '', '\r\n\r\n'])('stay what they were: %j', (text) => {
    expect(fromTyped(toTyped(text), findLineEnds(text))).toBe(text);
  });
});
