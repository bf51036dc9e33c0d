import type { JsonObject } from '@trueup/diagnostics';
import { describe, expect, it } from 'vitest';

import { atomicSchema, deducedSchema } from './deduced-schema.ts';
import { emptyObject } from './empty-object.ts';
import { keysOf } from './keys-of.ts';
import { schemaFromOpenApi } from './schema-from-open-api.ts';
import type { TypeSchema } from './type-schema.ts';

const kind = { group: 'g', version: 'v1', kind: 'A' };

/** The type of the property `it` of a kind. */
function typeOf(property: JsonObject, components: JsonObject = {}): TypeSchema | undefined {
  const root: JsonObject = {
    type: 'object',
    properties: { it: property },
    'x-kubernetes-group-version-kind': [kind],
  };
  const schema = schemaFromOpenApi({ ...components, 'g.v1.A': root }, kind);
  return schema?.map?.fields.get('it')?.type;
}

const item = { type: 'object', properties: { name: { type: 'string' } } };

describe('schemaFromOpenApi', () => {
  it.each<[string, JsonObject, object]>([
    ['a string', { type: 'string' }, { scalar: 'string' }],
    ['bytes', { type: 'string', format: 'byte' }, { scalar: 'string' }],
    ['a time', { type: 'string', format: 'date-time' }, { scalar: 'untyped' }],
    ['an integer', { type: 'integer', format: 'int32' }, { scalar: 'numeric' }],
    ['a number', { type: 'number' }, { scalar: 'numeric' }],
    ['a boolean', { type: 'boolean' }, { scalar: 'boolean' }],
    ['an atomic list', { type: 'array', items: item }, { list: { kind: 'atomic', keys: [] } }],
    [
      'a set',
      { type: 'array', items: { type: 'string' }, 'x-kubernetes-list-type': 'set' },
      { list: { kind: 'set', keys: [] } },
    ],
    [
      'a keyed list',
      {
        type: 'array',
        items: item,
        'x-kubernetes-list-type': 'map',
        'x-kubernetes-list-map-keys': ['name', 'port'],
      },
      { list: { kind: 'map', keys: ['name', 'port'] } },
    ],
    [
      'a list that only its patch strategy tells about',
      {
        type: 'array',
        items: item,
        'x-kubernetes-patch-strategy': 'merge',
        'x-kubernetes-patch-merge-key': 'name',
      },
      { list: { kind: 'map', keys: ['name'] } },
    ],
    [
      'a list whose type counts, not its patch strategy',
      {
        type: 'array',
        items: item,
        'x-kubernetes-list-type': 'atomic',
        'x-kubernetes-patch-strategy': 'merge',
        'x-kubernetes-patch-merge-key': 'name',
      },
      { list: { kind: 'atomic', keys: [] } },
    ],
    [
      'a list of a type that nobody knows',
      { type: 'array', items: item, 'x-kubernetes-list-type': 'bag' },
      { list: { kind: 'atomic', keys: [] } },
    ],
    [
      'a keyed list without keys',
      { type: 'array', items: item, 'x-kubernetes-list-type': 'map' },
      { list: { kind: 'atomic', keys: [] } },
    ],
    ['an atomic map', { ...item, 'x-kubernetes-map-type': 'atomic' }, { map: { kind: 'atomic' } }],
    [
      'a map of texts',
      { type: 'object', additionalProperties: { type: 'string' } },
      { map: { kind: 'granular', element: { scalar: 'string' } } },
    ],
    ['a free map', { type: 'object' }, { map: { element: deducedSchema } }],
    ['a closed map', item, { map: { element: undefined } }],
    [
      'a map that keeps what it does not declare',
      { ...item, 'x-kubernetes-preserve-unknown-fields': true },
      { map: { element: deducedSchema } },
    ],
    [
      'anything',
      { 'x-kubernetes-int-or-string': true },
      { scalar: 'untyped', list: { kind: 'atomic' }, map: { element: deducedSchema } },
    ],
    ['a reference to nothing', { $ref: '#/components/schemas/Gone' }, deducedSchema],
  ])('reads %s', (_name, property, expected) => {
    expect(typeOf(property)).toMatchObject(expected);
  });

  it('lets what is kept reach into types in place, not through references', () => {
    const inner = { type: 'object', properties: { place: item, named: { $ref: '#/x/Named' } } };

    const type = typeOf(
      { ...inner, 'x-kubernetes-preserve-unknown-fields': true },
      { Named: item },
    );

    expect(type?.map?.fields.get('place')?.type.map?.element).toBe(deducedSchema);
    expect(type?.map?.fields.get('named')?.type.map?.element).toBeUndefined();
  });

  it('lets a field say how the type that it refers to is owned', () => {
    const reference = { allOf: [{ $ref: '#/components/schemas/Named' }], default: {} };
    const components = { Named: item };

    expect(typeOf(reference, components)?.map?.kind).toBe('granular');
    expect(typeOf({ ...reference, 'x-kubernetes-map-type': 'atomic' }, components)?.map?.kind).toBe(
      'atomic',
    );
  });

  it('knows the types that are encoded in their own way', () => {
    const name = (type: string): JsonObject => ({ $ref: `#/components/schemas/${type}` });

    expect(typeOf(name('io.k8s.apimachinery.pkg.api.resource.Quantity'))).toMatchObject({
      scalar: 'untyped',
      meaning: 'quantity',
    });
    expect(typeOf(name('io.k8s.apimachinery.pkg.runtime.RawExtension'))).toBe(atomicSchema);
  });

  it('follows types that contain themselves', () => {
    const node = { type: 'object', properties: { next: { $ref: '#/components/schemas/Node' } } };

    const type = typeOf({ $ref: '#/components/schemas/Node' }, { Node: node });

    expect(type?.map?.fields.get('next')?.type).toBe(type);
  });

  it('reads each type once', () => {
    const components = { A: { ...item, 'x-kubernetes-group-version-kind': [kind] } };

    expect(schemaFromOpenApi(components, kind)).toBe(schemaFromOpenApi(components, kind));
    expect(schemaFromOpenApi(components, { ...kind, kind: 'B' })).toBeUndefined();
  });

  it('takes a hostile document for what it is', () => {
    const hostile = JSON.parse('{"__proto__": {"x-kubernetes-group-version-kind": [{"kind": 5}]}}');

    expect(schemaFromOpenApi(hostile, kind)).toBeUndefined();
    expect(typeOf({ $ref: '#/components/schemas/constructor' })).toBe(deducedSchema);
  });
});

describe('keysOf', () => {
  it('tells what identifies the items of a list', () => {
    const list = {
      type: 'array',
      items: { type: 'object', properties: { inner: { type: 'array', items: item } } },
      'x-kubernetes-list-type': 'map',
      'x-kubernetes-list-map-keys': ['name'],
    };
    const type = typeOf({ type: 'object', properties: { list } });
    const keys = type ? keysOf(type) : () => undefined;

    expect(keys(['list'])).toEqual(['name']);
    expect(keys(['list', { name: 'a' }, 'inner'])).toBeUndefined();
    expect(keys([])).toBeUndefined();
    expect(keys(['gone', 'far'])).toBeUndefined();
  });
});

describe('emptyObject', () => {
  it('has what Go encodes of a struct that nobody filled in', () => {
    const struct = (properties: JsonObject, required: string[] = []): JsonObject => ({
      type: 'object',
      properties,
      required,
    });
    const spec = struct(
      {
        strategy: { $ref: '#/x/Strategy', default: {} },
        containers: { type: 'array', items: item },
        name: { type: 'string', default: '' },
        count: { type: 'integer', default: 0 },
        protocol: { type: 'string', default: 'TCP' },
        optional: { type: 'string' },
      },
      ['containers', 'name'],
    );
    const components = {
      A: {
        ...struct({
          metadata: { $ref: '#/x/M', default: {} },
          spec: { $ref: '#/x/S', default: {} },
        }),
        'x-kubernetes-group-version-kind': [kind],
      },
      M: struct({ name: { type: 'string' } }),
      S: spec,
      Strategy: struct({ type: { type: 'string' } }),
    };

    const schema = schemaFromOpenApi(components, kind);

    expect(schema && emptyObject(schema)).toEqual({
      metadata: {},
      spec: { strategy: {}, containers: null, name: '', count: 0 },
    });
    expect(emptyObject(deducedSchema)).toEqual({});
  });
});
