import { createSecretKey } from 'node:crypto';

import type { Json } from '@trueup/diagnostics';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { createSealer, type SealPlace } from './sealer.ts';

const seal = createSealer(createSecretKey(Buffer.alloc(32, 1)));
const place: SealPlace = { target: 'staging', id: 'Secret/shop/db', path: ['data', 'password'] };

describe('a seal', () => {
  it('is the same for the same value in the same place, also in another process', () => {
    expect(seal('hunter2', place)).toBe('sealed:b9710bd85da030c600cccfc7');
    expect(seal({ a: 1, b: 2 }, place)).toBe(seal({ b: 2, a: 1 }, place));
  });

  it('is another one for anything else', () => {
    const other = createSealer(createSecretKey(Buffer.alloc(32, 2)));
    const seals = [
      seal('hunter2', place),
      other('hunter2', place),
      seal('hunter3', place),
      seal(1, place),
      seal('1', place),
      seal('hunter2', { ...place, target: 'production' }),
      seal('hunter2', { ...place, id: 'Secret/shop/cache' }),
      seal('hunter2', { ...place, path: ['data', 'user'] }),
      seal('hunter2', { ...place, path: ['data.password'] }),
      seal('hunter2', { ...place, path: ['data', { name: 'password' }] }),
    ];

    expect(new Set(seals).size).toBe(seals.length);
  });

  it('tells nothing of the value, not even its length', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(seal(value as Json, place)).toMatch(/^sealed:[\da-f]{24}$/);
      }),
      { seed: 1, numRuns: 100 },
    );
  });
});
