import { describe, expect, it } from 'vitest';

import {
  checkStackSettings,
  checkTargetSettings,
  parseStackSettings,
  parseTargetSettings,
} from './schema.ts';

describe('settings of a target', () => {
  it.each([
    ['registry.example.com', 'registry.example.com', ''],
    ['localhost:5000/team/', 'localhost:5000', 'team'],
    ['ghcr.io/acme/shop', 'ghcr.io', 'acme/shop'],
  ])('name a registry: %s', (registry, host, prefix) => {
    expect(parseTargetSettings({ registry })).toMatchObject({ host, prefix });
  });

  it.each([
    undefined,
    '',
    'https://ghcr.io',
    'ghcr.io/Acme',
    'ghcr.io/a:1',
    'GHCR.io',
    'user@ghcr.io',
    'ghcr.io/../x',
    7,
  ])('name none: %j', (registry) => {
    expect(checkTargetSettings({ registry }).map(({ path }) => path)).toEqual([['registry']]);
  });

  it.each([
    ['deployer:a:b', { kind: 'password', username: 'deployer', password: 'a:b' }],
    ['{"username":"a","password":"b"}', { kind: 'password', username: 'a', password: 'b' }],
    ['{"token":"t"}', { kind: 'token', token: 't' }],
    ['t', { kind: 'token', token: 't' }],
  ])('hold a login', (credential, login) => {
    expect(parseTargetSettings({ registry: 'ghcr.io', credential }).login).toEqual(login);
  });

  it.each(['', 'a b', '{"token":"a\\nb"}', '{hunter2', 7])('hold none: %j', (credential) => {
    const found = checkTargetSettings({ registry: 'ghcr.io', credential });

    expect(found.map(({ path }) => path)).toEqual([['credential']]);
    expect(JSON.stringify(found)).not.toContain('hunter2');
  });

  it('may name a secret that is read later, and tell slips of the pen', () => {
    const settings = { registry: 'ghcr.io', credential: { secret: 'a' } };

    expect(checkTargetSettings(settings)).toEqual([]);
    expect(checkTargetSettings({ ...settings, registy: 'x' })).toMatchObject([
      { path: ['registy'], advice: 'Did you mean `registry`?' },
    ]);
  });
});

describe('settings of a stack', () => {
  it('name secrets by host', () => {
    const settings = { credentials: { 'ghcr.io': { secret: 'ghcr' } }, deleteTags: true };

    expect(checkStackSettings(settings)).toEqual([]);
    expect(parseStackSettings(settings)).toEqual({
      credentials: new Map([['ghcr.io', 'ghcr']]),
      deleteTags: true,
    });
    expect(parseStackSettings(undefined).deleteTags).toBe(false);
  });

  it.each([
    [{ credentials: { 'ghcr.io': 'hunter2' } }, 'credentials'],
    [{ deleteTags: 'yes' }, 'deleteTags'],
    [{ deleteTag: true }, 'deleteTag'],
  ])('are told what is wrong: %j', (settings, member) => {
    expect(checkStackSettings(settings).map(({ path }) => path)).toEqual([[member]]);
  });
});
