/** Custom resources: how they come into being, and how their schemas prune, complete and refuse. */

import type { Json, JsonObject } from '@trueup/diagnostics';

import type { Scenario, Step } from '../scenario.ts';
import { apply, get, patch, post, put, remove, silently } from './steps.ts';

const crds = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';

const schema: JsonObject = {
  type: 'object',
  required: ['spec'],
  properties: {
    spec: {
      type: 'object',
      required: ['size'],
      properties: {
        size: { type: 'integer', minimum: 1, maximum: 10 },
        mode: { type: 'string', enum: ['fast', 'safe'], default: 'safe' },
        name: { type: 'string', minLength: 2, maxLength: 5, pattern: '^[a-z]+$' },
        ratio: { type: 'number', exclusiveMinimum: true, minimum: 0 },
        port: { 'x-kubernetes-int-or-string': true },
        note: { type: 'string', nullable: true },
        tags: {
          type: 'array',
          items: { type: 'string' },
          'x-kubernetes-list-type': 'set',
          maxItems: 3,
        },
        parts: {
          type: 'array',
          'x-kubernetes-list-type': 'map',
          'x-kubernetes-list-map-keys': ['id'],
          items: {
            type: 'object',
            required: ['id'],
            properties: { id: { type: 'string' }, weight: { type: 'integer', default: 1 } },
          },
        },
        limits: { type: 'object', additionalProperties: { type: 'integer' } },
        extra: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
        nested: {
          type: 'object',
          default: {},
          properties: { deep: { type: 'boolean', default: true } },
        },
      },
    },
    status: {
      type: 'object',
      properties: { ready: { type: 'integer' }, selector: { type: 'string' } },
    },
  },
};

function definition(more: JsonObject = {}, version: JsonObject = {}): JsonObject {
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: 'widgets.{ns}.example.com' },
    spec: {
      group: '{ns}.example.com',
      scope: 'Namespaced',
      names: { plural: 'widgets', singular: 'widget', kind: 'Widget', shortNames: ['wd'] },
      versions: [
        {
          name: 'v1',
          served: true,
          storage: true,
          schema: { openAPIV3Schema: schema },
          subresources: {
            status: {},
            scale: {
              specReplicasPath: '.spec.size',
              statusReplicasPath: '.status.ready',
              labelSelectorPath: '.status.selector',
            },
          },
          additionalPrinterColumns: [
            { name: 'Size', type: 'integer', jsonPath: '.spec.size' },
            { name: 'Mode', type: 'string', jsonPath: '.spec.mode', priority: 1 },
            { name: 'Since', type: 'date', jsonPath: '.metadata.creationTimestamp' },
          ],
          ...version,
        },
      ],
      ...more,
    },
  };
}

const widgets = '/apis/{ns}.example.com/v1/namespaces/{ns}/widgets';

/** A real server serves the kind a moment after its definition is established. */
const established: readonly Step[] = [
  silently(post(crds, definition())),
  silently({ ...get(widgets), until: ({ status }) => status === 200 }),
];

function widget(name: string, spec: JsonObject, more: JsonObject = {}): JsonObject {
  return { apiVersion: '{ns}.example.com/v1', kind: 'Widget', metadata: { name }, spec, ...more };
}

function isEstablished({ body }: { readonly body: Json | undefined }): boolean {
  return (
    JSON.stringify(body ?? null).includes('"Established","status":"True"') ||
    /"type":"Established"[^}]*"status":"True"|"status":"True"[^}]*"type":"Established"/.test(
      JSON.stringify(body ?? null),
    )
  );
}

/** The order in which a server's controllers get to it is anybody's guess. */
function sortConditions(body: Json): Json {
  const text = JSON.stringify(body);
  const value = JSON.parse(text) as {
    status?: { conditions?: { type: string }[] };
    metadata?: { managedFields?: unknown };
  };
  value.status?.conditions?.sort((a, b) => (a.type < b.type ? -1 : 1));
  if (value.metadata) delete value.metadata.managedFields;
  return value as Json;
}

export const customResourceScenarios: readonly Scenario[] = [
  {
    name: 'a definition is created and established',
    pick: sortConditions,
    steps: [
      post(crds, definition()),
      { ...get(`${crds}/widgets.{ns}.example.com`), until: isEstablished },
    ],
  },
  {
    name: 'a definition that is none',
    steps: [
      post(crds, { ...definition(), metadata: { name: 'things.{ns}.example.com' } }),
      post(crds, definition({ versions: [] })),
      post(crds, definition({ scope: 'Everywhere' })),
      post(crds, definition({}, { storage: false })),
      post(crds, definition({}, { schema: undefined as never })),
      post(crds, definition({}, { schema: { openAPIV3Schema: { type: 'string' } } })),
      post(
        crds,
        definition(
          {},
          {
            schema: {
              openAPIV3Schema: { type: 'object', properties: { spec: { properties: { a: {} } } } },
            },
          },
        ),
      ),
      post(crds, definition({ names: { plural: 'widgets', kind: 'Widget' }, group: '' })),
    ],
    anyWords: true,
  },
  {
    name: 'discovery of custom resources',
    steps: [...established, get('/apis/{ns}.example.com'), get('/apis/{ns}.example.com/v1')],
    pick: (body) =>
      JSON.parse(JSON.stringify(body), (key, value) =>
        key === 'storageVersionHash' ? '<hash>' : value,
      ) as Json,
  },
  {
    name: 'custom resources are completed and pruned',
    steps: [
      ...established,
      post(widgets, widget('a', { size: 2 })),
      post(
        widgets,
        widget(
          'b',
          {
            size: 2,
            bogus: 1,
            nested: { other: 1 },
            extra: { any: { thing: [1] } },
            limits: { a: 1 },
          },
          { more: 1 },
        ),
      ),
      post(
        widgets,
        widget('c', { size: 2, note: null, mode: null, parts: [{ id: 'x' }], port: 80, tags: [] }),
      ),
      get(`${widgets}/b`),
      get(widgets),
    ],
  },
  {
    name: 'custom resources that do not fit their schema',
    steps: [
      ...established,
      post(widgets, widget('a', {})),
      post(widgets, { apiVersion: '{ns}.example.com/v1', kind: 'Widget', metadata: { name: 'a' } }),
      post(widgets, widget('a', { size: 11 })),
      post(widgets, widget('a', { size: 0 })),
      post(widgets, widget('a', { size: 1, ratio: 'big' })),
      post(widgets, widget('a', { size: 1, limits: { a: 1.5 } })),
      post(widgets, widget('a', { size: 1, tags: 'x' })),
      post(widgets, widget('a', { size: 1, extra: [] })),
      post(widgets, widget('a', { size: 1, mode: 'other' })),
      post(widgets, widget('a', { size: 1, name: 'a' })),
      post(widgets, widget('a', { size: 1, name: 'toolong' })),
      post(widgets, widget('a', { size: 1, name: 'ABC' })),
      post(widgets, widget('a', { size: 1, ratio: 0 })),
      post(widgets, widget('a', { size: 1, port: true })),
      post(widgets, widget('a', { size: 1, tags: ['x', 'x'] })),
      post(widgets, widget('a', { size: 1, tags: ['a', 'b', 'c', 'd'] })),
      post(widgets, widget('a', { size: 1, parts: [{ id: 'x' }, { id: 'x' }] })),
      post(widgets, widget('a', { size: 1, parts: [{ weight: 1 }] })),
      post(widgets, widget('a', { size: 1, limits: { a: 'x' } })),
      post(widgets, widget('A', { size: 1 })),
    ],
  },
  {
    name: 'all that is wrong with a custom resource at once',
    // In the order of a Go map, which is none.
    pick: (body) =>
      (body as { details: { causes: { field: string }[] } }).details.causes
        .map(({ field }) => field)
        .sort(),
    steps: [...established, post(widgets, widget('a', { size: 20, mode: 'other', name: 'X' }))],
  },
  {
    name: 'unknown fields of custom resources',
    steps: [
      ...established,
      post(`${widgets}?fieldValidation=Strict`, widget('a', { size: 1, bogus: 1 })),
      post(`${widgets}?fieldValidation=Ignore`, widget('b', { size: 1, bogus: 1 })),
      patch('merge', `${widgets}/b`, { spec: { bogus: 2 } }),
      post(widgets, { metadata: { name: 'c' }, spec: { size: 1 } }),
    ],
    anyWords: true,
  },
  {
    name: 'custom resources are updated by version only',
    steps: [
      ...established,
      silently(post(widgets, widget('a', { size: 2 }))),
      put(`${widgets}/a`, widget('a', { size: 3 })),
      put(`${widgets}/a`, {
        ...widget('a', { size: 3 }),
        metadata: { name: 'a', resourceVersion: '{rv2}' },
      }),
      put(`${widgets}/a`, {
        ...widget('a', { size: 4 }),
        metadata: { name: 'a', resourceVersion: '{rv2}' },
      }),
      put(`${widgets}/none`, widget('none', { size: 1 })),
    ],
  },
  {
    name: 'patches of custom resources',
    steps: [
      ...established,
      silently(post(widgets, widget('a', { size: 2, tags: ['x'] }))),
      patch('merge', `${widgets}/a`, { spec: { size: 3, tags: ['y'] } }),
      patch('json', `${widgets}/a`, [{ op: 'add', path: '/spec/tags/-', value: 'z' }]),
      patch('merge', `${widgets}/a`, { spec: { size: 99 } }),
      patch('merge', `${widgets}/a`, { metadata: { uid: 'other' } }),
    ],
  },
  {
    name: 'a strategic merge patch of a custom resource',
    steps: [
      ...established,
      silently(post(widgets, widget('a', { size: 2 }))),
      patch('strategic-merge', `${widgets}/a`, {}),
    ],
  },
  {
    name: 'apply of custom resources',
    steps: [
      ...established,
      apply(
        `${widgets}/a`,
        'one',
        widget('a', { size: 2, tags: ['x'], parts: [{ id: 'p', weight: 2 }] }),
      ),
      apply(`${widgets}/a`, 'two', widget('a', { size: 2, tags: ['y'], parts: [{ id: 'q' }] })),
      apply(`${widgets}/a`, 'two', widget('a', { size: 3 })),
      apply(`${widgets}/a`, 'one', widget('a', { size: 2 })),
      apply(`${widgets}/a`, 'one', widget('a', { size: 2, extra: { a: { b: 1 } } })),
    ],
  },
  {
    name: 'the status of custom resources',
    steps: [
      ...established,
      post(widgets, widget('a', { size: 2 }, { status: { ready: 1 } })),
      patch('merge', `${widgets}/a/status`, {
        spec: { size: 5 },
        status: { ready: 2 },
        metadata: { labels: { a: 'b' } },
      }),
      patch('merge', `${widgets}/a`, { spec: { size: 5 }, status: { ready: 3 } }),
      get(`${widgets}/a/status`),
    ],
  },
  {
    name: 'the scale of custom resources',
    steps: [
      ...established,
      silently(post(widgets, widget('a', { size: 2 }))),
      silently(patch('merge', `${widgets}/a/status`, { status: { ready: 1, selector: 'a=b' } })),
      get(`${widgets}/a/scale`),
      patch('merge', `${widgets}/a/scale`, { spec: { replicas: 4 } }),
      get(`${widgets}/a`),
    ],
  },
  {
    name: 'a table of custom resources',
    pick: (body) => {
      const { rows, columnDefinitions } = body as {
        rows: { cells: Json[] }[];
        columnDefinitions: { name: string; type: string; format: string; priority: number }[];
      };
      return {
        columns: columnDefinitions.map(({ name, type, format, priority }) => [
          name,
          type,
          format,
          priority,
        ]),
        rows: rows.map(({ cells }) => cells.slice(0, -1)),
      };
    },
    steps: [
      ...established,
      silently(post(widgets, widget('a', { size: 2 }))),
      { ...get(widgets), accept: 'application/json;as=Table;v=v1;g=meta.k8s.io' },
    ],
  },
  {
    name: 'several versions of one kind',
    pick: sortConditions,
    steps: [
      silently(
        post(
          crds,
          definition({
            versions: [
              { name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: schema } },
              {
                name: 'v1beta1',
                served: true,
                storage: false,
                deprecated: true,
                schema: {
                  openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
                },
              },
              {
                name: 'v1alpha1',
                served: false,
                storage: false,
                schema: { openAPIV3Schema: { type: 'object' } },
              },
            ],
          }),
        ),
      ),
      silently({
        ...get('/apis/{ns}.example.com/v1beta1/namespaces/{ns}/widgets'),
        until: ({ status }) => status === 200,
      }),
      silently({ ...get(widgets), until: ({ status }) => status === 200 }),
      post(widgets, widget('a', { size: 2 })),
      get('/apis/{ns}.example.com/v1beta1/namespaces/{ns}/widgets/a'),
      get('/apis/{ns}.example.com/v1alpha1/namespaces/{ns}/widgets/a'),
      {
        ...get('/apis/{ns}.example.com'),
        until: ({ body }) => JSON.stringify(body).includes('v1beta1'),
      },
    ],
  },
  {
    name: 'a definition is changed',
    pick: sortConditions,
    steps: [
      ...established,
      patch('merge', `${crds}/widgets.{ns}.example.com`, { spec: { scope: 'Cluster' } }),
      patch('merge', `${crds}/widgets.{ns}.example.com`, { spec: { names: { kind: 'Other' } } }),
      patch('merge', `${crds}/widgets.{ns}.example.com`, { spec: { group: 'other.example.com' } }),
    ],
  },
  {
    name: 'a kind goes with its definition',
    steps: [
      ...established,
      silently(post(widgets, widget('a', { size: 2 }))),
      remove(`${crds}/widgets.{ns}.example.com`),
      { ...get(`${crds}/widgets.{ns}.example.com`), until: ({ status }) => status === 404 },
      { ...get(widgets), until: ({ status }) => status === 404 },
    ],
    pick: (body, step) => (step === 3 ? null : body),
  },
];
