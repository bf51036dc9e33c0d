/** OpenAPI v3, as far as clients read it: where documents lie, and what they say of kinds and parameters. */

import type { Json, JsonObject } from '@trueup/diagnostics';

import type { Scenario } from '../scenario.ts';
import { get, post, silently } from './steps.ts';

interface Document {
  readonly openapi?: string;
  readonly paths?: Readonly<Record<string, Readonly<Record<string, JsonObject>>>>;
  readonly components?: { readonly schemas: Readonly<Record<string, JsonObject>> };
}

/** The parameters of one operation, by name. */
function parametersOf({ paths }: Document, path: string, method: string): Json {
  const item = paths?.[path];
  const own = (item?.[method]?.['parameters'] ?? []) as { name: string; in: string }[];
  const shared = ((item as { parameters?: unknown })?.parameters ?? []) as typeof own;
  return [...own, ...shared].map(({ name, in: place }) => `${place} ${name}`).toSorted();
}

function operationsOf({ paths }: Document, path: string): Json {
  const methods = ['get', 'put', 'post', 'delete', 'patch'];
  const item = paths?.[path] ?? {};
  return Object.fromEntries(
    methods.flatMap((method): [string, Json][] => {
      const operation = item[method];
      return operation
        ? [
            [
              method,
              {
                action: operation['x-kubernetes-action'] ?? null,
                kind: operation['x-kubernetes-group-version-kind'] ?? null,
              },
            ],
          ]
        : [];
    }),
  );
}

function kindsOf({ components }: Document): Json {
  const kinds = Object.values(components?.schemas ?? {}).flatMap(
    (schema) => (schema['x-kubernetes-group-version-kind'] ?? []) as { kind: string }[],
  );
  return [...new Set(kinds.map(({ kind }) => kind))].toSorted();
}

/** What schemas ask for; the sandbox keeps only the first sentence of what they say about it. */
function withoutWords(value: Json): Json {
  return JSON.parse(
    JSON.stringify(value, (key, member) => (key === 'description' ? undefined : member)),
  ) as Json;
}

const definition = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'things.{ns}.example.com' },
  spec: {
    group: '{ns}.example.com',
    scope: 'Namespaced',
    names: { plural: 'things', singular: 'thing', kind: 'Thing' },
    versions: [
      {
        name: 'v1',
        served: true,
        storage: true,
        subresources: {
          status: {},
          scale: { specReplicasPath: '.spec.size', statusReplicasPath: '.status.size' },
        },
        schema: {
          openAPIV3Schema: {
            type: 'object',
            description: 'A thing.',
            required: ['spec'],
            properties: {
              spec: {
                type: 'object',
                description: 'What is asked for.',
                required: ['size'],
                properties: {
                  size: { type: 'integer', format: 'int32', minimum: 1, default: 3 },
                  port: { 'x-kubernetes-int-or-string': true },
                  free: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
                  items: {
                    type: 'array',
                    'x-kubernetes-list-type': 'map',
                    'x-kubernetes-list-map-keys': ['name'],
                    items: {
                      type: 'object',
                      required: ['name'],
                      properties: { name: { type: 'string' } },
                    },
                  },
                },
              },
            },
          },
        },
      },
    ],
  },
};

const document = '/openapi/v3/apis/{ns}.example.com/v1';
const isThere = ({ status }: { readonly status: number }): boolean => status === 200;

export const openApiScenarios: readonly Scenario[] = [
  {
    name: 'where the documents lie',
    steps: [get('/openapi/v3')],
    pick: (body) => {
      const { paths } = body as { paths: Record<string, { serverRelativeURL: string }> };
      return ['api/v1', 'apis/apps/v1', 'apis/batch/v1', 'apis/autoscaling/v2'].map((path) => [
        path,
        /^\/openapi\/v3\/[\w/]+\?hash=[0-9A-F]{128}$/.test(paths[path]?.serverRelativeURL ?? ''),
      ]);
    },
  },
  {
    name: 'parameters of requests',
    steps: [get('/openapi/v3/apis/apps/v1')],
    pick: (body) => {
      const one = '/apis/apps/v1/namespaces/{namespace}/deployments/{name}';
      const many = '/apis/apps/v1/namespaces/{namespace}/deployments';
      return {
        patch: parametersOf(body as Document, one, 'patch'),
        put: parametersOf(body as Document, one, 'put'),
        post: parametersOf(body as Document, many, 'post'),
      };
    },
  },
  {
    name: 'operations of resources',
    steps: [get('/openapi/v3/apis/apps/v1')],
    pick: (body) => ({
      one: operationsOf(
        body as Document,
        '/apis/apps/v1/namespaces/{namespace}/deployments/{name}',
      ),
      many: operationsOf(body as Document, '/apis/apps/v1/namespaces/{namespace}/deployments'),
      scale: operationsOf(
        body as Document,
        '/apis/apps/v1/namespaces/{namespace}/deployments/{name}/scale',
      ),
      status: operationsOf(
        body as Document,
        '/apis/apps/v1/namespaces/{namespace}/deployments/{name}/status',
      ),
      everywhere: operationsOf(body as Document, '/apis/apps/v1/deployments'),
    }),
  },
  {
    name: 'schemas of kinds',
    steps: [get('/openapi/v3/apis/apps/v1'), get('/openapi/v3/apis/policy/v1')],
    pick: (body) => {
      const { components } = body as Document;
      return {
        deployment: withoutWords(components?.schemas['io.k8s.api.apps.v1.Deployment'] ?? null),
        budget: withoutWords(
          components?.schemas['io.k8s.api.policy.v1.PodDisruptionBudgetSpec'] ?? null,
        ),
      };
    },
  },
  {
    name: 'kinds of a version',
    steps: [get('/openapi/v3/apis/batch/v1')],
    pick: (body) => kindsOf(body as Document),
  },
  {
    name: 'schemas of a kind that a definition has brought',
    steps: [
      silently(post('/apis/apiextensions.k8s.io/v1/customresourcedefinitions', definition)),
      { ...get(document), until: isThere },
    ],
    pick: (body, step) => {
      if (step === 0) return null;
      const { components, openapi } = body as Document;
      const [schema] = Object.entries(components?.schemas ?? {}).filter(([name]) =>
        name.endsWith('.Thing'),
      );
      return {
        openapi: openapi ?? null,
        name: schema?.[0].split('.').at(-1) ?? null,
        schema: withoutWords(schema?.[1] ?? null),
      };
    },
  },
];
