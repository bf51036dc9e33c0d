import { formatJson, type Json } from '@trueup/diagnostics';
import fc from 'fast-check';
import { expect, it } from 'vitest';

import { formatExactJson, parseExactJson } from './exact-json.ts';

it.each<[string, Json]>([
  ['{"a":9007199254740993}', { a: 9007199254740993n }],
  ['[-9223372036854775808,1]', [-9223372036854775808n, 1]],
  ['{"a":"9007199254740993"}', { a: '9007199254740993' }],
  [
    '{"a":1e400,"b":1234567890123456.5}',
    { a: Number.POSITIVE_INFINITY, b: Number('1234567890123456.5') },
  ],
  ['{"a":1234567890123456e10}', { a: Number('1234567890123456e10') }],
  ['{"__proto__":{"a":1}}', JSON.parse('{"__proto__":{"a":1}}')],
])('reads %s', (text, expected) => {
  expect(parseExactJson(text)).toEqual(expected);
});

it('writes what it read, digit by digit', () => {
  const number = fc.oneof(fc.maxSafeInteger(), fc.bigInt({ min: 2n ** 53n, max: 2n ** 80n }));
  const value = fc.dictionary(fc.string(), fc.oneof(number, fc.string(), fc.array(number)));
  fc.assert(
    fc.property(value, (body) => {
      const text = formatExactJson(body);
      expect(formatJson(parseExactJson(text))).toBe(formatJson(body));
    }),
    { seed: 7, numRuns: 300 },
  );
});
