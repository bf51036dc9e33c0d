import { describe, expect, it } from 'vitest';

import { readGithubLimit } from './translate-errors.ts';

const now = 1_000_000_000_000;
const reset = { 'x-ratelimit-reset': '1000000600' };

describe('readGithubLimit', () => {
  it.each([
    [403, { 'x-ratelimit-remaining': '0', ...reset }, '', now + 600_000],
    [429, { 'x-ratelimit-remaining': '0', ...reset }, '', now + 600_000],
    [403, { 'retry-after': '30', 'x-ratelimit-remaining': '4999', ...reset }, '', now + 30_000],
    [403, { 'x-ratelimit-remaining': '4999', ...reset }, secondary(), now + 60_000],
    [403, { 'x-ratelimit-remaining': '4999', ...reset }, '{"message":"Forbidden"}', undefined],
    [401, { 'retry-after': '30' }, '', undefined],
    [200, { 'x-ratelimit-remaining': '0', ...reset }, '', undefined],
  ])('takes status %i with %j for %4$s', (status, headers, body, expected) => {
    const answer = { status, headers: new Map(Object.entries(headers)), body: Buffer.from(body) };

    expect(readGithubLimit(answer, now)).toBe(expected);
  });
});

function secondary(): string {
  return '{"message":"You have exceeded a secondary rate limit. Please wait."}';
}
