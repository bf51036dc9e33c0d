import { describe, expect, it } from 'vitest';

import { formatAge, formatDuration } from './format-age.ts';

describe('a duration', () => {
  it.each<[number, string]>([
    [40, '0.0 s'],
    [420, '0.4 s'],
    [9940, '9.9 s'],
    [9960, '10 s'],
    [119_000, '119 s'],
    [180_000, '3 min'],
    [7_200_000, '2 h'],
    [86_400_000 * 12, '12 d'],
  ])('of %i ms is %s', (ms, text) => {
    expect(formatDuration(ms)).toBe(text);
  });
});

describe('an age', () => {
  const now = Date.parse('2026-01-01T12:00:00Z');

  it.each<[string, string]>([
    ['2026-01-01T11:59:59.500Z', 'just now'],
    ['2026-01-01T09:00:00Z', '3 h ago'],
    ['2026-01-01T12:00:05Z', 'just now'],
    ['yesterday', 'at an unknown time'],
  ])('since %s is %s', (at, text) => {
    expect(formatAge(at, now)).toBe(text);
  });
});
