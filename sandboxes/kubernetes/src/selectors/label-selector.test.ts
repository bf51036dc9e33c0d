import { describe, expect, it } from 'vitest';

import { formatLabelSelector, matchesLabels, parseLabelSelector } from './label-selector.ts';

describe('a label selector', () => {
  it.each<[string, boolean]>([
    ['', true],
    ['tier=web', true],
    ['tier==web', true],
    ['tier!=web', false],
    ['none!=x', true],
    ['tier in (web, data)', true],
    ['tier notin (web)', false],
    ['none notin (web)', true],
    ['tier', true],
    ['!tier', false],
    ['!none', true],
    ['size>3', true],
    ['size<3', false],
    ['tier=web,size', true],
    ['tier=web,!size', false],
    ['constructor', false],
    ['example.com/a=b', true],
  ])('%j holds: %s', (text, holds) => {
    const selector = parseLabelSelector(text) ?? [];

    expect(matchesLabels(selector, { tier: 'web', size: '5', 'example.com/a': 'b' })).toBe(holds);
  });

  it.each(['=a', 'a b', 'a in b', 'a=b c', 'a,', ',', 'a/b/c=d', 'a=-'])('is not %j', (text) => {
    expect(parseLabelSelector(text)).toBeUndefined();
  });

  it('is written as the server writes it', () => {
    const selector = parseLabelSelector('a==b,c in (e,d),!f,g') ?? [];

    expect(formatLabelSelector(selector)).toBe('a=b,c in (d,e),!f,g');
  });
});
