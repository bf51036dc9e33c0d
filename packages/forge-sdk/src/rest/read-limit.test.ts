import { describe, expect, it } from 'vitest';

import { readLimit } from './read-limit.ts';

const now = 1_000_000_000_000;

describe('readLimit', () => {
  it.each([
    [200, { 'retry-after': '5' }, undefined],
    [429, { 'retry-after': '5' }, now + 5000],
    [429, { 'ratelimit-reset': '1000000007' }, now + 7000],
    [429, { 'retry-after': '5', 'ratelimit-reset': '1000000007' }, now + 5000],
    [429, { 'retry-after': 'Wed, 21 Oct 2026 07:28:00 GMT' }, now + 60_000],
    [429, {}, now + 60_000],
    [429, { 'retry-after': '999999999999' }, now + 86_400_000],
  ])('takes status %i with %j for %s', (status, headers, expected) => {
    const answer = { status, headers: new Map(Object.entries(headers)), body: new Uint8Array() };

    expect(readLimit(answer, now)).toBe(expected);
  });
});
