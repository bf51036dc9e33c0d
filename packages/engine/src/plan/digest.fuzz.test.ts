import { formatJson, type Json } from '@trueup/diagnostics';
import { type Change, type FieldChange, formatResourceId } from '@trueup/provider-sdk';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { digestChange, digestPlan, isCovered } from './digest.ts';

const place = { repository: 'r1', targetIdentity: 'cluster-1' };

describe('the digest of anything', () => {
  it('is a digest, the same one every time, and of the change that was made a copy of', () => {
    fc.assert(
      fc.property(anyChange(anyJson(), fc.string()), (change) => {
        const digest = digestChange(place, change);

        expect(digest).toMatch(/^sha256:[0-9a-f]{64}$/);
        expect(digestChange({ ...place }, structuredClone(change))).toBe(digest);
        expect(isCovered(new Set([digest]), place, change)).toBe(true);
      }),
      { seed: 41, numRuns: 1000 },
    );
  });

  it('is another one exactly when something else would be done', () => {
    const few = fc.constantFrom<Json>(1, '1', null, true, [1], { a: 1 }, { __proto__: null, a: 1 });
    const names = fc.constantFrom('a', '__proto__', 'a.b', '["a"]', '');
    fc.assert(
      fc.property(anyChange(few, names), anyChange(few, names), (one, other) => {
        const same = effectOf(one) === effectOf(other);

        expect(digestChange(place, one) === digestChange(place, other)).toBe(same);
      }),
      { seed: 42, numRuns: 3000 },
    );
  });

  it('of a plan names the set: no order, no repetition', () => {
    const changes = fc.array(anyChange(anyJson(), fc.string()), { maxLength: 6 });
    fc.assert(
      fc.property(changes, (all) => {
        const digests = all.map((change) => digestChange(place, change));

        expect(digestPlan(new Set(digests.toReversed()))).toBe(digestPlan(new Set(digests)));
        for (const left of digests) {
          const others = new Set(digests.filter((one) => one !== left));
          expect(digestPlan(others)).not.toBe(digestPlan(new Set(digests)));
        }
      }),
      { seed: 43, numRuns: 300 },
    );
  });
});

function anyJson(): fc.Arbitrary<Json> {
  const json = fc.jsonValue({ maxDepth: 3 }) as fc.Arbitrary<Json>;
  return fc.oneof(json, fc.bigInt(), fc.constant(JSON.parse('{"__proto__":{"a":1}}') as Json));
}

function anyChange(value: fc.Arbitrary<Json>, name: fc.Arbitrary<string>): fc.Arbitrary<Change> {
  const field = fc.record(
    {
      path: fc.array(name, { maxLength: 2 }),
      before: value,
      after: value,
      sensitive: fc.boolean(),
    },
    { requiredKeys: ['path', 'sensitive'] },
  );
  return fc
    .record({
      name: fc.constantFrom('a', 'b'),
      action: fc.constantFrom('create', 'update'),
      fields: fc.uniqueArray(field, { maxLength: 2, selector: formatField }),
    })
    .map(({ name: of, action, fields }) => ({
      id: formatResourceId({ kind: 'Thing', scope: '', name: of }),
      action: action as 'create' | 'update',
      fields,
      confidence: 'certain',
      hazards: [],
      position: { wave: 0, rank: 0 },
      dependsOn: [],
    }));
}

/** By other means than the digest's: one text for each effect. */
function effectOf({ id, action, fields }: Change): string {
  return JSON.stringify([id, action, fields.map(formatField).sort()]);
}

function formatField({ path, sensitive, ...values }: FieldChange): string {
  const sides = [values.before, values.after].map((one) => one !== undefined && formatJson(one));
  return JSON.stringify([path, sensitive, sides]);
}
