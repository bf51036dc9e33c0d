import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { canonicalQuantity, compareQuantities, formatQuantity, parseQuantity } from './quantity.ts';

/** What `resource.ParseQuantity(text).String()` prints; `undefined` where it gives an error. */
const printedByGo: readonly (readonly [string, string | undefined])[] = [
  ['0', '0'],
  ['-0', '0'],
  ['0Ki', '0'],
  ['1', '1'],
  ['+5', '+5'],
  ['05', '05'],
  ['1000m', '1'],
  ['1500m', '1500m'],
  ['1.5', '1500m'],
  ['1.500', '1.500'],
  ['1.50', '1500m'],
  ['0.5', '500m'],
  ['.5', '500m'],
  ['5.', '5.'],
  ['0.1m', '100u'],
  ['0.1n', '1n'],
  ['-0.1n', '-1n'],
  ['1e3', '1e3'],
  ['1e4', '10e3'],
  ['12E6', '12E6'],
  ['1E', '1E'],
  ['1000E', '1'],
  ['1Ki', '1Ki'],
  ['1023Ki', '1023Ki'],
  ['1024Ki', '1Mi'],
  ['0.5Ki', '512'],
  ['0.5Gi', '512Mi'],
  ['1.5Gi', '1536Mi'],
  ['0.0001Mi', '104857600u'],
  ['2048', '2048'],
  ['7Ei', '7Ei'],
  ['8Ei', '9223372036854775807'],
  ['-9Ei', '-9223372036854775807'],
  ['9223372036854775808', '9223372036854775808'],
  ['100000000000000000000000', '100'],
  ['129e6', '129e6'],
  ['123Mi', '123Mi'],
  ['e3', '0'],
  ['Pi', undefined],
  ['', undefined],
  ['1.2.3', undefined],
  ['1K', undefined],
  ['1KI', undefined],
  ['1Mi1', undefined],
  ['1 ', undefined],
  ['0x1', undefined],
  ['1e9999999999999999999', undefined],
];

describe('a quantity', () => {
  it.each(printedByGo)('%j is printed as Go prints it', (text, printed) => {
    const amount = parseQuantity(text);

    expect(amount && formatQuantity(amount)).toBe(printed);
  });

  it('keeps its amount when it is printed', () => {
    fc.assert(
      fc.property(quantityText(), (text) => {
        const amount = parseQuantity(text);
        const again = amount && parseQuantity(formatQuantity(amount));

        expect(amount && again && compareQuantities(amount, again)).toBe(0);
      }),
      { numRuns: 2000, seed: 1 },
    );
  });

  it('is printed in one way only', () => {
    fc.assert(
      fc.property(quantityText(), (text) => {
        const printed = canonicalQuantity(text);

        expect(printed !== undefined && canonicalQuantity(printed)).toBe(printed);
      }),
      { numRuns: 2000, seed: 2 },
    );
  });

  it('compares by its amount', () => {
    const ordered = ['-1Gi', '-1k', '-1n', '0', '1n', '999u', '1m', '0.5', '1', '1Ki', '1M', '1Mi'];
    const amounts = ordered.map((text) => parseQuantity(text));

    const order = amounts.map((amount) =>
      amounts.map((other) => amount && other && Math.sign(compareQuantities(amount, other))),
    );

    expect(order).toEqual(ordered.map((_, a) => ordered.map((__, b) => Math.sign(a - b))));
  });

  it('may be a number', () => {
    expect([1, 0.5, 2n ** 60n, true, null].map(canonicalQuantity)).toEqual([
      '1',
      '500m',
      '1152921504606846976',
      undefined,
      undefined,
    ]);
  });

  it('takes no time to refuse or round what is absurd', () => {
    expect(parseQuantity('9'.repeat(100_000))).toBeUndefined();
    expect(canonicalQuantity('1e-2000000000')).toBe('1e-9');
    expect(canonicalQuantity('1e2000000000')).toBe('100e1999999998');
  });
});

/** Amounts small enough for every suffix, since Go prints larger ones without any. */
function quantityText(): fc.Arbitrary<string> {
  const digits = fc.string({ unit: fc.constantFrom(...'0123456789'), minLength: 1, maxLength: 9 });
  const fraction = fc.oneof(
    fc.constant(''),
    digits.map((text) => `.${text}`),
  );
  const suffix = fc.constantFrom('', 'n', 'u', 'm', 'k', 'M', 'Ki', 'Mi', 'Gi', 'e3', 'E-3', 'e5');
  const sign = fc.constantFrom('', '-', '+');
  return fc.tuple(sign, digits, fraction, suffix).map((parts) => parts.join(''));
}
