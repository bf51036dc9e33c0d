/** A custom resource with all list and map types that a schema can have. */
import type { JsonObject } from '@trueup/diagnostics';

const text: JsonObject = { type: 'string' };

const part: JsonObject = {
  type: 'object',
  properties: {
    name: text,
    size: { type: 'integer' },
    notes: { type: 'object', additionalProperties: text },
    words: { type: 'array', items: text, 'x-kubernetes-list-type': 'set' },
    steps: { type: 'array', items: text },
  },
  required: ['name'],
};

const endpoint: JsonObject = {
  type: 'object',
  properties: {
    port: { type: 'integer' },
    protocol: { type: 'string', default: 'TCP' },
    label: text,
  },
  required: ['port'],
};

const pair: JsonObject = { type: 'object', properties: { x: { type: 'integer' }, y: text } };

export const everyTypeSpec: JsonObject = {
  type: 'object',
  properties: {
    text,
    count: { type: 'integer' },
    ratio: { type: 'number' },
    flag: { type: 'boolean' },
    when: { type: 'string', format: 'date-time' },
    either: { 'x-kubernetes-int-or-string': true },
    maybe: { type: 'string', nullable: true },
    tier: { type: 'string', default: 'gold' },
    granular: { type: 'object', additionalProperties: text },
    atomicMap: { type: 'object', additionalProperties: text, 'x-kubernetes-map-type': 'atomic' },
    pair,
    atomicPair: { ...pair, 'x-kubernetes-map-type': 'atomic' },
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
    atomicParts: {
      type: 'array',
      items: { ...part, 'x-kubernetes-map-type': 'atomic' },
      'x-kubernetes-list-type': 'map',
      'x-kubernetes-list-map-keys': ['name'],
    },
    words: { type: 'array', items: text, 'x-kubernetes-list-type': 'set' },
    numbers: { type: 'array', items: { type: 'integer' }, 'x-kubernetes-list-type': 'set' },
    steps: { type: 'array', items: text },
    atomicList: { type: 'array', items: part, 'x-kubernetes-list-type': 'atomic' },
    partsByName: { type: 'object', additionalProperties: part },
    listsByName: {
      type: 'object',
      additionalProperties: { type: 'array', items: text, 'x-kubernetes-list-type': 'set' },
    },
    free: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
    halfFree: {
      type: 'object',
      'x-kubernetes-preserve-unknown-fields': true,
      properties: { pair, words: { type: 'array', items: text, 'x-kubernetes-list-type': 'set' } },
    },
    anything: { 'x-kubernetes-preserve-unknown-fields': true },
    template: {
      type: 'object',
      'x-kubernetes-embedded-resource': true,
      'x-kubernetes-preserve-unknown-fields': true,
    },
  },
};

export const everyTypeSchema: JsonObject = {
  type: 'object',
  properties: {
    spec: everyTypeSpec,
    status: {
      type: 'object',
      properties: {
        phase: text,
        conditions: {
          type: 'array',
          items: {
            type: 'object',
            properties: { type: text, state: text },
            required: ['type'],
          },
          'x-kubernetes-list-type': 'map',
          'x-kubernetes-list-map-keys': ['type'],
        },
      },
    },
  },
};

export const everyTypeCrd: JsonObject = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'everytypes.merge.trueup.dev' },
  spec: {
    group: 'merge.trueup.dev',
    scope: 'Namespaced',
    names: {
      plural: 'everytypes',
      singular: 'everytype',
      kind: 'EveryType',
      listKind: 'EveryTypeList',
    },
    versions: ['v1', 'v2'].map((name) => ({
      name,
      served: true,
      storage: name === 'v1',
      subresources: { status: {} },
      schema: { openAPIV3Schema: everyTypeSchema },
    })),
  },
};
