import { execFileSync } from 'node:child_process';

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { branchRef, isBranchName } from './branch-name.ts';

describe('isBranchName', () => {
  it.each(['main', 'feature/a-b', 'release-1.2', 'ünïcode', '#12', 'a@b'])('takes %s', (name) => {
    expect(isBranchName(name)).toBe(true);
  });

  it.each([
    '',
    '@',
    'HEAD',
    '-f',
    'a..b',
    'a b',
    'a~1',
    'a^',
    'a:b',
    '/a',
    'a/',
    'a//b',
    '.a',
    'a/.b',
    'a.lock',
    'a.',
    'a@{1}',
    'a\\b',
    'a\nb',
    '*',
  ])('refuses %j', (name) => {
    expect(() => branchRef(name)).toThrow('not a name of a branch');
  });

  it('takes nothing that git refuses', () => {
    const part = fc.constantFrom(
      'a',
      '.',
      '..',
      '/',
      '-',
      '@',
      '{',
      '~',
      '.lock',
      ' ',
      '*',
      'ü',
      '\\',
    );
    fc.assert(
      fc.property(fc.array(part, { maxLength: 5 }), (parts) => {
        const name = parts.join('');

        expect(isBranchName(name) && !gitTakes(name)).toBe(false);
      }),
      { seed: 5, numRuns: 60 },
    );
  });
});

function gitTakes(name: string): boolean {
  try {
    execFileSync('git', ['check-ref-format', `refs/heads/${name}`], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
