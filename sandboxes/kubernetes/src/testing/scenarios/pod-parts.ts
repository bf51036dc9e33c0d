/** Parts of pods, nodes, namespaces and requests that have paths and rules of their own. */

import type { Json } from '@trueup/diagnostics';

import type { Scenario } from '../scenario.ts';
import {
  apply,
  get,
  namespacePath,
  patch,
  pod,
  post,
  put,
  remove,
  silently,
  status,
} from './steps.ts';

const pods = `${namespacePath}/pods`;
const csrs = '/apis/certificates.k8s.io/v1/certificatesigningrequests';
const readiness = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'a' },
  spec: { containers: [{ name: 'a', image: 'a', resources: { requests: { cpu: '100m' } } }] },
};

function shapeOf(body: Json): Json {
  const { kind, reason, code } = (typeof body === 'object' ? body : {}) as Record<string, Json>;
  return { kind: kind ?? null, reason: reason ?? null, code: code ?? null };
}

export const podPartScenarios: readonly Scenario[] = [
  {
    name: 'a container that joins a pod for a while',
    anyWords: true,
    steps: [
      silently(post(pods, pod('a'))),
      patch('strategic-merge', `${pods}/a/ephemeralcontainers`, {
        spec: {
          ephemeralContainers: [{ name: 'debug', image: 'shell', targetContainerName: 'a' }],
        },
      }),
      get(`${pods}/a/ephemeralcontainers`),
      patch('strategic-merge', `${pods}/a`, {
        spec: { ephemeralContainers: [{ name: 'other', image: 'shell' }] },
      }),
      patch('merge', `${pods}/a/ephemeralcontainers`, { spec: { ephemeralContainers: [] } }),
    ],
  },
  {
    name: 'a pod is resized',
    anyWords: true,
    steps: [
      silently(post(pods, readiness)),
      patch('strategic-merge', `${pods}/a/resize`, {
        spec: { containers: [{ name: 'a', resources: { requests: { cpu: '200m' } } }] },
      }),
      patch('strategic-merge', `${pods}/a`, {
        spec: { containers: [{ name: 'a', resources: { requests: { cpu: '300m' } } }] },
      }),
    ],
  },
  {
    name: 'the status of a pod',
    steps: [
      silently(post(pods, pod('a'))),
      status(pods, 'a', {
        phase: 'Running',
        conditions: [{ type: 'Ready', status: 'False' }],
      }),
      patch('strategic-merge', `${pods}/a/status`, {
        status: { conditions: [{ type: 'Ready', status: 'True' }] },
      }),
      patch('strategic-merge', `${pods}/a/status`, {
        spec: { nodeName: 'x' },
        status: { podIP: '10.0.0.1' },
      }),
      apply(`${pods}/a/status`, 'kubelet', {
        apiVersion: 'v1',
        kind: 'Pod',
        status: { message: 'm' },
      }),
    ],
  },
  {
    name: 'what a pod that does not run cannot do',
    pick: shapeOf,
    steps: [
      silently(post(pods, pod('a'))),
      get(`${pods}/a/log`),
      get(`${pods}/a/log?container=none`),
      get(`${pods}/none/log`),
      get(`${pods}/none/exec?command=ls`),
      get(`${pods}/none/portforward`),
      get(`${pods}/none/attach`),
    ],
  },
  {
    name: 'the status of a namespace and of a node',
    pick: (body) => {
      const { kind, status: picked, spec, code, reason } = body as Record<string, Json>;
      return {
        kind: kind ?? null,
        status: picked ?? null,
        spec: spec ?? null,
        code: code ?? null,
        reason: reason ?? null,
      };
    },
    steps: [
      get(`${namespacePath}/status`),
      patch('merge', `${namespacePath}/status`, {
        status: { conditions: [{ type: 'Custom', status: 'True' }] },
      }),
      patch('merge', namespacePath, { status: { phase: 'Terminating' }, spec: { finalizers: [] } }),
      silently(
        post('/api/v1/nodes', { apiVersion: 'v1', kind: 'Node', metadata: { name: '{ns}-n' } }),
      ),
      patch('strategic-merge', '/api/v1/nodes/{ns}-n/status', {
        status: { capacity: { cpu: '4' }, conditions: [{ type: 'Ready', status: 'True' }] },
      }),
      patch('merge', '/api/v1/nodes/{ns}-n', {
        spec: { unschedulable: true },
        status: { phase: 'x' },
      }),
      get('/api/v1/nodes/{ns}-n/status'),
    ],
  },
  {
    name: 'a request for a certificate that is none',
    steps: [
      post(csrs, {
        apiVersion: 'certificates.k8s.io/v1',
        kind: 'CertificateSigningRequest',
        metadata: { name: '{ns}-c' },
        spec: { request: 'bm9uZQ==', signerName: 'example.com/signer', usages: ['client auth'] },
      }),
    ],
  },
  {
    name: 'evictions under a budget',
    pick: (body) => {
      const { kind, reason, code, details } = body as Record<string, Json>;
      return {
        kind: kind ?? null,
        reason: reason ?? null,
        code: code ?? null,
        details: details ?? null,
      };
    },
    steps: [
      silently(
        post(pods, { ...(pod('a') as object), metadata: { name: 'a', labels: { app: 'a' } } }),
      ),
      silently(
        post('/apis/policy/v1/namespaces/{ns}/poddisruptionbudgets', {
          apiVersion: 'policy/v1',
          kind: 'PodDisruptionBudget',
          metadata: { name: 'all' },
          spec: { minAvailable: 1, selector: { matchLabels: { app: 'a' } } },
        }),
      ),
      silently(
        post(`${pods}/a/binding`, {
          apiVersion: 'v1',
          kind: 'Binding',
          metadata: { name: 'a' },
          target: { kind: 'Node', name: 'node-1' },
        }),
      ),
      status(pods, 'a', { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] }),
      status('/apis/policy/v1/namespaces/{ns}/poddisruptionbudgets', 'all', {
        observedGeneration: 1,
        disruptionsAllowed: 0,
        currentHealthy: 1,
        desiredHealthy: 1,
        expectedPods: 1,
      }),
      post(`${pods}/a/eviction?dryRun=All`, {
        apiVersion: 'policy/v1',
        kind: 'Eviction',
        metadata: { name: 'a' },
      }),
      post(`${pods}/a/eviction`, {
        apiVersion: 'policy/v1',
        kind: 'Eviction',
        metadata: { name: 'a' },
      }),
      status('/apis/policy/v1/namespaces/{ns}/poddisruptionbudgets', 'all', {
        disruptionsAllowed: 1,
      }),
      post(`${pods}/a/eviction`, {
        apiVersion: 'policy/v1',
        kind: 'Eviction',
        metadata: { name: 'a' },
      }),
      get('/apis/policy/v1/namespaces/{ns}/poddisruptionbudgets/all'),
    ],
  },
  {
    name: 'bindings of their own',
    pick: shapeOf,
    steps: [
      silently(post(pods, pod('a'))),
      post(`${namespacePath}/bindings`, {
        apiVersion: 'v1',
        kind: 'Binding',
        metadata: { name: 'a' },
        target: { kind: 'Node', name: 'node-1' },
      }),
      get(`${pods}/a`),
      post(`${pods}/a/binding`, { apiVersion: 'v1', kind: 'Binding', metadata: { name: 'a' } }),
      put(`${pods}/a/binding`, {}),
      remove(`${pods}/a?gracePeriodSeconds=0`),
    ],
  },
];
