import { describe, expect, it } from 'vitest';

import { shortIds } from './short-ids.ts';

describe('short ids', () => {
  it('have as many digits as tell them apart, twelve at least', () => {
    const ids = ['01a2028db3db0000', '01a2028db3db0001', '01a2028db55e0000', '01a2028db55e0000'];

    expect([...shortIds(ids).values()]).toEqual([
      '01a2028db3db0000',
      '01a2028db3db0001',
      '01a2028db55e',
    ]);
  });

  it('of one alone are its beginning', () => {
    expect(shortIds(['01a2028db55e0000']).get('01a2028db55e0000')).toBe('01a2028db55e');
  });
});
