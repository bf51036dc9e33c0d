import { describe, expect, it } from 'vitest';

import { isConfidential, parseHostSecrets, toAuthorization } from './credentials.ts';

describe('toAuthorization', () => {
  it('sends a password as Basic and a token as it is', () => {
    const password = { kind: 'password', username: 'ada', password: 'a:ü' } as const;

    expect(toAuthorization(password)).toBe(`Basic ${Buffer.from('ada:a:ü').toString('base64')}`);
    expect(toAuthorization({ kind: 'token', token: 't1' })).toBe('Bearer t1');
  });
});

describe('isConfidential', () => {
  it.each([
    ['https://charts.example.com/a', true],
    ['http://127.0.0.1:5000/a', true],
    ['http://localhost/a', true],
    ['http://[::1]:5000/a', true],
    ['http://charts.example.com/a', false],
    ['http://127.0.0.1.example.com/a', false],
    ['http://localhost.example.com/a', false],
    ['ftp://localhost/a', false],
  ])('of %s is %s', (url, expected) => {
    expect(isConfidential(new URL(url))).toBe(expected);
  });
});

describe('parseHostSecrets', () => {
  it('reads which secret goes to which host', () => {
    const settings = { 'ghcr.io': { secret: 'charts' }, '10.0.0.1:5000': { secret: 'in-house' } };

    expect(parseHostSecrets(settings)).toEqual(
      new Map([
        ['ghcr.io', 'charts'],
        ['10.0.0.1:5000', 'in-house'],
      ]),
    );
    expect(parseHostSecrets(undefined)).toEqual(new Map());
  });

  it.each([
    [[]],
    ['charts'],
    [null],
    [{ 'ghcr.io': 'hunter2' }],
    [{ 'ghcr.io': { username: 'ada', password: 'hunter2' } }],
    [{ 'ghcr.io': { secret: 'charts', password: 'hunter2' } }],
    [{ 'ghcr.io': { secret: '' } }],
    [{ 'ghcr.io': { secret: '../key' } }],
    [{ 'https://ghcr.io': { secret: 'charts' } }],
    [{ '*.example.com': { secret: 'charts' } }],
    [{ 'ghcr.io/path': { secret: 'charts' } }],
    [{ '': { secret: 'charts' } }],
  ])('refuses %j', (settings) => {
    expect(parseHostSecrets(settings)).toBeUndefined();
  });

  it('depends on nothing that every object inherits', () => {
    const settings: unknown = JSON.parse('{"__proto__":{"secret":"a"}}');

    expect(parseHostSecrets(settings)).toBeUndefined();
    expect(parseHostSecrets({ 'ghcr.io': JSON.parse('{"__proto__":{"secret":"a"}}') })).toBe(
      undefined,
    );
  });
});
