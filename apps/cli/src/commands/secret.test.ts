import { describe, expect, it } from 'vitest';

import { nameFrom } from './repository.ts';
import { parseUse } from './secret.ts';

describe('what a secret may be used for', () => {
  it.each([
    ['repository:shop', { kind: 'repository', name: 'shop' }],
    ['target:shop/production', { kind: 'target', repository: 'shop', name: 'production' }],
    ['alert:shop', { kind: 'alert', name: 'shop' }],
    ['host:registry.example.com', { kind: 'host', name: 'registry.example.com' }],
  ])('%s', (text, use) => {
    expect(parseUse(text)).toEqual(use);
  });

  it.each(['shop', 'target:shop', 'target:a/b/c', 'everything:x', ''])('is not %j', (text) => {
    expect(() => parseUse(text)).toThrow('write repository:NAME');
  });
});

describe('the name of a repository', () => {
  it.each([
    ['https://git.example.com/team/shop.git', 'shop'],
    ['git@example.com:shop.git', 'shop'],
    ['file:///srv/shop/', 'shop'],
  ])('of %s is %s', (url, name) => {
    expect(nameFrom(url)).toBe(name);
  });
});
