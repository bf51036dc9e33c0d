/** Deletes: preconditions, policies, finalizers, namespaces, dry runs. */

import type { Scenario } from '../scenario.ts';
import {
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
const pods = `${namespacePath}/pods`;
const held = { finalizers: ['example.com/hold'] };

const pod = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'a' },
  spec: { containers: [{ name: 'a', image: 'a' }] },
};

export const deleteScenarios: readonly Scenario[] = [
  {
    name: 'delete, and delete again',
    steps: [
      silently(post(maps, configMap('a', {}))),
      remove(`${maps}/a`),
      remove(`${maps}/a`),
      get(`${maps}/a`),
    ],
  },
  {
    name: 'delete answers with the object for some kinds',
    steps: [
      silently(
        post(`${namespacePath}/serviceaccounts`, {
          apiVersion: 'v1',
          kind: 'ServiceAccount',
          metadata: { name: 'a' },
        }),
      ),
      remove(`${namespacePath}/serviceaccounts/a`),
      silently(
        post(`${namespacePath}/services`, {
          apiVersion: 'v1',
          kind: 'Service',
          metadata: { name: 'a' },
          spec: { ports: [{ port: 80 }] },
        }),
      ),
      remove(`${namespacePath}/services/a`),
      silently(post(deployments, deployment('a'))),
      remove(`${deployments}/a`),
      silently(post(pods, pod)),
      remove(`${pods}/a`),
      silently(
        post(inNamespace('rbac.authorization.k8s.io/v1', 'roles'), {
          apiVersion: 'rbac.authorization.k8s.io/v1',
          kind: 'Role',
          metadata: { name: 'a' },
        }),
      ),
      remove(inNamespace('rbac.authorization.k8s.io/v1', 'roles/a')),
      silently(
        post(`${namespacePath}/secrets`, {
          apiVersion: 'v1',
          kind: 'Secret',
          metadata: { name: 'a' },
        }),
      ),
      remove(`${namespacePath}/secrets/a`),
      silently(
        post(inNamespace('networking.k8s.io/v1', 'networkpolicies'), {
          apiVersion: 'networking.k8s.io/v1',
          kind: 'NetworkPolicy',
          metadata: { name: 'a' },
          spec: {},
        }),
      ),
      remove(inNamespace('networking.k8s.io/v1', 'networkpolicies/a')),
      silently(
        post(`${namespacePath}/podtemplates`, {
          apiVersion: 'v1',
          kind: 'PodTemplate',
          metadata: { name: 'a' },
          template: {
            metadata: { labels: { a: 'b' } },
            spec: { containers: [{ name: 'a', image: 'a' }] },
          },
        }),
      ),
      remove(`${namespacePath}/podtemplates/a`),
      silently(
        post(`${namespacePath}/resourcequotas`, {
          apiVersion: 'v1',
          kind: 'ResourceQuota',
          metadata: { name: 'a' },
        }),
      ),
      remove(`${namespacePath}/resourcequotas/a`),
    ],
  },
  {
    name: 'delete under preconditions',
    steps: [
      silently(post(maps, configMap('a', {}))),
      remove(`${maps}/a`, { preconditions: { uid: '00000000-0000-4000-8000-000000000000' } }),
      remove(`${maps}/a`, { preconditions: { uid: '{uid0}', resourceVersion: '1' } }),
      remove(`${maps}/a`, { preconditions: { uid: '{uid0}', resourceVersion: '{rv0}' } }),
    ],
    anyWords: true,
  },
  {
    name: 'delete as a dry run',
    steps: [
      silently(post(maps, configMap('a', {}))),
      remove(`${maps}/a?dryRun=All`),
      remove(`${maps}/a`, { dryRun: ['All'] }),
      remove(`${maps}/a`, { dryRun: ['Some'] }),
      get(`${maps}/a`),
    ],
  },
  {
    name: 'delete waits for finalizers',
    steps: [
      silently(post(maps, configMap('a', { x: '1' }, held))),
      remove(`${maps}/a`),
      remove(`${maps}/a`),
      patch('merge', `${maps}/a`, { data: { x: '2' } }),
      patch('merge', `${maps}/a`, {
        metadata: { finalizers: ['example.com/hold', 'example.com/more'] },
      }),
      patch('merge', `${maps}/a`, { metadata: { deletionTimestamp: null } }),
      patch('merge', `${maps}/a`, { metadata: { finalizers: null } }),
      get(`${maps}/a`),
    ],
  },
  {
    name: 'delete that waits counts as a change of the generation',
    pick: (body) => {
      const { metadata } = body as { metadata: { generation?: number } };
      return metadata.generation ?? null;
    },
    steps: [
      post(deployments, { ...deployment('a'), metadata: { name: 'a', ...held } }),
      remove(`${deployments}/a`),
      remove(`${deployments}/a`),
    ],
  },
  {
    name: 'delete with a policy',
    steps: [
      silently(post(deployments, deployment('a'))),
      remove(`${deployments}/a?propagationPolicy=Foreground`),
      remove(`${deployments}/a?propagationPolicy=Orphan`),
      remove(`${deployments}/a?propagationPolicy=Background`),
      remove(`${deployments}/a`, { propagationPolicy: 'Sometime' }),
      silently(post(deployments, deployment('b'))),
      remove(`${deployments}/b`, { propagationPolicy: 'Orphan' }),
      silently(post(deployments, deployment('c'))),
      remove(`${deployments}/c`, { propagationPolicy: 'Background' }),
    ],
  },
  {
    name: 'delete of a Job leaves its pods unless told otherwise',
    steps: [
      silently(
        post(inNamespace('batch/v1', 'jobs'), {
          apiVersion: 'batch/v1',
          kind: 'Job',
          metadata: { name: 'a' },
          spec: {
            template: { spec: { restartPolicy: 'Never', containers: [{ name: 'a', image: 'a' }] } },
          },
        }),
      ),
      remove(inNamespace('batch/v1', 'jobs/a')),
    ],
    anyWords: true,
  },
  {
    name: 'delete of many',
    steps: [
      silently(post(maps, configMap('a', {}, { labels: { x: '1' } }))),
      silently(post(maps, configMap('b', {}, { labels: { x: '1' } }))),
      silently(post(maps, configMap('c', {}, { labels: { x: '2' } }))),
      remove(`${maps}?labelSelector=x%3D1&dryRun=All`),
      remove(`${maps}?labelSelector=x%3D1`),
      get(maps),
    ],
  },
  {
    name: 'delete of a namespace',
    steps: [
      silently(
        post('/api/v1/namespaces', {
          apiVersion: 'v1',
          kind: 'Namespace',
          metadata: { name: '{ns}-x', finalizers: ['example.com/hold'] },
        }),
      ),
      { ...remove('/api/v1/namespaces/{ns}-x'), method: 'DELETE' },
      {
        ...post('/api/v1/namespaces/{ns}-x/configmaps', configMap('a', {})),
        until: ({ status }) => status !== 201,
      },
      get('/api/v1/namespaces/{ns}-x'),
      silently(patch('merge', '/api/v1/namespaces/{ns}-x', { metadata: { finalizers: null } })),
      put('/api/v1/namespaces/{ns}-x/finalize', {
        apiVersion: 'v1',
        kind: 'Namespace',
        metadata: { name: '{ns}-x' },
        spec: { finalizers: [] },
      }),
      get('/api/v1/namespaces/{ns}-x'),
    ],
  },
  {
    name: 'delete of a namespace that one cannot do without',
    steps: [remove('/api/v1/namespaces/default'), remove('/api/v1/namespaces/kube-system')],
  },
  {
    name: 'delete of a pod that runs gives it time',
    steps: [
      silently(post(pods, pod)),
      silently(
        post(`${pods}/a/binding`, {
          apiVersion: 'v1',
          kind: 'Binding',
          metadata: { name: 'a' },
          target: { kind: 'Node', name: 'node-1' },
        }),
      ),
      remove(`${pods}/a?gracePeriodSeconds=60`),
      remove(`${pods}/a?gracePeriodSeconds=10`),
      remove(`${pods}/a?gracePeriodSeconds=0`),
      get(`${pods}/a`),
    ],
  },
  {
    name: 'delete with a body that is none',
    anyWords: true,
    steps: [
      silently(post(maps, configMap('a', {}))),
      remove(`${maps}/a`, { gracePeriodSeconds: -5 }),
      { ...remove(`${maps}/a`), body: '{"kind":' },
      { ...remove(`${maps}/a`), body: '{"kind":"Pod","apiVersion":"v1"}' },
    ],
  },
];
