import { describe, expect, it } from 'vitest';

import { checkSettings, parseSettings } from './schema.ts';

describe('the settings of a stack', () => {
  it.each([
    [undefined],
    [{}],
    [{ values: ['a.yaml', '../../b.yaml'], set: { 'a.b[0]': 1, 'c\\.d': 'x' }, random: 'allow' }],
    [{ releaseName: 'shop-1.x', namespace: 'n', includeCRDs: false, skipTests: true }],
    [{ setJson: { a: [1, { b: null }] }, credentials: { 'ghcr.io:443': { secret: 'charts' } } }],
    [{ apiVersions: ['v1', 'a.b/v1', 'a.b/v1/Kind'], allowHosts: ['ghcr.io', '*.example.com'] }],
  ])('may be %j', (settings) => {
    expect(checkSettings(settings)).toEqual([]);
  });

  it.each([
    ['values', 'a.yaml'],
    ['values', ['/etc/passwd']],
    ['values', ['https://example.com/a.yaml']],
    ['set', ['a=b']],
    ['set', { a: { b: 1 } }],
    ['set', { 'a,b': 1 }],
    ['setString', { 'a=b': '1' }],
    ['setFile', { a: 5 }],
    ['setJson', ['a=1']],
    ['setJson', { 'a,b': 1 }],
    ['credentials', { 'ghcr.io': 'hunter2' }],
    ['credentials', { '*.io': { secret: 'a' } }],
    ['releaseName', 'A'],
    ['releaseName', 'a'.repeat(54)],
    ['namespace', '-n'],
    ['includeCRDs', 'yes'],
    ['apiVersions', ['a b']],
    ['apiVersions', ['a,b']],
    ['allowHosts', ['https://example.com']],
    ['allowHosts', ['*']],
    ['random', true],
    ['chart', 'redis'],
    ['toString', 1],
  ])('may not have %s: %j', (name, value) => {
    expect(checkSettings({ [name]: value }).map(({ path }) => path)).toEqual([[name]]);
    expect(parseSettings({ [name]: value })).toEqual(parseSettings(undefined));
  });

  it('are remarked on all at once', () => {
    expect(checkSettings({ values: 1, set: 1, x: 1 })).toHaveLength(3);
    expect(checkSettings('x')).toHaveLength(1);
  });
});
