/** Server-side apply: owners, conflicts, taking over, giving up. */

import type { JsonObject } from '@trueup/diagnostics';

import type { Scenario } from '../scenario.ts';
import {
  apply,
  configMap,
  deployment,
  get,
  inNamespace,
  namespacePath,
  patch,
  post,
  put,
  remove,
  silently,
} from './steps.ts';

const maps = `${namespacePath}/configmaps`;
const deployments = inNamespace('apps/v1', 'deployments');
const services = `${namespacePath}/services`;

const roles = inNamespace('rbac.authorization.k8s.io/v1', 'roles');
const rules = [{ apiGroups: [''], resources: ['pods'], verbs: ['get'] }];

function role(members: JsonObject): JsonObject {
  const apiVersion = 'rbac.authorization.k8s.io/v1';
  return { apiVersion, kind: 'Role', metadata: { name: 'a' }, ...members };
}

const policies = inNamespace('networking.k8s.io/v1', 'networkpolicies');

function policy(spec: JsonObject): JsonObject {
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name: 'a' },
    spec: { podSelector: {}, policyTypes: ['Ingress'], ...spec },
  };
}

export const applyScenarios: readonly Scenario[] = [
  {
    name: 'apply creates and updates',
    steps: [
      apply(`${maps}/a`, 'one', configMap('a', { x: '1' })),
      apply(`${maps}/a`, 'one', configMap('a', { x: '1' })),
      apply(`${maps}/a`, 'one', configMap('a', { x: '2', y: '1' })),
      apply(`${maps}/a`, 'one', configMap('a', { y: '1' })),
      get(`${maps}/a`),
    ],
  },
  {
    name: 'apply refuses what somebody else owns',
    steps: [
      silently(apply(`${maps}/a`, 'one', configMap('a', { x: '1', y: '1' }))),
      apply(`${maps}/a`, 'two', configMap('a', { x: '2' })),
      apply(`${maps}/a`, 'two', configMap('a', { x: '2', y: '2' })),
      apply(`${maps}/a`, 'two', configMap('a', { x: '1' })),
      apply(`${maps}/a?force=true`, 'two', configMap('a', { x: '2', y: '2' })),
      apply(`${maps}/a`, 'one', configMap('a', { x: '1' })),
    ],
  },
  {
    name: 'apply against an update',
    steps: [
      silently(post(`${maps}?fieldManager=editor`, configMap('a', { x: '1', y: '2' }))),
      apply(`${maps}/a`, 'one', configMap('a', { x: '2' })),
      apply(`${maps}/a`, 'one', configMap('a', { x: '1' })),
      apply(`${maps}/a?force=true`, 'one', configMap('a', { x: '2', y: '3' })),
      put(`${maps}/a?fieldManager=editor`, configMap('a', { x: '4', y: '3' })),
    ],
  },
  {
    name: 'apply gives up shared fields without removing them',
    steps: [
      silently(apply(`${maps}/a`, 'one', configMap('a', { x: '1', y: '1' }))),
      silently(apply(`${maps}/a`, 'two', configMap('a', { x: '1' }))),
      apply(`${maps}/a`, 'one', configMap('a', { y: '1' })),
      apply(`${maps}/a`, 'two', configMap('a', {})),
    ],
  },
  {
    name: 'apply of a Deployment',
    steps: [
      apply(`${deployments}/a`, 'one', deployment('a', { replicas: 2 })),
      patch('merge', `${deployments}/a?fieldManager=scaler`, { spec: { replicas: 5 } }),
      apply(`${deployments}/a`, 'one', deployment('a', { replicas: 2 })),
      apply(`${deployments}/a`, 'one', deployment('a')),
    ],
  },
  {
    name: 'apply merges lists by their keys',
    steps: [
      apply(`${services}/a`, 'one', {
        apiVersion: 'v1',
        kind: 'Service',
        metadata: { name: 'a' },
        spec: {
          selector: { app: 'web' },
          ports: [
            { name: 'a', port: 80 },
            { name: 'b', port: 81, protocol: 'TCP' },
          ],
        },
      }),
      apply(`${services}/a`, 'two', {
        apiVersion: 'v1',
        kind: 'Service',
        metadata: { name: 'a' },
        spec: { ports: [{ name: 'c', port: 82, protocol: 'TCP' }] },
      }),
      apply(`${services}/a`, 'one', {
        apiVersion: 'v1',
        kind: 'Service',
        metadata: { name: 'a' },
        spec: { selector: { app: 'web' }, ports: [{ name: 'b', port: 81, protocol: 'TCP' }] },
      }),
    ],
  },
  {
    name: 'apply of containers and their lists',
    steps: [
      apply(
        `${deployments}/a`,
        'one',
        deployment('a', {
          template: {
            metadata: { labels: { app: 'web' } },
            spec: {
              containers: [
                {
                  name: 'web',
                  image: 'web:1',
                  args: ['a'],
                  env: [{ name: 'A', value: '1' }],
                  ports: [{ containerPort: 80 }],
                  resources: { limits: { cpu: '1000m' } },
                  volumeMounts: [{ name: 'v', mountPath: '/v' }],
                },
              ],
              volumes: [{ name: 'v', emptyDir: {} }],
            },
          },
        }),
      ),
      apply(`${deployments}/a`, 'two', {
        apiVersion: 'apps/v1',
        kind: 'Deployment',
        metadata: { name: 'a', annotations: { note: 'two' } },
        spec: {
          template: {
            spec: {
              containers: [
                { name: 'web', env: [{ name: 'B', value: '2' }] },
                { name: 'side', image: 'side:1' },
              ],
            },
          },
        },
      }),
      apply(`${deployments}/a`, 'two', {
        apiVersion: 'apps/v1',
        kind: 'Deployment',
        metadata: { name: 'a' },
      }),
    ],
  },
  {
    name: 'apply needs a manager, a kind and the right name',
    steps: [
      { ...apply(`${maps}/a`, 'one', configMap('a', {})), path: `${maps}/a` },
      apply(`${maps}/a`, 'one', { metadata: { name: 'a' } }),
      apply(`${maps}/a`, 'one', { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'a' } }),
      apply(`${maps}/a`, 'one', configMap('b', {})),
      apply(`${maps}/a`, 'one', {
        ...configMap('a', {}),
        metadata: { name: 'a', managedFields: [] },
      }),
      apply(`${maps}/a`, 'one', configMap('a', {}, { namespace: 'default' })),
    ],
  },
  {
    name: 'apply of an unknown field, and of another type',
    anyWords: true,
    steps: [
      apply(`${deployments}/a`, 'one', deployment('a', { bogus: 1 })),
      apply(`${deployments}/a?fieldValidation=Strict`, 'one', deployment('a', { bogus: 1 })),
      apply(`${maps}/a`, 'one', configMap('a', { x: 1 })),
      apply(`${maps}/a`, 'one', '{"a"'),
      apply(`${maps}/a`, 'one', 'a: [b'),
    ],
  },
  {
    name: 'apply as YAML',
    steps: [
      apply(
        `${maps}/a`,
        'one',
        'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\ndata:\n  x: "1"\n',
      ),
    ],
  },
  {
    name: 'apply as a dry run',
    steps: [
      apply(`${maps}/a?dryRun=All`, 'one', configMap('a', { x: '1' })),
      get(`${maps}/a`),
      silently(apply(`${maps}/a`, 'one', configMap('a', { x: '1' }))),
      apply(`${maps}/a?dryRun=All`, 'one', configMap('a', { x: '2' })),
      apply(`${maps}/a?dryRun=All`, 'two', configMap('a', { x: '2' })),
      apply(`${maps}/a?dryRun=All&force=true`, 'two', configMap('a', { x: '2' })),
      get(`${maps}/a`),
    ],
  },
  {
    name: 'apply of a known state only',
    steps: [
      apply(`${maps}/a`, 'one', configMap('a', { x: '1' }, { resourceVersion: '1' })),
      apply(
        `${maps}/a`,
        'one',
        configMap('a', { x: '1' }, { uid: '00000000-0000-4000-8000-000000000000' }),
      ),
      silently(apply(`${maps}/a`, 'one', configMap('a', { x: '1' }))),
      apply(
        `${maps}/a`,
        'one',
        configMap('a', { x: '2' }, { resourceVersion: '{rv2}', uid: '{uid2}' }),
      ),
      apply(
        `${maps}/a`,
        'one',
        configMap('a', { x: '3' }, { resourceVersion: '{rv2}', uid: '{uid2}' }),
      ),
      apply(
        `${maps}/a`,
        'one',
        configMap('a', { x: '3' }, { uid: '00000000-0000-4000-8000-000000000000' }),
      ),
      apply(`${maps}/a`, 'one', configMap('a', { x: '1' }, { resourceVersion: '{rv3}' })),
    ],
  },
  {
    name: 'apply after the owners were forgotten',
    steps: [
      silently(post(`${maps}?fieldManager=editor`, configMap('a', { x: '1' }))),
      patch('merge', `${maps}/a?fieldManager=editor`, { metadata: { managedFields: [{}] } }),
      apply(`${maps}/a`, 'one', configMap('a', { x: '2' })),
    ],
  },
  {
    name: 'owners of labels and annotations',
    steps: [
      apply(
        `${maps}/a`,
        'one',
        configMap('a', {}, { labels: { a: '1' }, annotations: { b: '2' } }),
      ),
      patch('merge', `${maps}/a?fieldManager=two`, { metadata: { labels: { a: '2', c: '3' } } }),
      apply(`${maps}/a`, 'one', configMap('a', {}, { labels: { a: '1' } })),
      apply(`${maps}/a?force=true`, 'one', configMap('a', {}, { labels: { a: '1' } })),
    ],
  },
  {
    name: 'owners of finalizers and owner references',
    steps: [
      silently(post(maps, configMap('owner', {}))),
      apply(
        `${maps}/a`,
        'one',
        configMap(
          'a',
          {},
          {
            finalizers: ['example.com/one'],
            ownerReferences: [
              { apiVersion: 'v1', kind: 'ConfigMap', name: 'owner', uid: '{uid0}' },
            ],
          },
        ),
      ),
      apply(`${maps}/a`, 'two', configMap('a', {}, { finalizers: ['example.com/two'] })),
      apply(`${maps}/a`, 'one', configMap('a', {})),
      apply(`${maps}/a`, 'two', configMap('a', {})),
    ],
  },
  {
    name: 'apply to the status',
    steps: [
      silently(post(deployments, deployment('a'))),
      apply(`${deployments}/a/status`, 'one', {
        apiVersion: 'apps/v1',
        kind: 'Deployment',
        metadata: { name: 'a' },
        status: {
          replicas: 1,
          conditions: [
            {
              type: 'Available',
              status: 'True',
              reason: 'x',
              message: 'y',
              lastUpdateTime: '2026-01-01T00:00:00Z',
              lastTransitionTime: '2026-01-01T00:00:00Z',
            },
          ],
        },
      }),
      apply(`${deployments}/a`, 'one', { ...deployment('a'), status: { replicas: 7 } }),
      apply(`${deployments}/none/status`, 'one', {
        apiVersion: 'apps/v1',
        kind: 'Deployment',
        metadata: { name: 'none' },
        status: {},
      }),
    ],
  },
  {
    name: 'apply over an update with the same name of a manager',
    steps: [
      silently(post(`${maps}?fieldManager=one`, configMap('a', { x: '1', y: '1' }))),
      apply(`${maps}/a`, 'one', configMap('a', { x: '2' })),
      apply(`${maps}/a?force=true`, 'one', configMap('a', { x: '2' })),
    ],
  },
  {
    name: 'apply of null removes nothing that others own',
    steps: [
      silently(apply(`${maps}/a`, 'one', configMap('a', { x: '1', y: '2' }))),
      apply(`${maps}/a`, 'two', {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name: 'a' },
        data: null,
      }),
      apply(`${maps}/a?force=true`, 'two', configMap('a', { x: null as never })),
    ],
  },
  {
    name: 'apply where nothing may be',
    steps: [
      apply('/api/v1/namespaces/{ns}-none/configmaps/a', 'one', configMap('a', {})),
      silently(apply(`${maps}/a`, 'one', configMap('a', {}))),
      silently(remove(`${maps}/a`)),
      get(`${maps}/a`),
    ],
  },
  {
    name: 'apply over what nobody owns and nobody has filled in',
    steps: [
      apply(`${roles}/a`, 'one', role({})),
      apply(`${roles}/a`, 'two', role({ rules })),
      apply(`${roles}/a`, 'one', role({})),
    ],
  },
  {
    name: 'apply of empty lists counts as a change where the server compares to the letter',
    steps: [
      apply(`${policies}/a`, 'one', policy({ ingress: [] })),
      apply(`${policies}/a`, 'one', policy({ ingress: [] })),
      apply(`${policies}/a`, 'one', policy({})),
      apply(`${policies}/a`, 'one', policy({})),
    ],
  },
];
