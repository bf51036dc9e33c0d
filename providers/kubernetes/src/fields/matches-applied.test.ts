import { isDeepStrictEqual } from 'node:util';

import type { Json, JsonObject } from '@trueup/diagnostics';
import {
  applyObject,
  schemaFromCrd,
  type TypeSchema,
  updateObject,
} from '@trueup/structured-merge';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { matchesApplied } from './matches-applied.ts';

const manager = 'trueup';
const apiVersion = 'example.com/v1';
const now = new Date('2026-01-01T00:00:00Z');
const schema: TypeSchema = schemaFromCrd({
  type: 'object',
  properties: {
    spec: {
      type: 'object',
      properties: {
        tags: { type: 'array', 'x-kubernetes-list-type': 'set', items: { type: 'string' } },
        ports: {
          type: 'array',
          'x-kubernetes-list-type': 'map',
          'x-kubernetes-list-map-keys': ['port', 'protocol'],
          items: {
            type: 'object',
            properties: {
              port: { type: 'integer' },
              protocol: { type: 'string', default: 'TCP' },
              name: { type: 'string' },
            },
          },
        },
        limits: {
          type: 'object',
          'x-kubernetes-map-type': 'atomic',
          additionalProperties: { type: 'string' },
        },
        labels: { type: 'object', additionalProperties: { type: 'string' } },
        size: { type: 'integer' },
      },
    },
  },
});

function body(spec: Json): JsonObject {
  return { apiVersion, kind: 'Widget', metadata: { name: 'w' }, spec };
}

function apply(spec: Json, observed?: JsonObject): JsonObject {
  const result = applyObject({
    ...(observed && { observed }),
    applied: body(spec),
    manager,
    apiVersion,
    schema,
    now,
    force: true,
  });
  if (result.kind !== 'applied') throw new Error(result.kind);
  return result.object;
}

function edit(before: JsonObject, spec: Json): JsonObject {
  const after = { ...before, spec };
  return updateObject({ before, after, manager: 'other', apiVersion, schema, now });
}

describe('matchesApplied', () => {
  it.each<[string, Json, Json, boolean]>([
    ['the same', { size: 1 }, { size: 1 }, true],
    ['another value', { size: 1 }, { size: 2 }, false],
    ['one field more', { size: 1 }, { size: 1, tags: ['a'] }, false],
    ['one field less', { size: 1, tags: ['a'] }, { size: 1 }, false],
    [
      'another order of a map',
      { labels: { a: 'x', b: 'y' } },
      { labels: { b: 'y', a: 'x' } },
      true,
    ],
    [
      'an atomic map with a member less',
      { limits: { a: '1', b: '2' } },
      { limits: { a: '1' } },
      false,
    ],
    [
      'the same items',
      { ports: [{ port: 1, protocol: 'TCP' }] },
      { ports: [{ port: 1, protocol: 'TCP' }] },
      true,
    ],
    ['an item in another order', { tags: ['a', 'b'] }, { tags: ['b', 'a'] }, false],
    [
      'an item of another key',
      { ports: [{ port: 1, protocol: 'TCP' }] },
      { ports: [{ port: 2, protocol: 'TCP' }] },
      false,
    ],
  ])('sees %s', (_name, before, after, expected) => {
    expect(matchesApplied(body(after), apply(before), manager)).toBe(expected);
  });

  it('finds items whose key the server completed', () => {
    const observed = apply({ ports: [{ port: 80 }, { port: 53, protocol: 'UDP' }] });
    const ports = [
      { port: 80, protocol: 'TCP' },
      { port: 53, protocol: 'UDP' },
    ];
    const completed = { ...observed, spec: { ports } };

    const asked = (first: Json) => body({ ports: [first, { port: 53, protocol: 'UDP' }] });

    expect(matchesApplied(asked({ port: 80 }), completed, manager)).toBe(true);
    expect(matchesApplied(asked({ port: 80, protocol: 'TCP' }), completed, manager)).toBe(false);
  });

  it('does not mind what others added', () => {
    const observed = edit(apply({ labels: { a: 'x' }, tags: ['a'] }), {
      labels: { a: 'x', z: 'z' },
      tags: ['z', 'a'],
      size: 9,
    });

    expect(matchesApplied(body({ labels: { a: 'x' }, tags: ['a'] }), observed, manager)).toBe(true);
  });

  it('takes nothing for granted without a record of ours', () => {
    expect(matchesApplied(body({ size: 1 }), body({ size: 1 }), manager)).toBe(false);
    const other = { ...body({ size: 1 }), apiVersion: 'example.com/v2' };
    expect(matchesApplied(other, apply({ size: 1 }), manager)).toBe(false);
  });

  it('says yes only when applying would change nothing', () => {
    fc.assert(
      fc.property(anySpec(), anySpec(), anySpec(), (first, edited, second) => {
        const observed = edit(apply(first), edited);
        const matched = matchesApplied(body(second), observed, manager);
        const after = apply(second, observed);

        expect(!matched || isDeepStrictEqual(after, observed)).toBe(true);
      }),
      { seed: 11, numRuns: 1000 },
    );
  });

  it('says yes to what was applied last, whatever others did beside it', () => {
    fc.assert(
      fc.property(anySpec(), (spec) => {
        expect(matchesApplied(body(spec), apply(spec), manager)).toBe(true);
      }),
      { seed: 12, numRuns: 200 },
    );
  });
});

/** Of few values, so that two of them often have something in common. */
function anySpec(): fc.Arbitrary<JsonObject> {
  const text = fc.constantFrom('a', 'b');
  const port = fc.record(
    { port: fc.constantFrom(1, 2), protocol: fc.constantFrom('TCP', 'UDP'), name: text },
    { requiredKeys: ['port', 'protocol'], noNullPrototype: true },
  );
  return fc.record(
    {
      tags: fc.uniqueArray(text, { minLength: 1 }),
      ports: fc.uniqueArray(port, {
        minLength: 1,
        maxLength: 3,
        selector: (one) => `${one.port}${one.protocol}`,
      }),
      limits: fc.dictionary(text, text, { minKeys: 1, noNullPrototype: true }),
      labels: fc.dictionary(text, text, { minKeys: 1, noNullPrototype: true }),
      size: fc.constantFrom(1, 2),
    },
    { requiredKeys: [], noNullPrototype: true },
  );
}
