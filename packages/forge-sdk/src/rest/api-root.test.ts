import { describe, expect, it } from 'vitest';

import { apiRootOf, partsOf } from './api-root.ts';

const credential = { kind: 'token', token: 'x' } as const;
const ownUrl = 'https://forge.test/api';

describe('apiRootOf', () => {
  it.each([
    [undefined, ownUrl],
    ['https://git.example.com/api/v3/', 'https://git.example.com/api/v3'],
    ['http://127.0.0.1:3000/api/v1', 'http://127.0.0.1:3000/api/v1'],
    ['http://trusted.test', 'http://trusted.test'],
  ])('of %s is %s', (apiUrl, expected) => {
    const allowHttp = (host: string): boolean => host === 'trusted.test';
    const repository = { path: 'a/b', credential, ...(apiUrl !== undefined && { apiUrl }) };

    expect(apiRootOf(repository, { ownUrl, allowHttp })).toBe(expected);
  });

  it.each([
    ['file:///etc', /no https address/],
    ['nonsense', /no https address/],
    ['https://git.test/?a=b', /no https address/],
    ['https://user:secret@git.test', /holds a credential/],
    ['http://git.test', /without encryption/],
  ])('refuses %s', (apiUrl, message) => {
    const ask = (): string => apiRootOf({ path: 'a/b', apiUrl, credential }, { ownUrl });

    expect(ask).toThrow(message);
    expect(ask).not.toThrow(/secret/);
  });
});

describe('partsOf', () => {
  it('makes each part fit for an address', () => {
    expect(partsOf('shop/a#b?c%')).toEqual(['shop', 'a%23b%3Fc%25']);
  });

  it.each(['shop', '', '/', 'a//b', 'a/..', '../a/b', 'a/./b', 'a/b\n', 'a\\b/c', 'a/\u0000'])(
    'refuses %j',
    (path) => {
      expect(() => partsOf(path)).toThrow(/no path of a repository/);
    },
  );
});
