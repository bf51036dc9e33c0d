/** Many objects at once: across namespaces, deleted together, paged, created by an update. */

import type { Json, JsonObject } from '@trueup/diagnostics';

import type { Scenario } from '../scenario.ts';
import {
  configMap,
  deployment,
  field,
  get,
  inNamespace,
  namespacePath,
  post,
  put,
  remove,
  silently,
} from './steps.ts';

const maps = `${namespacePath}/configmaps`;
const held = { finalizers: ['example.com/hold'] };

function names(body: Json): Json {
  const { items, kind, code, reason } = body as {
    kind?: string;
    items?: { metadata: { name: string } }[];
    code?: number;
    reason?: string;
  };
  if (!items) return { kind: kind ?? null, code: code ?? null, reason: reason ?? null };
  return items.map(({ metadata }) => metadata.name);
}

/** Of a kind that nothing else of this scenario touches. */
function upsert(path: string, apiVersion: string, kind: string, rest: JsonObject = {}) {
  return put(`${path}/new`, { apiVersion, kind, metadata: { name: 'new' }, ...rest });
}

const selector = { matchLabels: { app: 'web' } };
const rules = [{ apiGroups: [''], resources: ['pods'], verbs: ['get'] }];

export const collectionScenarios: readonly Scenario[] = [
  {
    name: 'what lies in all namespaces',
    pick: names,
    steps: [
      silently(post(maps, configMap('{ns}-a', {}, { labels: { test: '{ns}' } }))),
      silently(post(maps, configMap('{ns}-b', {}, { labels: { test: '{ns}' } }))),
      get('/api/v1/configmaps?labelSelector=test%3D{ns}'),
      get('/api/v1/configmaps?labelSelector=test%3D{ns}&limit=1'),
      get('/api/v1/configmaps?labelSelector=test%3D{ns}&limit=1&continue={continue3}'),
      get(`/api/v1/configmaps?${field('metadata.namespace={ns},metadata.name={ns}-b')}`),
      get('/api/v1/configmaps/a'),
      get(`/api/v1/namespaces?${field('metadata.name={ns}')}`),
      get('/api/v1/namespaces/{ns}-none/configmaps'),
    ],
  },
  {
    name: 'deletes of many by name, by page, under conditions',
    pick: names,
    steps: [
      silently(post(maps, configMap('a', {}))),
      silently(post(maps, configMap('b', {}))),
      silently(post(maps, configMap('c', {}, held))),
      remove(`${maps}?${field('metadata.name=a')}`),
      get(maps),
      remove(maps, { preconditions: { uid: '00000000-0000-4000-8000-000000000000' } }),
      remove(`${maps}?limit=1`),
      get(maps),
      remove(maps),
      get(maps),
      remove(`${maps}?labelSelector=a%20b`),
    ],
  },
  {
    name: 'deletes of many leave marks on what is held',
    steps: [
      silently(post(maps, configMap('a', {}, held))),
      remove(maps, { propagationPolicy: 'Foreground' }),
      get(`${maps}/a`),
    ],
  },
  {
    name: 'deletes of many Deployments',
    pick: names,
    steps: [
      silently(post(inNamespace('apps/v1', 'deployments'), deployment('a'))),
      remove(inNamespace('apps/v1', 'deployments')),
      get(inNamespace('apps/v1', 'deployments')),
    ],
  },
  {
    name: 'updates that create',
    pick: (body) => {
      const { kind, code, reason } = body as Record<string, Json>;
      return { kind: kind ?? null, code: code ?? null, reason: reason ?? null };
    },
    steps: [
      upsert(maps, 'v1', 'ConfigMap'),
      upsert(`${namespacePath}/secrets`, 'v1', 'Secret'),
      upsert(`${namespacePath}/services`, 'v1', 'Service', { spec: { ports: [{ port: 80 }] } }),
      upsert(`${namespacePath}/endpoints`, 'v1', 'Endpoints'),
      upsert(`${namespacePath}/serviceaccounts`, 'v1', 'ServiceAccount'),
      upsert(`${namespacePath}/limitranges`, 'v1', 'LimitRange'),
      upsert(`${namespacePath}/resourcequotas`, 'v1', 'ResourceQuota'),
      upsert(`${namespacePath}/events`, 'v1', 'Event', {
        involvedObject: { namespace: '{ns}' },
      }),
      upsert(inNamespace('coordination.k8s.io/v1', 'leases'), 'coordination.k8s.io/v1', 'Lease'),
      upsert(
        inNamespace('rbac.authorization.k8s.io/v1', 'roles'),
        'rbac.authorization.k8s.io/v1',
        'Role',
        { rules },
      ),
      upsert(
        inNamespace('rbac.authorization.k8s.io/v1', 'rolebindings'),
        'rbac.authorization.k8s.io/v1',
        'RoleBinding',
        { roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'a' } },
      ),
      upsert(inNamespace('policy/v1', 'poddisruptionbudgets'), 'policy/v1', 'PodDisruptionBudget', {
        spec: { selector },
      }),
      upsert(
        inNamespace('discovery.k8s.io/v1', 'endpointslices'),
        'discovery.k8s.io/v1',
        'EndpointSlice',
        {
          addressType: 'IPv4',
          endpoints: [],
          ports: [],
        },
      ),
      upsert(
        inNamespace('networking.k8s.io/v1', 'networkpolicies'),
        'networking.k8s.io/v1',
        'NetworkPolicy',
        {
          spec: { podSelector: {} },
        },
      ),
    ],
  },
  {
    name: 'pages of all sizes',
    pick: (body) => {
      const { items, metadata, code, reason } = body as {
        items?: { metadata: { name: string } }[];
        metadata?: { remainingItemCount?: number; continue?: string };
        code?: number;
        reason?: string;
      };
      return {
        items: items?.map(({ metadata: { name } }) => name) ?? null,
        remaining: metadata?.remainingItemCount ?? null,
        more: Boolean(metadata?.continue),
        code: code ?? null,
        reason: reason ?? null,
      };
    },
    steps: [
      ...['a', 'b', 'c', 'd', 'e'].map((name) => silently(post(maps, configMap(name, {})))),
      get(`${maps}?limit=5`),
      get(`${maps}?limit=6`),
      get(`${maps}?limit=4`),
      get(`${maps}?limit=4&continue={continue7}`),
      get(`${maps}?limit=2&resourceVersion=0`),
      get(`${maps}?limit=2&resourceVersion={rv4}&resourceVersionMatch=Exact`),
      get(`${maps}?limit=2&continue={continue10}`),
      get(`${maps}?limit=2&continue={continue7}&resourceVersion={rv4}`),
      get(`${maps}?limit=2&continue={continue7}&resourceVersionMatch=Exact`),
      get(`${maps}?limit=-1`),
      get(`${maps}?limit=2&${field('metadata.name!=a')}`),
    ],
  },
  {
    name: 'many namespaces and their labels',
    steps: [
      silently(
        post('/api/v1/namespaces', {
          apiVersion: 'v1',
          kind: 'Namespace',
          metadata: { name: '{ns}-y', labels: { a: 'b' } },
        }),
      ),
      get('/api/v1/namespaces/{ns}-y'),
      get('/api/v1/namespaces?labelSelector=kubernetes.io%2Fmetadata.name%3D{ns}-y'),
    ],
  },
];
