import { describe, expect, it } from 'vitest';

import { showControls, splitControls } from './visible-text.ts';

describe('texts of others', () => {
  it('show what would turn them around', () => {
    expect(splitControls('a\u202egnp.exe')).toEqual([
      { kind: 'text', text: 'a' },
      { kind: 'control', name: 'U+202E' },
      { kind: 'text', text: 'gnp.exe' },
    ]);
  });

  it.each([
    ['\u200b', '‹U+200B›'],
    ['\ufeff', '‹U+FEFF›'],
    ['\u2066', '‹U+2066›'],
    ['\u0000', '‹U+0000›'],
    ['\u001b[31m', '‹U+001B›[31m'],
    ['\u{e0041}', '‹U+E0041›'],
    ['\u00ad', '‹U+00AD›'],
  ])('show %j', (text, shown) => {
    expect(showControls(text)).toBe(shown);
  });

  it('keep letters of every script, line ends and tabs', () => {
    const text = 'ßåשלוםعربي日本語🙂\n\tx';

    expect(splitControls(text)).toEqual([{ kind: 'text', text }]);
  });
});
