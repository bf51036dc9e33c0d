import { expect, it } from 'vitest';

import { formatValue } from './format-value.ts';

it.each([
  ['web:1.4.0', 'web:1.4.0'],
  ['true', '"true"'],
  ['10', '"10"'],
  ['', '""'],
  [' a', '" a"'],
  ['{a', '"{a"'],
  [10, '10'],
  [null, 'null'],
  [[true], '[true]'],
])('shows %j so that its type is seen', (value, shown) => {
  expect(formatValue(value)).toBe(shown);
});

it('shows every digit of large integers', () => {
  expect(formatValue(2n ** 60n)).toBe('1152921504606846976');
});
