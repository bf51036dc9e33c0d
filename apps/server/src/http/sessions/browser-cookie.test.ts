import type { FastifyReply, FastifyRequest } from 'fastify';
import { describe, expect, it } from 'vitest';

import {
  bearsCookie,
  readCookie,
  refuseForeignPage,
  requireOwnPage,
  setCookie,
} from './browser-cookie.ts';

const secret = `trueup_${'a'.repeat(43)}`;
const behindProxy = { publicUrl: 'https://trueup.example.com' };

interface Asked {
  readonly headers?: Readonly<Record<string, string>>;
  readonly method?: string;
  readonly protocol?: string;
}

function asked({ headers = {}, method = 'POST', protocol = 'http' }: Asked): FastifyRequest {
  return { headers, method, protocol, host: 'trueup.test' } as unknown as FastifyRequest;
}

describe('readCookie', () => {
  it.each<[string, string, string | undefined]>([
    ['ours', `trueup=${secret}`, secret],
    ['ours among others', `a=b; trueup=${secret}; c=d`, secret],
    ['two of one name', `trueup=${secret}; trueup=${secret}`, undefined],
    ['one of another form', 'trueup=abc', undefined],
    ['a longer name', `trueup2=${secret}`, undefined],
    ['the name for https, by http', `__Host-trueup=${secret}`, undefined],
    ['nothing', '', undefined],
  ])('reads %s', (_case, cookie, expected) => {
    expect(readCookie(asked({ headers: { cookie } }), {})).toBe(expected);
  });

  it('takes by https only what nothing unencrypted can set', () => {
    const headers = { cookie: `trueup=${secret}` };
    const safe = { cookie: `__Host-trueup=${secret}` };

    expect(readCookie(asked({ headers, protocol: 'https' }), {})).toBeUndefined();
    expect(readCookie(asked({ headers: safe, protocol: 'https' }), {})).toBe(secret);
    expect(readCookie(asked({ headers: safe }), behindProxy)).toBe(secret);
  });
});

describe('setCookie', () => {
  const written = (at: Asked, reach: { readonly publicUrl?: string }, lastsS: number): string => {
    let cookie = '';
    const reply = {
      header: (_name: string, value: string) => {
        cookie = value;
      },
    } as unknown as FastifyReply;
    setCookie({ request: asked(at), reply }, reach, { secret, lastsS });
    return cookie;
  };

  it('keeps it from scripts and other sites', () => {
    expect(written({}, {}, 60.9)).toBe(
      `trueup=${secret}; Path=/; Max-Age=60; HttpOnly; SameSite=Strict`,
    );
  });

  it('is for encrypted connections alone where people come by one', () => {
    for (const cookie of [written({ protocol: 'https' }, {}, 1), written({}, behindProxy, 1)]) {
      expect(cookie).toMatch(/^__Host-trueup=.*; Secure$/);
    }
  });

  it('removes it for a time that has passed', () => {
    expect(written({}, {}, -5)).toContain('Max-Age=0');
  });
});

describe('requireOwnPage', () => {
  it.each<[string, Asked, object]>([
    ['a page of its own', { headers: { origin: 'http://trueup.test' } }, {}],
    ['a page behind the proxy', { headers: { origin: 'https://trueup.example.com' } }, behindProxy],
    ['a look that says nothing', { method: 'GET' }, {}],
    [
      'an address that somebody typed',
      { method: 'GET', headers: { 'sec-fetch-site': 'none' } },
      {},
    ],
  ])('lets %s ask', (_case, at, reach) => {
    expect(() => requireOwnPage(asked(at), reach)).not.toThrow();
  });

  it.each<[string, Asked]>([
    ['another site', { headers: { origin: 'https://evil.test' } }],
    ['another port', { headers: { origin: 'http://trueup.test:81' } }],
    ['a page without an origin', { headers: { origin: 'null' } }],
    ['a neighbouring host', { method: 'GET', headers: { 'sec-fetch-site': 'same-site' } }],
    ['a write that says nothing', {}],
  ])('refuses %s', (_case, at) => {
    expect(() => requireOwnPage(asked(at), {})).toThrow(
      expect.objectContaining({ code: 'ORIGIN_REFUSED' }),
    );
  });
});

describe('refuseForeignPage', () => {
  it('lets programs ask that are no browser', () => {
    expect(() => refuseForeignPage(asked({}), {})).not.toThrow();
    expect(() =>
      refuseForeignPage(asked({ headers: { origin: 'https://evil.test' } }), {}),
    ).toThrow();
  });
});

describe('bearsCookie', () => {
  it('counts a cookie only where no token says who asks', () => {
    expect(bearsCookie(asked({ headers: { cookie: 'a=b' } }))).toBe(true);
    expect(bearsCookie(asked({ headers: { cookie: 'a=b', authorization: 'Bearer x' } }))).toBe(
      false,
    );
    expect(bearsCookie(asked({}))).toBe(false);
  });
});
