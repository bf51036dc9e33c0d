/** What runs pods. Nothing of it may come to run by itself where there are controllers. */
import type { KindRecipe } from './kind-recipe.ts';
import { podTemplate } from './pod-recipes.ts';
import { listOf, merged, oneOf, type Recipe, record } from './recipes.ts';
import { bytes, flag, labels, selector, share, small } from './words.ts';

const finds = { matchLabels: { app: 'web' } };
const replicas = oneOf(0, 0, 1);

const deployment = record(
  { selector: finds, template: podTemplate() },
  {
    replicas,
    paused: flag,
    minReadySeconds: small,
    revisionHistoryLimit: small,
    progressDeadlineSeconds: oneOf(600, 700),
    strategy: oneOf(
      { type: 'Recreate' },
      record(
        {},
        {
          type: 'RollingUpdate',
          rollingUpdate: record({}, { maxSurge: share, maxUnavailable: share }, 60),
        },
        70,
      ),
    ),
  },
);

const claim = record({
  metadata: record({ name: oneOf('extra', 'more') }),
  spec: record({
    accessModes: ['ReadWriteOnce'],
    resources: record({ requests: record({ storage: bytes }) }),
  }),
});
const statefulSet = record(
  { selector: finds, template: podTemplate() },
  {
    serviceName: oneOf('web', 'other'),
    replicas,
    minReadySeconds: small,
    podManagementPolicy: oneOf('Parallel', 'OrderedReady'),
    updateStrategy: oneOf(
      { type: 'OnDelete' },
      record({}, { type: 'RollingUpdate', rollingUpdate: record({}, { partition: small }) }),
    ),
    persistentVolumeClaimRetentionPolicy: record(
      {},
      { whenDeleted: 'Delete', whenScaled: 'Retain' },
      60,
    ),
    volumeClaimTemplates: listOf(claim, 1, 1),
  },
);

const daemonSet = record(
  { selector: finds, template: podTemplate() },
  {
    minReadySeconds: small,
    updateStrategy: oneOf(
      { type: 'OnDelete' },
      record({}, { rollingUpdate: record({}, { maxUnavailable: share }) }),
    ),
    revisionHistoryLimit: small,
  },
);

const jobSpec: Recipe = record(
  { template: podTemplate(oneOf('Never', 'OnFailure')), suspend: true },
  {
    parallelism: small,
    completions: oneOf(1, 2),
    completionMode: oneOf('NonIndexed', 'Indexed'),
    backoffLimit: small,
    activeDeadlineSeconds: oneOf(100, 200),
    podFailurePolicy: {
      rules: [{ action: 'Ignore', onPodConditions: [{ type: 'DisruptionTarget' }] }],
    },
    manualSelector: false,
  },
  20,
);

const cronJob = record(
  {
    schedule: oneOf('0 0 31 2 *', '0 1 31 2 *'),
    jobTemplate: record({ spec: jobSpec }, { metadata: record({}, { labels }) }),
    suspend: true,
  },
  {
    concurrencyPolicy: oneOf('Forbid', 'Allow', 'Replace'),
    startingDeadlineSeconds: oneOf(10, 20),
    successfulJobsHistoryLimit: small,
    timeZone: oneOf('Etc/UTC', 'Europe/Berlin'),
  },
);

const metric = oneOf(
  record({
    type: 'Resource',
    resource: record({
      name: oneOf('cpu', 'memory'),
      target: oneOf(
        { type: 'Utilization', averageUtilization: 50 },
        { type: 'AverageValue', averageValue: '1000m' },
      ),
    }),
  }),
  record({
    type: 'Pods',
    pods: { metric: { name: 'qps' }, target: { type: 'AverageValue', averageValue: '0.5' } },
  }),
);
const scaling = record(
  {},
  {
    stabilizationWindowSeconds: small,
    selectPolicy: oneOf('Min', 'Max'),
    policies: listOf(
      record({
        type: oneOf('Pods', 'Percent'),
        value: oneOf(4, 100),
        periodSeconds: oneOf(15, 60),
      }),
      1,
      2,
    ),
  },
);
const autoscaler = record(
  {
    scaleTargetRef: record(
      { kind: 'Deployment', name: oneOf('nobody', 'one') },
      { apiVersion: 'apps/v1' },
      90,
    ),
    maxReplicas: oneOf(3, 9),
  },
  {
    minReplicas: oneOf(1, 2),
    metrics: listOf(metric, 0, 2),
    behavior: record({}, { scaleUp: scaling, scaleDown: scaling }, 60),
  },
);

const budget = merged(
  oneOf(record({ minAvailable: share }), record({ maxUnavailable: share }), record({})),
  record({}, { selector, unhealthyPodEvictionPolicy: oneOf('IfHealthyBudget', 'AlwaysAllow') }, 60),
);

export const workloadKinds: readonly KindRecipe[] = [
  { apiVersion: 'apps/v1', kind: 'Deployment', body: record({ spec: deployment }), weight: 4 },
  { apiVersion: 'apps/v1', kind: 'StatefulSet', body: record({ spec: statefulSet }), weight: 2 },
  { apiVersion: 'apps/v1', kind: 'DaemonSet', body: record({ spec: daemonSet }) },
  { apiVersion: 'batch/v1', kind: 'Job', body: record({ spec: jobSpec }) },
  { apiVersion: 'batch/v1', kind: 'CronJob', body: record({ spec: cronJob }), weight: 2 },
  { apiVersion: 'v1', kind: 'PodTemplate', body: record({ template: podTemplate() }) },
  {
    apiVersion: 'autoscaling/v2',
    kind: 'HorizontalPodAutoscaler',
    body: record({ spec: autoscaler }),
    weight: 2,
  },
  {
    apiVersion: 'autoscaling/v1',
    kind: 'HorizontalPodAutoscaler',
    body: record({
      spec: record(
        { scaleTargetRef: { kind: 'Deployment', name: 'nobody' }, maxReplicas: oneOf(3, 9) },
        { targetCPUUtilizationPercentage: oneOf(50, 80) },
      ),
    }),
  },
  { apiVersion: 'policy/v1', kind: 'PodDisruptionBudget', body: record({ spec: budget }) },
];
