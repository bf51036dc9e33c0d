import { describe, expect, it } from 'vitest';

import { FaultClock } from '../testing/fault-clock.ts';
import { readLimit } from './read-limit.ts';
import { createRestClient, type RestOptions } from './rest-client.ts';
import type { RestAnswer, RestRequest } from './rest-request.ts';
import { integer, list, maybe, object, text } from './shape.ts';
import { TagCache } from './tag-cache.ts';

const never = new AbortController().signal;
const numbers = list(integer);

describe('createRestClient', () => {
  it('follows pages on its own address, whatever the link names', async () => {
    const { rest, asked } = script(
      answer([1, 2], { link: '<https://evil.test/other?page=2&q=a%26b>; rel="next"' }),
      answer([3], { link: '<https://evil.test/?page=1>; rel="first"' }),
    );

    expect(await Array.fromAsync(rest.list(numbers, '/things', { q: 'a&b' }, never))).toEqual([
      1, 2, 3,
    ]);
    expect(asked.map(({ url }) => url)).toEqual([
      'https://forge.test/api/things?q=a%26b',
      'https://forge.test/api/things?page=2&q=a%26b',
    ]);
  });

  it('counts where no page is named, and only in lists that it bounded', async () => {
    const counting = { parameter: 'limit', total: 'x-total-count' };
    const total = { 'x-total-count': '3' };
    const paged = script({ counting }, answer([1, 2], total), answer([3], total));
    const whole = script({ counting }, answer([1, 2], total));

    expect(await Array.fromAsync(paged.rest.list(numbers, '/a', { limit: 2 }, never))).toEqual([
      1, 2, 3,
    ]);
    expect(await Array.fromAsync(whole.rest.list(numbers, '/a', {}, never))).toEqual([1, 2]);
  });

  it('ends a list that has no end', async () => {
    const { rest } = script(async () => answer([], { link: '</a?page=2>; rel="next"' }));

    await expect(Array.fromAsync(rest.list(numbers, '/a', {}, never))).rejects.toMatchObject({
      code: 'FORGE_LIST_TOO_LONG',
    });
  });

  it('writes where the repository is by now, as it was asked to', async () => {
    const moved = answer(undefined, { location: '/api/new' }, 301);
    const { rest, asked } = script(moved, answer(1, {}, 201));

    await rest.write({ method: 'POST', path: '/old', body: { a: 1 } }, never);

    expect(asked.map(({ url, method, body }) => [url, method, body])).toEqual([
      ['https://forge.test/api/old', 'POST', '{"a":1}'],
      ['https://forge.test/api/new', 'POST', '{"a":1}'],
    ]);
  });

  it.each([
    'https://evil.test/api/new',
    'http://forge.test/api/new',
    '//evil.test/new',
    'nonsense://[',
  ])('writes nothing to %s, wherever the forge sends it', async (location) => {
    const { rest, asked } = script(answer(undefined, { location }, 307));

    const end = await rest.write({ method: 'POST', path: '/old', body: { a: 1 } }, never);

    expect(end.status).toBe(307);
    expect(asked).toHaveLength(1);
  });

  it('ends a chain of addresses that has no end', async () => {
    const { rest, asked } = script(async () => answer(undefined, { location: '/api/x' }, 308));

    expect((await rest.write({ method: 'PUT', path: '/old' }, never)).status).toBe(308);
    expect(asked.length).toBeLessThan(10);
  });

  it('passes on what was as before, and asks each account for itself', async () => {
    const cache = new TagCache();
    const fresh = answer(7, { etag: 'W/"1"' });
    const one = script({ cache }, fresh, answer(undefined, {}, 304));
    const other = script({ cache, headers: { authorization: 'other' } }, answer(8));

    expect(await one.rest.find(integer, '/a', {}, never)).toBe(7);
    expect(await one.rest.find(integer, '/a', {}, never)).toBe(7);
    expect(await other.rest.find(integer, '/a', {}, never)).toBe(8);

    expect(one.asked.map(({ headers }) => headers['if-none-match'])).toEqual([undefined, 'W/"1"']);
    expect(other.asked[0]?.headers['if-none-match']).toBeUndefined();
  });

  it('gives up on a limit that does not end', async () => {
    const { rest, asked, clock } = script(async () => answer({}, { 'retry-after': '2' }, 429));

    await expect(rest.find(integer, '/a', {}, never)).rejects.toMatchObject({
      code: 'FORGE_RATE_LIMITED',
      subject: 'shop/gitops',
    });
    expect(asked).toHaveLength(4);
    expect(clock.waits.map((ms) => Math.round(ms / 1000))).toEqual([3, 3, 3]);
  });

  it.each([
    [400, 'FORGE_REFUSED'],
    [401, 'FORGE_UNAUTHORIZED'],
    [403, 'FORGE_FORBIDDEN'],
    [408, 'FORGE_UNAVAILABLE'],
    [410, 'FORGE_NOT_FOUND'],
    [301, 'FORGE_REFUSED'],
    [500, 'FORGE_UNAVAILABLE'],
  ])('takes status %i for %s', async (status, code) => {
    const { rest } = script(answer({ message: 'secret' }, {}, status));

    const error = await rest.find(integer, '/a', {}, never).catch((reason: unknown) => reason);

    expect(error).toMatchObject({ code });
    expect(String(error)).not.toContain('secret');
  });

  it.each([
    ['no JSON', Buffer.from('{'), 'FORGE_ANSWER_BROKEN'],
    ['no text', Buffer.from([0xff]), 'FORGE_ANSWER_BROKEN'],
    ['another type', Buffer.from('"1"'), 'FORGE_ANSWER_UNKNOWN'],
    ['a number that is not exact', Buffer.from('9007199254740993'), 'FORGE_ANSWER_UNKNOWN'],
  ])('does not take %s', async (_name, body, code) => {
    const { rest } = script({ status: 200, headers: new Map(), body });

    await expect(rest.find(integer, '/a', {}, never)).rejects.toMatchObject({ code });
  });
});

describe('shapes', () => {
  const shape = object<{ readonly a: string; readonly b?: number | null }>({
    a: text,
    b: maybe(integer),
  });

  it.each([
    [{ a: 'x', c: 1 }, true],
    [{ a: 'x', b: null }, true],
    [{ a: 'x', b: '1' }, false],
    [{ b: 1 }, false],
    [[], false],
    [null, false],
    [JSON.parse('{"__proto__":{"a":"x"}}'), false],
  ])('look at what they name: %j is one: %s', async (value, isOne) => {
    const { rest } = script(answer(value));
    const found = await rest.find(shape, '/a', {}, never).then(
      () => true,
      () => false,
    );

    expect(found).toBe(isOne);
  });
});

type Step = RestAnswer | (() => Promise<RestAnswer>);

function script(...steps: readonly (Step | Partial<RestOptions>)[]) {
  const options = steps.filter((step) => !isStep(step));
  const left = steps.filter(isStep);
  const asked: RestRequest[] = [];
  const clock = new FaultClock();
  const rest = createRestClient({
    clock,
    apiUrl: 'https://forge.test/api',
    headers: { authorization: 'token x' },
    subject: 'shop/gitops',
    readLimit,
    ...Object.assign({}, ...options),
    send: async (request: RestRequest) => {
      asked.push(request);
      const next = left.length > 1 ? left.shift() : left[0];
      if (!next) throw new Error('Nothing was to be asked.');
      return typeof next === 'function' ? await next() : next;
    },
  });
  return { rest, asked, clock };
}

function isStep(step: Step | Partial<RestOptions>): step is Step {
  return typeof step === 'function' || 'status' in step;
}

function answer(
  value: unknown,
  headers: Readonly<Record<string, string>> = {},
  status = 200,
): RestAnswer {
  const body = Buffer.from(value === undefined ? '' : JSON.stringify(value));
  return { status, headers: new Map(Object.entries(headers)), body };
}
