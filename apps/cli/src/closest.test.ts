import { describe, expect, it } from 'vitest';

import { didYouMean, findClosest } from './closest.ts';

describe('the closest word', () => {
  const known = ['shop-staging', 'shop-production', 'network', 'web'];

  it.each<[string, string | undefined]>([
    ['shop-stagin', 'shop-staging'],
    ['shop-stagign', 'shop-staging'],
    ['SHOP-STAGING', 'shop-staging'],
    ['shop-prod', 'shop-production'],
    ['netwrok', 'network'],
    ['wbe', 'web'],
    ['we', 'web'],
    ['api', undefined],
    ['', undefined],
  ])('of %j is %j', (written, expected) => {
    expect(findClosest(written, known)).toBe(expected);
  });

  it('makes a sentence, or none', () => {
    expect(didYouMean('wbe', known)).toBe(' Did you mean web?');
    expect(didYouMean('api', known)).toBe('');
  });
});
