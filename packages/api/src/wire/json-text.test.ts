import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { formatWire, parseWire } from './json-text.ts';

describe('JSON on the wire', () => {
  it('keeps every value, and every digit', () => {
    const large = fc.bigInt({ min: 2n ** 53n, max: 2n ** 200n });
    const { value } = fc.letrec((tie) => ({
      value: fc.oneof(
        { maxDepth: 4 },
        fc.constant(null),
        fc.boolean(),
        fc.string(),
        fc.integer(),
        large,
        large.map((one) => -one),
        fc.array(tie('value'), { maxLength: 4 }),
        fc.dictionary(fc.string(), tie('value'), { maxKeys: 4, noNullPrototype: true }),
      ),
    }));
    fc.assert(
      fc.property(value, (one) => {
        expect(parseWire(formatWire(one))).toEqual(one);
      }),
      { seed: 5, numRuns: 500 },
    );
  });

  it.each([
    ['1.0000000000000001', 1],
    ['1e300', 1e300],
    ['"12345678901234567890"', '12345678901234567890'],
    ['[12345678901234567890]', [12345678901234567890n]],
  ])('reads %s as it is meant', (text, expected) => {
    expect(parseWire(text)).toEqual(expected);
  });

  it('leaves out what is absent', () => {
    expect(formatWire({ a: undefined, b: 2n ** 60n })).toBe('{"b":1152921504606846976}');
  });
});
