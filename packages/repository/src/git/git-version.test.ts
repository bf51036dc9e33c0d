import { describe, expect, it } from 'vitest';

import { isSupported, parseVersion } from './git-version.ts';

describe('parseVersion', () => {
  it.each([
    ['git version 2.39.5\n', [2, 39, 5], true],
    ['git version 2.39.5 (Apple Git-154)\n', [2, 39, 5], true],
    ['git version 2.45.2.windows.1\n', [2, 45, 2], true],
    ['git version 2.38.0', [2, 38, 0], true],
    ['git version 2.37.9', [2, 37, 9], false],
    ['git version 3.0', [3, 0, 0], true],
    ['git version 1.99', [1, 99, 0], false],
  ] as const)('reads %j', (text, version, supported) => {
    expect(parseVersion(text)).toEqual(version);
    expect(isSupported(version)).toBe(supported);
  });

  it('does not guess', () => {
    expect(parseVersion('zsh: command not found: git')).toBeUndefined();
  });
});
