import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { inChunks } from './chunks.ts';

describe('inChunks', () => {
  it('leaves nothing out, keeps the order, and knows few lengths', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(), { maxLength: 1000, size: 'max' }), (items) => {
        const chunks = [...inChunks(items)];

        expect(chunks.flat()).toEqual(items);
        for (const { length } of chunks) expect([256, 64, 16, 4, 1]).toContain(length);
      }),
      { seed: 2, numRuns: 100 },
    );
  });
});
