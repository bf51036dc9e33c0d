import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { parseJson, writeJson } from './json-text.ts';

describe('JSON', () => {
  it('keeps integers to the last digit', () => {
    const text = '{"a":9007199254740993,"b":[12345678901234567890],"c":1.5,"d":-9007199254740993}';

    expect(parseJson(text)).toMatchObject({ a: 9007199254740993n, c: 1.5 });
    expect(writeJson(parseJson(text))).toBe(text);
  });

  it('survives a round trip, whatever it is', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        expect(writeJson(parseJson(text))).toBe(JSON.stringify(JSON.parse(text)));
      }),
      { seed: 7, numRuns: 300 },
    );
  });

  it('is refused when it is none', () => {
    expect(() => parseJson('{"a":')).toThrow(SyntaxError);
  });
});
