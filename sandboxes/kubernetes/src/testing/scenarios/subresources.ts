/** Parts of objects that have a path of their own. */

import type { Scenario } from '../scenario.ts';
import {
  apply,
  deployment,
  get,
  inNamespace,
  namespacePath,
  patch,
  post,
  put,
  silently,
} from './steps.ts';

const deployments = inNamespace('apps/v1', 'deployments');
const pods = `${namespacePath}/pods`;
const pod = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'a' },
  spec: { containers: [{ name: 'a', image: 'a' }] },
};

export const subresourceScenarios: readonly Scenario[] = [
  {
    name: 'a status is written apart from its object',
    steps: [
      post(deployments, { ...deployment('a'), status: { replicas: 3 } }),
      put(`${deployments}/a/status`, {
        ...deployment('a', { replicas: 9 }),
        metadata: { name: 'a', labels: { x: 'y' }, annotations: { n: 'o' } },
        status: { replicas: 2 },
      }),
      put(`${deployments}/a`, { ...deployment('a', { replicas: 5 }), status: { replicas: 7 } }),
      get(`${deployments}/a/status`),
      put(`${deployments}/none/status`, deployment('none')),
    ],
  },
  {
    name: 'a status is patched',
    steps: [
      silently(post(deployments, deployment('a'))),
      patch('strategic-merge', `${deployments}/a/status`, {
        status: {
          conditions: [
            {
              type: 'Available',
              status: 'True',
              lastUpdateTime: '2026-01-01T00:00:00Z',
              lastTransitionTime: '2026-01-01T00:00:00Z',
              reason: 'r',
              message: 'm',
            },
          ],
        },
      }),
      patch('strategic-merge', `${deployments}/a/status`, {
        status: {
          conditions: [
            {
              type: 'Progressing',
              status: 'True',
              lastUpdateTime: '2026-01-01T00:00:00Z',
              lastTransitionTime: '2026-01-01T00:00:00Z',
              reason: 'r',
              message: 'm',
            },
          ],
        },
      }),
      patch('json', `${deployments}/a/status`, [{ op: 'add', path: '/status/replicas', value: 4 }]),
      patch('merge', `${deployments}/a/status?dryRun=All`, { status: { replicas: 5 } }),
      get(`${deployments}/a`),
    ],
  },
  {
    name: 'a scale is read and written',
    steps: [
      silently(post(deployments, deployment('a', { replicas: 2 }))),
      get(`${deployments}/a/scale`),
      put(`${deployments}/a/scale`, {
        apiVersion: 'autoscaling/v1',
        kind: 'Scale',
        metadata: { name: 'a' },
        spec: { replicas: 3 },
      }),
      patch('merge', `${deployments}/a/scale`, { spec: { replicas: 4 } }),
      get(`${deployments}/a`),
      put(`${deployments}/a/scale`, {
        apiVersion: 'autoscaling/v1',
        kind: 'Scale',
        metadata: { name: 'a' },
        spec: { replicas: -1 },
      }),
      get(`${deployments}/none/scale`),
      put(`${deployments}/a/scale`, {
        apiVersion: 'autoscaling/v1',
        kind: 'Scale',
        metadata: { name: 'a', resourceVersion: '1' },
        spec: { replicas: 1 },
      }),
    ],
  },
  {
    name: 'a scale leaves its traces with the owners',
    steps: [
      silently(apply(`${deployments}/a`, 'one', deployment('a', { replicas: 2 }))),
      patch('merge', `${deployments}/a/scale?fieldManager=scaler`, { spec: { replicas: 4 } }),
      get(`${deployments}/a`),
      apply(`${deployments}/a`, 'one', deployment('a', { replicas: 2 })),
      apply(`${deployments}/a`, 'one', deployment('a')),
    ],
  },
  {
    name: 'a pod is bound to a node',
    steps: [
      silently(post(pods, pod)),
      post(`${pods}/a/binding`, {
        apiVersion: 'v1',
        kind: 'Binding',
        metadata: { name: 'a' },
        target: { kind: 'Node', name: 'node-1' },
      }),
      get(`${pods}/a`),
      post(`${pods}/a/binding`, {
        apiVersion: 'v1',
        kind: 'Binding',
        metadata: { name: 'a' },
        target: { kind: 'Node', name: 'node-2' },
      }),
    ],
  },
  {
    name: 'a pod is evicted',
    steps: [
      silently(post(pods, pod)),
      post(`${pods}/a/eviction`, {
        apiVersion: 'policy/v1',
        kind: 'Eviction',
        metadata: { name: 'a' },
      }),
      get(`${pods}/a`),
      post(`${pods}/none/eviction`, {
        apiVersion: 'policy/v1',
        kind: 'Eviction',
        metadata: { name: 'none' },
      }),
    ],
  },
  {
    name: 'who am I, and what may I do',
    pick: (body) => {
      const { kind, spec, status } = body as {
        kind: string;
        spec?: never;
        status?: { allowed?: boolean };
      };
      return { kind, spec: spec ?? null, allowed: status?.allowed ?? null };
    },
    steps: [
      post('/apis/authorization.k8s.io/v1/selfsubjectaccessreviews', {
        apiVersion: 'authorization.k8s.io/v1',
        kind: 'SelfSubjectAccessReview',
        spec: { resourceAttributes: { namespace: '{ns}', verb: 'create', resource: 'pods' } },
      }),
      post('/apis/authentication.k8s.io/v1/selfsubjectreviews', {
        apiVersion: 'authentication.k8s.io/v1',
        kind: 'SelfSubjectReview',
      }),
    ],
  },
];
