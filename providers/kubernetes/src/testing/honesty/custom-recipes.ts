/** A kind of our own that has what schemas of custom resources can say: defaults, keys, sets, pruning. */
import type { JsonObject } from '@trueup/diagnostics';

import type { KindRecipe } from './kind-recipe.ts';
import { keyedList, listOf, mapOf, oneOf, record, someOf } from './recipes.ts';
import { flag, text, word } from './words.ts';

const string: JsonObject = { type: 'string' };
const integer: JsonObject = { type: 'integer', format: 'int64' };

const part: JsonObject = {
  type: 'object',
  properties: {
    name: string,
    size: { ...integer, default: 1 },
    notes: { type: 'object', additionalProperties: string },
    words: { type: 'array', items: string, 'x-kubernetes-list-type': 'set' },
    limits: {
      type: 'object',
      default: { cpu: '1' },
      properties: { cpu: { 'x-kubernetes-int-or-string': true, default: '2' }, memory: string },
    },
  },
  required: ['name'],
};

const endpoint: JsonObject = {
  type: 'object',
  properties: { port: integer, protocol: { ...string, default: 'TCP' }, label: string },
  required: ['port'],
};

const pair: JsonObject = {
  type: 'object',
  properties: { x: { ...integer, default: 7 }, y: { ...string, nullable: true } },
};

const specSchema: JsonObject = {
  type: 'object',
  properties: {
    text: string,
    count: integer,
    ratio: { type: 'number' },
    flag: { type: 'boolean', default: false },
    when: { type: 'string', format: 'date-time' },
    either: { 'x-kubernetes-int-or-string': true },
    maybe: { ...string, nullable: true },
    maybeDefault: { ...string, nullable: true, default: 'd' },
    tier: { ...string, default: 'gold', enum: ['gold', 'silver'] },
    granular: { type: 'object', additionalProperties: string },
    atomicMap: { type: 'object', additionalProperties: string, 'x-kubernetes-map-type': 'atomic' },
    pair: { ...pair, default: {} },
    other: pair,
    parts: {
      type: 'array',
      items: part,
      'x-kubernetes-list-type': 'map',
      'x-kubernetes-list-map-keys': ['name'],
    },
    endpoints: {
      type: 'array',
      items: endpoint,
      'x-kubernetes-list-type': 'map',
      'x-kubernetes-list-map-keys': ['port', 'protocol'],
    },
    words: { type: 'array', items: string, 'x-kubernetes-list-type': 'set' },
    steps: { type: 'array', items: string },
    plain: { type: 'array', items: part },
    free: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
    anything: { 'x-kubernetes-preserve-unknown-fields': true },
  },
};

const group = 'honesty.trueup.dev';

/** One for all stages of a cluster: each new definition costs a real server a second. */
export const thingDefinition: JsonObject = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: `things.${group}` },
  spec: {
    group,
    scope: 'Namespaced',
    names: { plural: 'things', singular: 'thing', kind: 'Thing', listKind: 'ThingList' },
    versions: ['v1', 'v2'].map((name) => ({
      name,
      served: true,
      storage: name === 'v1',
      subresources: { status: {} },
      schema: {
        openAPIV3Schema: {
          type: 'object',
          properties: {
            spec: specSchema,
            status: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
          },
        },
      },
    })),
  },
};

const size = oneOf(0, 1, 5, 9_007_199_254_740_993n, -9_223_372_036_854_775_808n);
const tree = oneOf({}, [], 'x', 5, { a: { b: [1, { c: null }] } }, { a: {}, d: [] }, [1, 1, 'a'], {
  big: 18_446_744_073_709_551_615n,
  small: 1e-7,
  n: null,
});
const partRecipe = record(
  { name: oneOf('a', 'b', 'c') },
  {
    size,
    notes: mapOf(['a', 'b'], text),
    words: someOf(['x', 'y', '']),
    limits: record({}, { cpu: oneOf(1, '1', '500m'), memory: oneOf('1Gi', '') }),
  },
);
const pairRecipe = record({}, { x: size, y: oneOf('a', '', null) }, 60);

const spec = record(
  {},
  {
    text,
    count: size,
    ratio: oneOf(1, 1.5, 0.1, -0.25, 1e21, 1e-9, 0),
    flag,
    when: oneOf('2026-01-02T03:04:05Z', '2026-01-02T03:04:05.100+01:00'),
    either: oneOf(80, '80', '10%'),
    maybe: oneOf('a', '', null),
    maybeDefault: oneOf('a', null),
    tier: oneOf('gold', 'silver'),
    granular: mapOf(['a', 'b', 'c.d', 'e/f'], text),
    atomicMap: mapOf(['a', 'b'], text),
    pair: pairRecipe,
    other: pairRecipe,
    parts: keyedList(partRecipe, ['name'], [0, 3]),
    endpoints: keyedList(
      record({ port: oneOf(80, 81, 53) }, { protocol: oneOf('TCP', 'UDP'), label: word }),
      ['port'],
      [0, 3],
    ),
    words: someOf(['x', 'y', 'z', '', 'ü']),
    steps: listOf(oneOf('a', 'b', ''), 0, 3),
    plain: listOf(partRecipe, 0, 2),
    free: oneOf({}, { a: { b: [1, null] } }, { a: { b: 1 }, c: [] }, { '': 1, '.': { '/': 'x' } }),
    anything: tree,
  },
  30,
);

const body = record({ spec });
export const customKinds: readonly KindRecipe[] = [
  { apiVersion: `${group}/v1`, kind: 'Thing', body, weight: 5 },
  { apiVersion: `${group}/v2`, kind: 'Thing', body },
];
