import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { parseJsonText, toJsonText } from './json-text.ts';

describe('a stored record', () => {
  it('comes back as it was, integers of any size included', () => {
    const leaf = fc.oneof(fc.string(), fc.boolean(), fc.constant(null), largeInteger(), number());
    const value = fc.letrec((tie) => ({
      any: fc.oneof(
        { maxDepth: 4 },
        leaf,
        fc.array(tie('any')),
        fc.dictionary(fc.string(), tie('any')),
      ),
    })).any;

    fc.assert(
      fc.property(value, (body) => {
        expect(parseJsonText(toJsonText({ body }))).toEqual({ body });
      }),
      { seed: 1, numRuns: 500 },
    );
  });

  it('has no member for what is undefined', () => {
    expect(toJsonText({ a: undefined, b: 1n })).toBe('{"b":1}');
  });

  it('that something else wrote is refused without repeating it', () => {
    expect(() => parseJsonText('{"hunter2')).toThrow(
      expect.objectContaining({
        code: 'STORE_UNREADABLE',
        message: expect.not.stringMatching('hunter2'),
      }),
    );
  });
});

function largeInteger(): fc.Arbitrary<bigint> {
  return fc.bigInt().filter((one) => one > 2n ** 53n || one < -(2n ** 53n));
}

/** No negative zero, which JSON does not know, and no float that is an integer beyond 2^53. */
function number(): fc.Arbitrary<number> {
  const isPlain = (one: number): boolean => !Number.isInteger(one) || Number.isSafeInteger(one);
  return fc
    .double({ noNaN: true, noDefaultInfinity: true })
    .filter((one) => isPlain(one) && !Object.is(one, -0));
}
