import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { followLink, parsePath } from './repository-path.ts';

describe('parsePath', () => {
  it.each([
    ['', []],
    ['.', []],
    ['a/b', ['a', 'b']],
    ['./a//b/', ['a', 'b']],
    ['a/../b', ['b']],
    ['..', undefined],
    ['a/../../b', undefined],
    ['/a', undefined],
    ['a\0b', undefined],
    ['...', ['...']],
    ['__proto__', ['__proto__']],
  ])('reads %j', (text, expected) => {
    expect(parsePath(text)).toEqual(expected);
  });

  it('never leads out of the repository', () => {
    const part = fc.constantFrom('a', '.', '..', '/', '');
    fc.assert(
      fc.property(fc.array(part), fc.array(part), (from, to) => {
        const folder = parsePath(from.join('/')) ?? [];

        for (const path of [folder, followLink(folder, to.join('/')) ?? []]) {
          expect(path.some((name) => ['', '.', '..'].includes(name))).toBe(false);
        }
      }),
      { seed: 9, numRuns: 500 },
    );
  });
});

describe('followLink', () => {
  it.each([
    [['a'], 'b', ['a', 'b']],
    [['a'], '../b', ['b']],
    [['a', 'b'], '../..', []],
    [['a'], '../../b', undefined],
    [['a'], '/b', undefined],
    [['a'], '', undefined],
  ])('from %j by %j', (folder, target, expected) => {
    expect(followLink(folder, target)).toEqual(expected);
  });
});
