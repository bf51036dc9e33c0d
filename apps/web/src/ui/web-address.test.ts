import { expect, it } from 'vitest';

import { toWebAddress } from './web-address.ts';

it.each([
  ['https://example.com/a', 'https://example.com/a'],
  ['HTTP://example.com', 'http://example.com/'],
  ['javascript:alert(1)', undefined],
  [' javascript:alert(1)', undefined],
  ['data:text/html,x', undefined],
  ['//example.com', undefined],
  ['/path', undefined],
  ['https://', undefined],
  [undefined, undefined],
])('lets %j lead to %j', (text, address) => {
  expect(toWebAddress(text)).toBe(address);
});
