/** Workloads and pods that the server refuses, and updates of what cannot be changed. */

import type { Json, JsonObject } from '@trueup/diagnostics';

import type { Scenario } from '../scenario.ts';
import { keeps, object, refuses } from './refusals.ts';
import {
  deployment,
  inNamespace,
  namespacePath,
  patch,
  post,
  silently,
  template,
} from './steps.ts';

const deployments = inNamespace('apps/v1', 'deployments');
const selector = { matchLabels: { app: 'web' } };

function withPod(spec: JsonObject): JsonObject {
  return object('v1', 'Pod', { spec });
}

const statefulSet = object('apps/v1', 'StatefulSet', {
  spec: { serviceName: 'a', selector, template },
});
const job = object('batch/v1', 'Job', {
  spec: { template: { spec: { restartPolicy: 'Never', containers: [{ name: 'a', image: 'a' }] } } },
});

export const workloadValidationScenarios: readonly Scenario[] = [
  refuses(
    'Deployments',
    deployments,
    object('apps/v1', 'Deployment', {}),
    deployment('one', { selector: {} }),
    deployment('one', { selector: { matchLabels: { app: 'other' } } }),
    deployment('one', { replicas: -1 }),
    deployment('one', { strategy: { type: 'Sometimes' } }),
    deployment('one', { strategy: { type: 'Recreate', rollingUpdate: { maxSurge: 1 } } }),
    deployment('one', { strategy: { rollingUpdate: { maxSurge: 0, maxUnavailable: 0 } } }),
    deployment('one', { strategy: { rollingUpdate: { maxSurge: 'x' } } }),
    deployment('one', { minReadySeconds: 700 }),
    deployment('one', {
      template: {
        ...template,
        spec: { restartPolicy: 'Never', containers: [{ name: 'a', image: 'a' }] },
      },
    }),
    deployment('one', {
      selector: { matchExpressions: [{ key: 'app', operator: 'Is', values: ['web'] }] },
    }),
  ),
  keeps(
    'a Deployment keeps its selector',
    deployments,
    deployment('one'),
    { spec: { selector: { matchLabels: { app: 'other' } } } },
    {
      spec: {
        selector: { matchLabels: { app: 'other' } },
        template: { metadata: { labels: { app: 'other' } } },
      },
    },
  ),
  refuses(
    'Pods without what they need',
    `${namespacePath}/pods`,
    withPod({}),
    withPod({ containers: [] }),
    withPod({ containers: [{ name: 'a' }] }),
    withPod({ containers: [{ image: 'a' }] }),
    withPod({ containers: [{ name: 'A', image: 'a' }] }),
    withPod({
      containers: [
        { name: 'a', image: 'a' },
        { name: 'a', image: 'b' },
      ],
    }),
    withPod({ containers: [{ name: 'a', image: ' a' }] }),
    withPod({ containers: [{ name: 'a', image: 'a' }], restartPolicy: 'Sometimes' }),
    withPod({ containers: [{ name: 'a', image: 'a' }], dnsPolicy: 'Nowhere' }),
    withPod({ containers: [{ name: 'a', image: 'a', imagePullPolicy: 'Often' }] }),
  ),
  refuses(
    'Pods with wrong ports, variables and mounts',
    `${namespacePath}/pods`,
    withPod({ containers: [{ name: 'a', image: 'a', ports: [{ containerPort: 0 }] }] }),
    withPod({ containers: [{ name: 'a', image: 'a', ports: [{ containerPort: 70000 }] }] }),
    withPod({
      containers: [{ name: 'a', image: 'a', ports: [{ containerPort: 80, protocol: 'HTTP' }] }],
    }),
    withPod({
      containers: [
        {
          name: 'a',
          image: 'a',
          ports: [
            { containerPort: 80, name: 'x' },
            { containerPort: 81, name: 'x' },
          ],
        },
      ],
    }),
    withPod({
      containers: [
        { name: 'a', image: 'a', ports: [{ containerPort: 80, name: 'much-too-long-name' }] },
      ],
    }),
    withPod({ containers: [{ name: 'a', image: 'a', env: [{ value: 'x' }] }] }),
    withPod({
      containers: [
        {
          name: 'a',
          image: 'a',
          env: [{ name: 'A', value: 'x', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } }],
        },
      ],
    }),
    withPod({ containers: [{ name: 'a', image: 'a', env: [{ name: 'A', valueFrom: {} }] }] }),
    withPod({
      containers: [{ name: 'a', image: 'a', volumeMounts: [{ name: 'none', mountPath: '/x' }] }],
    }),
    withPod({
      containers: [{ name: 'a', image: 'a', volumeMounts: [{ name: 'v', mountPath: '' }] }],
      volumes: [{ name: 'v', emptyDir: {} }],
    }),
    withPod({
      containers: [
        {
          name: 'a',
          image: 'a',
          volumeMounts: [
            { name: 'v', mountPath: '/x' },
            { name: 'v', mountPath: '/x' },
          ],
        },
      ],
      volumes: [{ name: 'v', emptyDir: {} }],
    }),
    withPod({
      containers: [{ name: 'a', image: 'a' }],
      volumes: [
        { name: 'v', emptyDir: {} },
        { name: 'v', emptyDir: {} },
      ],
    }),
    withPod({
      containers: [{ name: 'a', image: 'a' }],
      volumes: [{ name: 'v', emptyDir: {}, hostPath: { path: '/x' } }],
    }),
    withPod({ containers: [{ name: 'a', image: 'a' }], volumes: [{ name: 'v', configMap: {} }] }),
    withPod({ containers: [{ name: 'a', image: 'a', envFrom: [{}] }] }),
  ),
  refuses(
    'Pods that ask for more than they may use',
    `${namespacePath}/pods`,
    withPod({
      containers: [
        { name: 'a', image: 'a', resources: { requests: { cpu: '2' }, limits: { cpu: '1' } } },
      ],
    }),
    withPod({ containers: [{ name: 'a', image: 'a', resources: { requests: { cpu: '-1' } } }] }),
    withPod({ containers: [{ name: 'a', image: 'a', resources: { requests: { bogus: '1' } } }] }),
  ),
  refuses(
    'Pods with wrong probes',
    `${namespacePath}/pods`,
    withPod({ containers: [{ name: 'a', image: 'a', livenessProbe: {} }] }),
    withPod({ containers: [{ name: 'a', image: 'a', livenessProbe: { httpGet: { port: 0 } } }] }),
    withPod({
      containers: [
        { name: 'a', image: 'a', livenessProbe: { httpGet: { port: 80 }, successThreshold: 2 } },
      ],
    }),
    withPod({
      containers: [
        { name: 'a', image: 'a', readinessProbe: { httpGet: { port: 80 }, periodSeconds: -1 } },
      ],
    }),
    withPod({
      containers: [
        {
          name: 'a',
          image: 'a',
          readinessProbe: { httpGet: { port: 80 }, tcpSocket: { port: 80 } },
        },
      ],
    }),
  ),
  {
    name: 'a Pod keeps most of its spec',
    steps: [
      silently(post(`${namespacePath}/pods`, withPod({ containers: [{ name: 'a', image: 'a' }] }))),
      patch('strategic-merge', `${namespacePath}/pods/one`, {
        spec: { containers: [{ name: 'a', image: 'b' }] },
      }),
      patch('merge', `${namespacePath}/pods/one`, { spec: { activeDeadlineSeconds: 5 } }),
      patch('merge', `${namespacePath}/pods/one`, { spec: { restartPolicy: 'Never' } }),
    ],
    pick: (body) => {
      const { status, reason, details, spec } = body as {
        status: Json;
        reason?: string;
        details?: { causes: { field: string }[] };
        spec?: { containers: { image: string }[] };
      };
      return reason === undefined
        ? { image: spec?.containers[0]?.image ?? null }
        : { status, reason, fields: details?.causes.map(({ field }) => field) ?? null };
    },
  },
  refuses(
    'StatefulSets',
    inNamespace('apps/v1', 'statefulsets'),
    object('apps/v1', 'StatefulSet', { spec: {} }),
    object('apps/v1', 'StatefulSet', {
      spec: { selector: { matchLabels: { app: 'x' } }, template },
    }),
    object('apps/v1', 'StatefulSet', {
      spec: { selector, template, replicas: -1, podManagementPolicy: 'Chaos' },
    }),
    object('apps/v1', 'StatefulSet', {
      spec: { selector, template, updateStrategy: { type: 'Never' } },
    }),
  ),
  keeps(
    'a StatefulSet keeps most of its spec',
    inNamespace('apps/v1', 'statefulsets'),
    statefulSet,
    { spec: { serviceName: 'b' } },
    { spec: { podManagementPolicy: 'Parallel' } },
    { spec: { selector: { matchLabels: { app: 'b' } } } },
    {
      spec: {
        volumeClaimTemplates: [
          {
            metadata: { name: 'x' },
            spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
          },
        ],
      },
    },
  ),
  refuses(
    'DaemonSets and ReplicaSets',
    inNamespace('apps/v1', 'daemonsets'),
    object('apps/v1', 'DaemonSet', { spec: {} }),
    object('apps/v1', 'DaemonSet', { spec: { selector: { matchLabels: { a: 'b' } }, template } }),
    object('apps/v1', 'DaemonSet', {
      spec: { selector, template, updateStrategy: { rollingUpdate: { maxUnavailable: 0 } } },
    }),
  ),
  refuses(
    'DaemonSets and how they are updated',
    inNamespace('apps/v1', 'daemonsets'),
    ...[
      { type: 'Sometimes' },
      { rollingUpdate: { maxSurge: 1 } },
      { rollingUpdate: { maxSurge: -1, maxUnavailable: 'much' } },
      { rollingUpdate: { maxSurge: '50%', maxUnavailable: 0 } },
    ].map((updateStrategy) =>
      object('apps/v1', 'DaemonSet', { spec: { selector, template, updateStrategy } }),
    ),
  ),
  keeps(
    'a DaemonSet keeps its selector',
    inNamespace('apps/v1', 'daemonsets'),
    object('apps/v1', 'DaemonSet', { spec: { selector, template } }),
    {
      spec: {
        selector: { matchLabels: { app: 'other' } },
        template: { metadata: { labels: { app: 'other' } } },
      },
    },
  ),
  refuses(
    'Jobs',
    inNamespace('batch/v1', 'jobs'),
    object('batch/v1', 'Job', { spec: {} }),
    object('batch/v1', 'Job', {
      spec: { template: { spec: { containers: [{ name: 'a', image: 'a' }] } } },
    }),
    object('batch/v1', 'Job', {
      spec: {
        parallelism: -1,
        completions: -1,
        backoffLimit: -1,
        template: { spec: { restartPolicy: 'Never', containers: [{ name: 'a', image: 'a' }] } },
      },
    }),
    object('batch/v1', 'Job', {
      spec: {
        completionMode: 'Indexed',
        template: { spec: { restartPolicy: 'Never', containers: [{ name: 'a', image: 'a' }] } },
      },
    }),
  ),
  {
    name: 'a Job keeps its template and its selector',
    pick: (body) => {
      const { reason, details } = body as {
        reason?: string;
        details?: { causes: { field: string; reason: string }[] };
      };
      return {
        reason: reason ?? null,
        causes: [
          ...new Set(details?.causes?.map(({ field, reason: why }) => `${field} ${why}`)),
        ].sort(),
      };
    },
    steps: [
      silently(post(inNamespace('batch/v1', 'jobs'), job)),
      patch('strategic-merge', inNamespace('batch/v1', 'jobs/one'), {
        spec: { template: { spec: { containers: [{ name: 'a', image: 'b' }] } } },
      }),
      patch('merge', inNamespace('batch/v1', 'jobs/one'), { spec: { completions: 5 } }),
      patch('merge', inNamespace('batch/v1', 'jobs/one'), { spec: { parallelism: 5 } }),
      patch('merge', inNamespace('batch/v1', 'jobs/one'), {
        spec: { selector: { matchLabels: { a: 'b' } } },
      }),
    ],
  },
  refuses(
    'CronJobs',
    inNamespace('batch/v1', 'cronjobs'),
    object('batch/v1', 'CronJob', { spec: {} }),
    object('batch/v1', 'CronJob', { spec: { schedule: 'whenever', jobTemplate: job } }),
    object('batch/v1', 'CronJob', {
      spec: {
        schedule: '* * * * *',
        concurrencyPolicy: 'Sometimes',
        jobTemplate: { spec: job['spec'] as JsonObject },
      },
    }),
  ),
];
