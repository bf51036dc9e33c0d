import type { JsonObject } from '@trueup/diagnostics';
import { describe, expect, it } from 'vitest';

import { fieldSetOf } from '../fields/field-set.ts';
import { schemaFromCrd } from '../schema/schema-from-crd.ts';
import { schemaFromOpenApi } from '../schema/schema-from-open-api.ts';
import { everyTypeSchema } from '../testing/every-type-crd.ts';
import { applyObject } from './apply-object.ts';
import { isApplied } from './is-applied.ts';
import { resetFieldsOf, resetFieldsOfCustom } from './reset-fields.ts';

const quantity = 'io.k8s.apimachinery.pkg.api.resource.Quantity';
const kind = { group: '', version: 'v1', kind: 'A' };

/** A kind that is a Go type, since its metadata has a default. */
const native = schemaFromOpenApi(
  {
    A: {
      type: 'object',
      properties: {
        apiVersion: { type: 'string' },
        kind: { type: 'string' },
        metadata: { $ref: '#/x/Meta', default: {} },
        spec: { $ref: '#/x/Spec', default: {} },
        status: { type: 'object' },
      },
      'x-kubernetes-group-version-kind': [kind],
    },
    Meta: {
      type: 'object',
      properties: {
        name: { type: 'string' },
        labels: { type: 'object', additionalProperties: { type: 'string' } },
        creationTimestamp: { type: 'string' },
        managedFields: { type: 'array', items: { type: 'object' } },
      },
    },
    Spec: {
      type: 'object',
      properties: {
        limits: { type: 'object', additionalProperties: { $ref: `#/x/${quantity}` } },
        text: { type: 'string' },
        flag: { type: 'boolean' },
        struct: { type: 'object', properties: { a: { type: 'string' } } },
        set: { type: 'array', items: { type: 'string' }, 'x-kubernetes-list-type': 'set' },
        keyed: {
          type: 'array',
          items: { type: 'object', properties: { name: { type: 'string' } } },
          'x-kubernetes-list-type': 'map',
          'x-kubernetes-list-map-keys': ['name'],
        },
      },
    },
  },
  kind,
);
const custom = schemaFromCrd(everyTypeSchema);
if (!native) throw new Error('The kind is not found.');

const body = { apiVersion: 'v1', kind: 'A', metadata: { name: 'a' } };

/** What `ann` has applied, and the server has stored. */
function store(applied: JsonObject, stored: JsonObject, schema = native): JsonObject {
  const now = new Date('2026-01-02T03:04:05Z');
  const context = { manager: 'ann', apiVersion: 'v1', now, force: true };
  const result = schema && applyObject({ applied: { ...body, spec: applied }, schema, ...context });
  if (result?.kind !== 'applied') throw new Error(JSON.stringify(result));
  return { ...result.object, spec: stored };
}

function ask(observed: JsonObject, spec: JsonObject, more: object = {}): boolean {
  const applied = { ...body, spec };
  const schema = native ?? custom;
  return isApplied({ observed, applied, manager: 'ann', apiVersion: 'v1', schema, ...more });
}

describe('isApplied', () => {
  const spec = { text: 'a', set: ['x', 'y'], keyed: [{ name: 'k' }] };
  const observed = store(spec, { ...spec, flag: true, set: ['z', 'x', 'y'] });

  it.each<[string, JsonObject, object, boolean]>([
    ['what is there', spec, {}, true],
    ['another value', { ...spec, text: 'b' }, {}, false],
    ['one field more', { ...spec, flag: true }, {}, false],
    ['one field less', { text: 'a', set: ['x', 'y'] }, {}, false],
    ['one item less', { ...spec, set: ['x'] }, {}, false],
    ['another order', { ...spec, set: ['y', 'x'] }, {}, false],
    ['what is not declared', { ...spec, more: 1 }, {}, false],
    ['what is not of its type', { ...spec, struct: 1 }, {}, false],
    ['a list that is none', { ...spec, keyed: 1 }, {}, false],
    ['an item twice', { ...spec, set: ['x', 'x', 'y'] }, {}, false],
    ['the same by somebody else', spec, { manager: 'bob' }, false],
    ['the same at another version', spec, { apiVersion: 'v2' }, false],
    ['the same through a subresource', spec, { subresource: 'status' }, false],
  ])('decides about %s', (_name, desired, more, expected) => {
    expect(ask(observed, desired, more)).toBe(expected);
  });

  it('minds the identity of the object, not what the server sets', () => {
    const metadata = { name: 'a', creationTimestamp: null };
    const other = { name: 'b' };

    expect(ask(observed, spec, { applied: { ...body, metadata, spec } })).toBe(true);
    expect(ask(observed, spec, { applied: { ...body, metadata: other, spec } })).toBe(false);
  });

  it('passes over what cannot be written', () => {
    const applied = { ...body, spec, status: { phase: 'x' } };

    expect(ask(observed, spec, { applied })).toBe(false);
    expect(ask(observed, spec, { applied, resetFields: fieldSetOf([['f:status']]) })).toBe(true);
  });

  it.each<[string, JsonObject, JsonObject]>([
    [
      'amounts',
      { limits: { cpu: '1000m', memory: 1024 } },
      { limits: { cpu: '1', memory: '1024' } },
    ],
    ['false', { flag: false, text: 'a' }, { text: 'a' }],
    ['an empty text', { text: '', flag: true }, { flag: true }],
    ['an empty map', { limits: {}, text: 'a' }, { text: 'a' }],
    ['an empty list', { set: [], text: 'a' }, { text: 'a' }],
    ['null', { text: null, flag: true }, { flag: true }],
  ])(
    'knows in which form the server stores %s, if nobody else owns it',
    (_name, applied, stored) => {
      const alone = store(applied, stored);
      const context = { manager: 'bob', apiVersion: 'v1', schema: native ?? custom, force: true };
      const now = new Date('2026-01-02T03:04:05Z');
      const other = applyObject({
        observed: alone,
        applied: { ...body, spec: applied },
        now,
        ...context,
      });
      const shared = other.kind === 'applied' ? { ...other.object, spec: stored } : {};

      expect(ask(alone, applied)).toBe(true);
      // Nobody owns an empty list of items, so it cannot be shared.
      expect(ask(shared, applied)).toBe('set' in applied);
    },
  );

  it('does not take the absence of a struct for its being empty', () => {
    const applied = { struct: {}, text: 'a' };

    expect(ask(store(applied, { text: 'a' }), applied)).toBe(false);
  });

  it('is not sure of an empty struct that has come to hold an empty list', () => {
    const more = { schema: custom };
    const there = (pair: JsonObject) => store({ halfFree: {} }, { halfFree: pair }, custom);

    expect(ask(there({ pair: { x: 1 } }), { halfFree: {} }, more)).toBe(true);
    expect(ask(there({ pair: { x: 1 }, words: [] }), { halfFree: {} }, more)).toBe(false);
  });

  it('knows that what others own in an empty struct keeps it', () => {
    const context = { manager: 'bob', apiVersion: 'v1', schema: custom, force: true };
    const bobs = applyObject({
      ...context,
      observed: store({ halfFree: {} }, { halfFree: { words: [] } }, custom),
      applied: { ...body, spec: { halfFree: { pair: { x: 1 } } } },
      now: new Date('2026-01-02T03:04:05Z'),
    });

    expect(
      ask(bobs.kind === 'applied' ? bobs.object : {}, { halfFree: {} }, { schema: custom }),
    ).toBe(true);
  });

  it('does not take a struct for empty from which something is dropped', () => {
    const whole = store({ halfFree: { pair: { x: 1 } } }, { halfFree: { pair: { x: 1 } } }, custom);

    expect(ask(whole, { halfFree: {} }, { schema: custom })).toBe(false);
  });

  it('knows that custom resources are stored as they are', () => {
    const more = { schema: custom };
    const applied = { text: '', flag: false, count: 1 };

    expect(ask(store(applied, applied, custom), applied, more)).toBe(true);
    expect(ask(store(applied, { count: 1 }, custom), applied, more)).toBe(false);
  });

  it('knows nothing of an object without owners, and of one that kubectl annotates', () => {
    const annotations = { 'kubectl.kubernetes.io/last-applied-configuration': '{}' };
    const annotated = { ...observed, metadata: { ...body.metadata, annotations } };

    expect(ask({ ...body, spec }, spec)).toBe(false);
    expect(ask(annotated, spec, { manager: 'kubectl' })).toBe(false);
  });
});

describe('resetFieldsOf', () => {
  const deployment = { group: 'apps', version: 'v1', kind: 'Deployment' };

  it('says what is put back, for each place where a kind is written', () => {
    expect(resetFieldsOf(deployment, '')).toEqual(fieldSetOf([['f:status']]));
    expect(resetFieldsOf(deployment, 'status')).toEqual(
      fieldSetOf([['f:spec'], ['f:metadata', 'f:labels']]),
    );
    expect(resetFieldsOf(deployment, 'scale')).toEqual(fieldSetOf([]));
    expect(resetFieldsOf({ ...kind, kind: 'ConfigMap' }, '')).toEqual(fieldSetOf([]));
    expect(resetFieldsOfCustom(true, 'status')).toEqual(fieldSetOf([['f:spec']]));
    expect(resetFieldsOfCustom(false, '')).toEqual(fieldSetOf([]));
  });
});
