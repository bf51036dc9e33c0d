import { formatResourceId } from '@trueup/provider-sdk';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { parseResource } from './parse-resource.ts';

describe('parseResource', () => {
  it('reads every id that there can be', () => {
    const part = fc.string({ minLength: 1 });
    fc.assert(
      fc.property(part, fc.string(), part, (kind, scope, name) => {
        const id = formatResourceId({ kind, scope, name });

        expect(parseResource(id)).toBe(id);
      }),
      { seed: 1, numRuns: 300 },
    );
  });

  it.each(['', 'a', 'a/b', 'a/b/c/d', '/b/c', 'a/b/', 'a/%zz/c', 'a/b c/d', 'a/%41/c'])(
    'refuses %j',
    (text) => {
      expect(parseResource(text)).toBeUndefined();
    },
  );
});
