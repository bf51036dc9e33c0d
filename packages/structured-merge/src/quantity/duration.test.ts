import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { formatDuration, parseDuration } from './duration.ts';
import { canonicalTime } from './time.ts';

describe('a duration', () => {
  it.each([
    ['60s', '1m0s'],
    ['1h', '1h0m0s'],
    ['90m', '1h30m0s'],
    ['1.5h', '1h30m0s'],
    ['300ms', '300ms'],
    ['1us', '1µs'],
    ['0', '0s'],
    ['-1m1s', '-1m1s'],
    ['0.3333333333333333333h', '20m0s'],
    ['-9223372036854775808ns', '-2562047h47m16.854775808s'],
    ['9223372036854775808ns', undefined],
    ['1d', undefined],
    ['', undefined],
    ['.s', undefined],
    ['1e3s', undefined],
  ])('%j is printed as Go prints it', (text, printed) => {
    const duration = parseDuration(text);

    expect(duration === undefined ? undefined : formatDuration(duration)).toBe(printed);
  });

  it('survives being printed', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(2n ** 40n), max: 2n ** 40n }), (duration) => {
        expect(parseDuration(formatDuration(duration))).toBe(duration);
      }),
      { numRuns: 1000, seed: 1 },
    );
  });
});

describe('a time', () => {
  it.each([
    ['2026-01-02T03:04:05Z', '2026-01-02T03:04:05Z', '2026-01-02T03:04:05.000000Z'],
    ['2026-01-02T03:04:05.123456789Z', '2026-01-02T03:04:05Z', '2026-01-02T03:04:05.123456Z'],
    ['2026-01-02T01:04:05+02:00', '2026-01-01T23:04:05Z', '2026-01-01T23:04:05.000000Z'],
    ['2026-01-02', undefined, undefined],
    ['2026-13-02T03:04:05Z', undefined, undefined],
  ])('%j is stored in UTC', (text, toSecond, toMicrosecond) => {
    expect(canonicalTime(text, 'second')).toBe(toSecond);
    expect(canonicalTime(text, 'microsecond')).toBe(toMicrosecond);
  });
});
