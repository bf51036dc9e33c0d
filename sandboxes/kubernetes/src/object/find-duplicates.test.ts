import fc from 'fast-check';
import { expect, it } from 'vitest';

import { findDuplicates } from './find-duplicates.ts';

it.each<[string, readonly string[]]>([
  ['{"a":1,"b":{"a":2}}', []],
  ['{"a":1,"a":2,"a":3}', ['a']],
  ['{"a":{"b":1,"b":2}}', ['a.b']],
  ['{"l":[{"n":1},{"n":2,"n":3}]}', ['l[1].n']],
  ['{"a":"\\"a\\":1,","b":"{\\"x\\":1,\\"x\\":2}"}', []],
  ['{"\\u0061":1,"a":2}', ['a']],
  ['[1,2]', []],
])('in %s there are %j', (text, paths) => {
  expect(findDuplicates(text)).toEqual(paths);
});

it('finds none in what was parsed before', () => {
  fc.assert(
    fc.property(fc.json(), (text) => {
      expect(findDuplicates(JSON.stringify(JSON.parse(text)))).toEqual([]);
    }),
    { seed: 7, numRuns: 300 },
  );
});
