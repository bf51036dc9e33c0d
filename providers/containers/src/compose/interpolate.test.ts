import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { interpolate } from './interpolate.ts';
import { readDotenv } from './read-dotenv.ts';

const known = new Map([
  ['A', 'one'],
  ['EMPTY', ''],
  ['B', 'two'],
]);
const lookup = (name: string): string | undefined => known.get(name);
const fill = (text: string): string => interpolate(text.replaceAll('@', '$'), lookup).text;

describe('interpolation', () => {
  it.each([
    ['@A and @{A}', 'one and one'],
    ['@@A costs @@5', '$A costs $5'],
    ['@{X:-d}@{X-d}', 'dd'],
    ['@{EMPTY:-d}@{EMPTY-d}', 'd'],
    ['@{A:+r}@{A+r}@{EMPTY:+r}@{EMPTY+r}@{X+r}', 'rrr'],
    ['@{X:-@{Y:-@{B}}}', 'two'],
    ['@{X:-a:b-c?d}', 'a:b-c?d'],
    ['@{A:?is needed}@{EMPTY?is needed}', 'one'],
    ['@X-end', '-end'],
  ])('of %s gives %s', (text, expected) => {
    expect(fill(text)).toBe(expected);
  });

  it.each([
    ['@{X:?is @B}', [{ kind: 'required', name: 'X', message: 'is two' }]],
    ['@{EMPTY:?}', [{ kind: 'required', name: 'EMPTY', message: '' }]],
    ['@X', [{ kind: 'unset', name: 'X' }]],
    ['@{A:-@X}', []],
    ['@{A', [{ kind: 'malformed' }]],
    ['@{1}', [{ kind: 'malformed' }]],
    ['5@', [{ kind: 'malformed' }]],
  ])('of %s has the problems %j', (text, problems) => {
    expect(interpolate(text.replaceAll('@', '$'), lookup).problems).toEqual(problems);
  });

  it('never throws, and leaves alone what has no dollar', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'@{}:-?+Aa '.split('')) }), (text) => {
        const filled = fill(text);
        expect(text.includes('@') || filled === text).toBe(true);
      }),
      { seed: 11, numRuns: 500 },
    );
  });
});

describe('a file of variables', () => {
  it('is read as compose reads it', () => {
    const text = [
      '# comment',
      'PLAIN=a b # not this',
      'export SHOWN="x\\ny"',
      "RAW='$A'",
      'FILLED=@{A}/$PLAIN'.replace('@', '$'),
      'A',
      'UNKNOWN',
      'LONG="first',
      'second"',
      'no variable!',
    ].join('\r\n');

    const { values, badLines } = readDotenv(text, lookup);

    expect(Object.fromEntries(values)).toEqual({
      PLAIN: 'a b',
      SHOWN: 'x\ny',
      RAW: '$A',
      FILLED: 'one/a b',
      A: 'one',
      LONG: 'first\nsecond',
    });
    expect(badLines).toEqual([10]);
  });

  it('is taken as it stands where it is raw', () => {
    const { values } = readDotenv('A="$B" # all\n', lookup, { raw: true });

    expect(values.get('A')).toBe('"$B" # all');
  });
});
