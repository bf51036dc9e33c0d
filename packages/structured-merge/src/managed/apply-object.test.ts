import type { JsonObject } from '@trueup/diagnostics';
import { describe, expect, it } from 'vitest';

import { fieldSetOf, listPaths } from '../fields/field-set.ts';
import { schemaFromCrd } from '../schema/schema-from-crd.ts';
import { everyTypeSchema } from '../testing/every-type-crd.ts';
import { type ApplyRequest, type ApplyResult, applyObject } from './apply-object.ts';
import { describeCauses, describeConflicts } from './describe-conflicts.ts';
import { ownedFields } from './owned-fields.ts';
import { findOwners, ownersOf, toElementPath } from './owners-of.ts';

const schema = schemaFromCrd(everyTypeSchema);

function apply(manager: string, spec: JsonObject, more: Partial<ApplyRequest> = {}): ApplyResult {
  const body = { apiVersion: 'a/v1', kind: 'A', metadata: { name: 'a' }, spec };
  const now = new Date('2026-01-02T03:04:05Z');
  return applyObject({
    ...{ applied: body, manager, apiVersion: 'a/v1', schema, now, force: false },
    ...more,
  });
}

function applied(result: ApplyResult): JsonObject {
  if (result.kind !== 'applied') throw new Error(JSON.stringify(result));
  return result.object;
}

/** Applies one after the other. */
function play(
  ...steps: readonly (readonly [string, JsonObject, Partial<ApplyRequest>?])[]
): JsonObject {
  let observed: JsonObject | undefined;
  for (const [manager, spec, more] of steps) {
    observed = applied(apply(manager, spec, { ...(observed && { observed }), ...more }));
  }
  return observed ?? {};
}

function owned(object: JsonObject, manager: string): readonly string[] {
  return listPaths(ownedFields(object, manager)).map((path) => path.slice(1).join(' '));
}

describe('applyObject', () => {
  it('gives what is applied to the one who applies it', () => {
    const object = applied(apply('ann', { count: 1, endpoints: [{ port: 80 }] }));

    expect(object).toEqual({
      apiVersion: 'a/v1',
      kind: 'A',
      metadata: {
        name: 'a',
        managedFields: [
          {
            manager: 'ann',
            operation: 'Apply',
            apiVersion: 'a/v1',
            time: '2026-01-02T03:04:05Z',
            fieldsType: 'FieldsV1',
            fieldsV1: {
              'f:spec': {
                'f:count': {},
                'f:endpoints': { 'k:{"port":80,"protocol":"TCP"}': { '.': {}, 'f:port': {} } },
              },
            },
          },
        ],
      },
      spec: { count: 1, endpoints: [{ port: 80 }] },
    });
  });

  it('lets several own the same value', () => {
    const object = play(['ann', { text: 'a', count: 1 }], ['bob', { text: 'a' }]);

    expect(owned(object, 'ann')).toEqual(['f:count', 'f:text']);
    expect(owned(object, 'bob')).toEqual(['f:text']);
  });

  it('names the owners of what would change, and changes nothing', () => {
    const observed = play(
      ['ann', { count: 1, parts: [{ name: 'p', size: 1 }] }],
      ['bob', { count: 1 }],
    );

    const refused = apply('cat', { count: 2, parts: [{ name: 'p', size: 2 }] }, { observed });

    const conflicts = refused.kind === 'conflict' ? refused.conflicts : [];
    expect(conflicts).toMatchObject([
      { manager: 'ann', path: ['spec', 'count'] },
      { manager: 'ann', path: ['spec', 'parts', { name: 'p' }, 'size'] },
      { manager: 'bob', path: ['spec', 'count'] },
    ]);
    expect(describeConflicts(conflicts)).toBe(
      [
        'Apply failed with 3 conflicts: conflicts with "ann":',
        '- .spec.count',
        '- .spec.parts[name="p"].size',
        'conflicts with "bob":',
        '- .spec.count',
      ].join('\n'),
    );
    expect(describeConflicts(conflicts.slice(0, 1))).toBe(
      'Apply failed with 1 conflict: conflict with "ann": .spec.count',
    );
    expect(describeCauses(conflicts)[2]).toEqual({
      reason: 'FieldManagerConflict',
      message: 'conflict with "bob"',
      field: '.spec.count',
    });
  });

  it('respects who owns a field that is not there', () => {
    const observed = { ...play(['ann', { text: 'a', granular: {} }]), spec: { granular: {} } };

    expect(apply('bob', { text: 'a' }, { observed })).toMatchObject({
      conflicts: [{ manager: 'ann', path: ['spec', 'text'] }],
    });
  });

  it('takes what it is forced to take', () => {
    const object = play(['ann', { count: 1, text: 'a' }], ['bob', { count: 2 }, { force: true }]);

    expect(object['spec']).toEqual({ count: 2, text: 'a' });
    expect([owned(object, 'ann'), owned(object, 'bob')]).toEqual([['f:text'], ['f:count']]);
  });

  it('removes what its owner drops, unless somebody else owns it', () => {
    const object = play(
      ['ann', { count: 1, words: ['a', 'b'], steps: ['x'], granular: { a: '1', b: '2' } }],
      ['bob', { words: ['b', 'c'], granular: { b: '2' } }],
      ['ann', { count: 1 }],
    );

    expect(object['spec']).toEqual({ count: 1, words: ['b', 'c'], granular: { b: '2' } });
  });

  it('keeps an item that others own a part of', () => {
    const object = play(
      ['ann', { parts: [{ name: 'p', size: 1, notes: { a: '1' } }] }],
      ['bob', { parts: [{ name: 'p', notes: { b: '2' } }] }],
      ['ann', {}],
    );

    expect(object['spec']).toEqual({ parts: [{ name: 'p', notes: { b: '2' } }] });
  });

  it('takes an item with all that nobody owns in it', () => {
    const first = play(['ann', { parts: [{ name: 'p' }, { name: 'q' }] }]);
    const spec = first['spec'] as { parts: JsonObject[] };
    const [p = {}, q = {}] = spec.parts;
    const observed = { ...first, spec: { parts: [{ ...p, size: 5 }, q] } };

    const object = applied(apply('ann', { parts: [{ name: 'q' }] }, { observed }));

    expect(object['spec']).toEqual({ parts: [{ name: 'q' }] });
  });

  it('leaves what it never applied', () => {
    const observed = { ...play(['ann', { text: 'a' }]), spec: { text: 'a', count: 3 } };

    const object = applied(apply('ann', {}, { observed }));

    expect(object['spec']).toEqual({ count: 3 });
  });

  it('stops owning all when it applies nothing', () => {
    const object = play(['ann', { text: 'a' }], ['bob', { count: 1 }], ['ann', {}]);

    expect(ownersOf(object).map(({ manager }) => manager)).toEqual(['ann', 'bob']);
    expect(owned(object, 'ann')).toEqual(['']);
  });

  it('keeps the time of an apply that changes no value', () => {
    const first = play(['ann', { text: 'a', words: ['x', 'y'] }]);
    const later = new Date('2027-01-01T00:00:00Z');

    const again = applied(
      apply('ann', { text: 'a', words: ['x', 'y'] }, { observed: first, now: later }),
    );
    const other = applied(apply('ann', { text: 'b' }, { observed: first, now: later }));

    expect(again).toEqual(first);
    expect(ownersOf(other)).toMatchObject([{ time: '2027-01-01T00:00:00Z' }]);
  });

  it('gives an object without owners one for all that it has', () => {
    const observed = {
      apiVersion: 'a/v1',
      kind: 'A',
      metadata: { name: 'a' },
      spec: { text: 'a' },
    };

    const refused = apply('ann', { text: 'b' }, { observed });
    const object = applied(apply('ann', { count: 1 }, { observed }));

    expect(refused).toMatchObject({ conflicts: [{ manager: 'before-first-apply' }] });
    expect(owned(object, 'before-first-apply')).toEqual(['', 'f:text']);
    expect(ownersOf(object)).toMatchObject([{ operation: 'Apply' }, { operation: 'Update' }]);
  });

  it('keeps subresources apart and leaves what cannot be written there', () => {
    const resetFields = fieldSetOf([['f:status']]);
    const body = {
      apiVersion: 'a/v1',
      kind: 'A',
      metadata: {},
      spec: { text: 'a' },
      status: { phase: 'x' },
    };
    const observed = applied(apply('ann', {}, { applied: body, resetFields }));

    const status = { subresource: 'status', resetFields: fieldSetOf([['f:spec']]) };
    const later = { ...body, status: { phase: 'y' } };
    const object = applied(apply('ann', {}, { observed, applied: later, ...status }));

    expect(
      ownersOf(object).map(({ subresource, fields }) => [subresource, listPaths(fields)]),
    ).toEqual([
      ['', [['f:spec', 'f:text']]],
      ['status', [['f:status', 'f:phase']]],
    ]);
  });

  it('reads owners at other versions, until these are no longer served', () => {
    const observed = play(['ann', { text: 'a' }, { apiVersion: 'a/v0' }], ['bob', { count: 1 }]);

    const refused = apply('bob', { text: 'b' }, { observed });
    const object = applied(
      apply('bob', { text: 'b' }, { observed, isServed: (version) => version !== 'a/v0' }),
    );

    expect(refused.kind).toBe('conflict');
    expect(ownersOf(object).map(({ manager }) => manager)).toEqual(['bob']);
  });

  it.each<[string, Partial<ApplyRequest>, string]>([
    [
      'items twice',
      { applied: { spec: { words: ['a', 'a'] } } },
      'duplicate entries for key [="a"]',
    ],
    ['members too many', { applied: { spec: { more: 1 } } }, 'field not declared in schema'],
    [
      'owners',
      { applied: { metadata: { managedFields: [{}] } } },
      'metadata.managedFields must be nil',
    ],
    [
      'to an object whose owners cannot be read',
      { observed: { metadata: { managedFields: [{ operation: 'Eat' }] } } },
      'failed to decode managed fields',
    ],
  ])('does not apply %s', (_name, more, message) => {
    expect(apply('ann', {}, more)).toMatchObject({ kind: 'invalid', problems: [{ message }] });
  });

  it('fits owners to a type that has become atomic', () => {
    const granular = { type: 'object', additionalProperties: { type: 'string' } };
    const typed = (map: JsonObject): ReturnType<typeof schemaFromCrd> =>
      schemaFromCrd({
        type: 'object',
        properties: { spec: { type: 'object', properties: { map } } },
      });
    const before = typed(granular);
    const after = typed({ ...granular, 'x-kubernetes-map-type': 'atomic' });
    const observed = play(['ann', { map: { a: '1' } }, { schema: before }]);

    const refused = apply('bob', { map: { b: '2' } }, { observed, schema: after });

    expect(refused).toMatchObject({ conflicts: [{ manager: 'ann', path: ['spec', 'map'] }] });
  });
});

describe('kubectl', () => {
  const annotation = 'kubectl.kubernetes.io/last-applied-configuration';
  const before = {
    apiVersion: 'a/v1',
    kind: 'A',
    metadata: { name: 'a' },
    spec: { text: 'a', count: 1 },
  };
  const annotated = {
    ...before,
    metadata: { name: 'a', annotations: { [annotation]: JSON.stringify(before), other: 'x' } },
  };

  it('takes over what it applied on the client and nobody changed since', () => {
    const observed = { ...annotated, spec: { text: 'a', count: 2 } };
    const body = (spec: JsonObject): Partial<ApplyRequest> => ({
      observed,
      applied: { ...before, spec },
    });

    const taken = apply('kubectl', {}, body({ text: 'b' }));
    const refused = apply('kubectl', {}, body({ text: 'b', count: 3 }));
    const other = apply('ann', {}, body({ text: 'b' }));

    expect(applied(taken)['spec']).toEqual({ text: 'b', count: 2 });
    expect(refused).toMatchObject({ conflicts: [{ path: ['spec', 'count'] }] });
    expect(other.kind).toBe('conflict');
  });

  it('keeps its annotation up to date, while it fits', () => {
    const observed = applied(apply('kubectl', {}, { observed: annotated, applied: before }));
    const large = { ...before, spec: { text: 'x'.repeat(300_000) } };

    const small = applied(apply('kubectl', {}, { observed, applied: before, force: true }));
    const huge = applied(apply('kubectl', {}, { observed, applied: large, force: true }));

    const text =
      '{"apiVersion":"a/v1","kind":"A","metadata":{"name":"a"},"spec":{"count":1,"text":"a"}}\n';
    expect(small).toMatchObject({ metadata: { annotations: { [annotation]: text } } });
    expect(huge).toMatchObject({ metadata: { annotations: { other: 'x' } } });
    expect(JSON.stringify(huge)).not.toContain(`${annotation}":"`);
  });
});

describe('findOwners', () => {
  it('tells who wrote a field, or the value that it lies in', () => {
    const later = { now: new Date('2027-01-01T00:00:00Z') };
    const object = play(
      ['ann', { text: 'a', steps: ['x'] }],
      ['bob', { text: 'a', count: 1 }, later],
    );
    const find = (...path: string[]): readonly string[] =>
      findOwners(object, toElementPath(path)).map(({ manager }) => manager);

    expect(find('spec', 'text')).toEqual(['bob', 'ann']);
    expect(find('spec', 'steps', 'x')).toEqual(['ann']);
    expect(find('spec', 'flag')).toEqual([]);
  });
});
