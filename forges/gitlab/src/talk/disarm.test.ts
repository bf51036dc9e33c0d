import { describe, expect, it } from 'vitest';

import { disarm } from './disarm.ts';

describe('disarm', () => {
  it.each([
    ['/merge', '\u200b/merge'],
    ['a\n  /close now', 'a\n  \u200b/close now'],
    ['a\r\n\t/approve', 'a\r\n\t\u200b/approve'],
    ['//a', '\u200b//a'],
    ['```\n/title x\n```', '```\n\u200b/title x\n```'],
    ['/trueup approve 0123', '/trueup approve 0123'],
    ['/trueupx', '\u200b/trueupx'],
    ['either/or', 'either/or'],
    ['> /quoted', '> /quoted'],
  ])('makes of %j %j', (text, expected) => {
    expect(disarm(text)).toBe(expected);
    expect(disarm(disarm(text))).toBe(expected);
  });
});
