import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { normaliseQuantity, parseQuantity } from './quantity.ts';

describe('a quantity', () => {
  it.each<[string, string | undefined]>([
    ['1000m', '1'],
    ['0.5', '500m'],
    ['1.5Gi', '1536Mi'],
    ['1024Mi', '1Gi'],
    ['1000Mi', '1000Mi'],
    ['2048Ki', '2Mi'],
    ['512', '512'],
    ['1000', '1k'],
    ['1000000', '1M'],
    ['1e3', '1e3'],
    ['12e6', '12e6'],
    ['0', '0'],
    ['-1', '-1'],
    ['+5', '5'],
    ['.5', '500m'],
    ['1.', '1'],
    ['100u', '100u'],
    ['0.1n', '1n'],
    ['0.5Ki', '512'],
    ['1 Gi', undefined],
    ['1gi', undefined],
    ['', undefined],
    ['Gi', undefined],
    ['1..2', undefined],
  ])('%s is written as %s', (text, written) => {
    expect(normaliseQuantity(text)).toBe(written);
  });

  it('keeps its value when it is written, and then stays as it is', () => {
    const suffix = fc.constantFrom('', 'n', 'u', 'm', 'k', 'M', 'G', 'Ki', 'Mi', 'Gi', 'e2', 'E-3');
    const number = fc.tuple(fc.nat({ max: 1_000_000 }), fc.nat({ max: 999 }), suffix);
    fc.assert(
      fc.property(number, ([whole, part, unit]) => {
        const text = `${whole}.${part}${unit}`;
        const written = normaliseQuantity(text) ?? '';

        expect(parseQuantity(written)).toBe(parseQuantity(text));
        expect(normaliseQuantity(written)).toBe(written);
      }),
      { seed: 7, numRuns: 500 },
    );
  });
});
