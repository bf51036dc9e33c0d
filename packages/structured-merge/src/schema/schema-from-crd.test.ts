import { describe, expect, it } from 'vitest';
import { listPaths } from '../fields/field-set.ts';
import { toFieldSet } from '../typed/to-field-set.ts';
import { validateTyped } from '../typed/validate.ts';
import { deducedSchema } from './deduced-schema.ts';
import { schemaFromCrd } from './schema-from-crd.ts';

const strict = { allowDuplicates: false };

describe('schemaFromCrd', () => {
  it('deduces everything where there is no schema', () => {
    const object = { metadata: { labels: { a: 'b' } }, spec: { list: [1], map: { c: 1 } } };

    const schema = schemaFromCrd(undefined);

    expect(schema.map?.element).toBe(deducedSchema);
    expect(listPaths(toFieldSet(object, schema))).toContainEqual(['f:spec', 'f:map', 'f:c']);
    expect(listPaths(toFieldSet(object, schema))).toContainEqual(['f:spec', 'f:list']);
  });

  it('gives every object its metadata, whatever the schema says', () => {
    const schema = schemaFromCrd({
      type: 'object',
      properties: { metadata: { type: 'object', properties: { name: { type: 'integer' } } } },
    });
    const object = {
      apiVersion: 'a/v1',
      kind: 'A',
      metadata: { name: 'x', finalizers: ['b', 'a'], ownerReferences: [{ uid: 'u', name: 'n' }] },
    };

    expect(validateTyped(object, schema, strict)).toEqual([]);
    expect(listPaths(toFieldSet(object, schema))).toEqual([
      ['f:apiVersion'],
      ['f:kind'],
      ['f:metadata', 'f:name'],
      ['f:metadata', 'f:finalizers', 'v:"a"'],
      ['f:metadata', 'f:finalizers', 'v:"b"'],
      ['f:metadata', 'f:ownerReferences', 'k:{"uid":"u"}'],
    ]);
  });

  it('gives embedded resources theirs, wherever they are', () => {
    const embedded = {
      type: 'object',
      'x-kubernetes-embedded-resource': true,
      properties: { spec: { type: 'object', properties: { a: { type: 'string' } } } },
    };
    const schema = schemaFromCrd({
      type: 'object',
      properties: {
        one: embedded,
        list: { type: 'array', items: embedded },
        map: { type: 'object', additionalProperties: embedded },
      },
    });
    const resource = { apiVersion: 'v1', kind: 'A', metadata: { labels: {} }, spec: { a: 'b' } };

    const good = { one: resource, list: [resource], map: { x: resource } };
    const bad = { one: { ...resource, more: 1 } };

    expect(validateTyped(good, schema, strict)).toEqual([]);
    expect(validateTyped(bad, schema, strict)).toMatchObject([
      { message: 'field not declared in schema' },
    ]);
  });
});
