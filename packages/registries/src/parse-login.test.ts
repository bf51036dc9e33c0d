import { describe, expect, it } from 'vitest';

import { parseLogin } from './parse-login.ts';

describe('what a secret for a registry holds', () => {
  it.each([
    ['user:pass:word', { kind: 'password', username: 'user', password: 'pass:word' }],
    [' user:password\n', { kind: 'password', username: 'user', password: 'password' }],
    ['ghp_token', { kind: 'token', token: 'ghp_token' }],
    [
      '{"username":"user","password":"with blank"}',
      { kind: 'password', username: 'user', password: 'with blank' },
    ],
    ['{"token":"t"}', { kind: 'token', token: 't' }],
    ['{"token":"with blank"}', undefined],
    ['{"token":""}', undefined],
    ['{"username":"user"}', undefined],
    ['{"__proto__":{"token":"t"}}', undefined],
    ['{', undefined],
    ['', undefined],
    ['two lines\nof it', undefined],
    [{ secret: 'NAME' }, undefined],
  ])('is read: %j', (text, login) => {
    expect(parseLogin(text)).toEqual(login);
  });
});
