import { describe, expect, it } from 'vitest';

import { followRedirection, type Hop, toFirstHop } from './redirection.ts';

const secrets = { authorization: 'Bearer x', cookie: 'a=b', 'private-token': 'y' };

describe('toFirstHop', () => {
  it('turns credentials of the URL into a header, and drops them from the URL', () => {
    const hop = toFirstHop({ url: 'https://me:p%40ss@git.test/a?b#c' }, 'trueup');

    expect(hop.url.href).toBe('https://git.test/a?b');
    expect(hop.headers['authorization']).toBe(`Basic ${btoa('me:p@ss')}`);
  });

  it('takes credentials as they are where they are not encoded', () => {
    const hop = toFirstHop({ url: 'https://me:100%@git.test/' }, 'trueup');

    expect(hop.headers['authorization']).toBe(`Basic ${btoa('me:100%')}`);
  });

  it.each(['file:///etc/passwd', 'ftp://host/', 'nothing', 'javascript:alert(1)'])(
    'refuses %s',
    (url) => {
      expect(() => toFirstHop({ url }, 'trueup')).toThrow(/neither https nor http/);
    },
  );
});

describe('followRedirection', () => {
  it('keeps headers within the origin', () => {
    expect(follow({}, 302, '/b').headers).toEqual({ accept: 'text/plain', ...secrets });
  });

  it.each(['https://other.test/', 'https://host.test:8443/', 'https://sub.host.test/'])(
    'sends nothing secret to %s',
    (location) => {
      expect(follow({}, 307, location).headers).toEqual({ accept: 'text/plain' });
    },
  );

  it('drops credentials that the answer puts into the location', () => {
    expect(follow({}, 302, 'https://a:b@host.test/c').url.href).toBe('https://host.test/c');
  });

  it.each([
    ['POST', 301, 'GET', undefined],
    ['POST', 303, 'GET', undefined],
    ['POST', 307, 'POST', 'body'],
    ['PUT', 308, 'PUT', 'body'],
    ['HEAD', 303, 'HEAD', 'body'],
  ] as const)('answers %s with %i by %s', (method, status, next, body) => {
    expect(follow({ method, body: 'body' }, status, '/b')).toMatchObject({ method: next, body });
  });

  it.each([
    ['http://host.test/', /from https to http/],
    ['file:///etc/passwd', /neither https nor http/],
    ['//[', /neither https nor http/],
  ])('does not follow to %s', (location, message) => {
    expect(() => follow({}, 302, location)).toThrow(message);
  });

  it('follows from http to https without credentials', () => {
    const url = new URL('http://host.test/');

    expect(follow({ url }, 301, 'https://host.test/').headers).toEqual({ accept: 'text/plain' });
  });

  it('ends', () => {
    expect(() => follow({}, 302, '/b', 0)).toThrow(/too often/);
  });
});

function follow(hop: Partial<Hop>, status: number, location: string, left = 1): Hop {
  const from: Hop = {
    url: new URL('https://host.test/a'),
    method: 'GET',
    headers: { accept: 'text/plain', ...secrets },
    body: undefined,
    ...hop,
  };
  const answer = { status, headers: new Map([['location', location]]), url: from.url.href };
  return followRedirection(from, answer, left);
}
