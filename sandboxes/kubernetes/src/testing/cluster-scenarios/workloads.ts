/** What controllers make of workloads, and what they say of it. */

import type { JsonObject } from '@trueup/diagnostics';

import type { Scenario, Step } from '../scenario.ts';
import {
  deployment,
  get,
  inNamespace,
  namespacePath,
  patch,
  post,
  remove,
  silently,
  template,
} from '../scenarios/steps.ts';
import { awaits, awaitsEnd, hasItems, isComplete, outline } from './outline.ts';

const deployments = inNamespace('apps/v1', 'deployments');
const replicaSets = inNamespace('apps/v1', 'replicasets');
const statefulSets = inNamespace('apps/v1', 'statefulsets');
const daemonSets = inNamespace('apps/v1', 'daemonsets');
const jobs = inNamespace('batch/v1', 'jobs');
const budgets = inNamespace('policy/v1', 'poddisruptionbudgets');
const pods = `${namespacePath}/pods`;
const claims = `${namespacePath}/persistentvolumeclaims`;

// biome-ignore lint/suspicious/noExplicitAny: tests look into objects of any kind.
type Any = any;

/** Its account is made a moment after its namespace, and no pod comes before it. */
const accountIsThere = silently(
  awaits(`${namespacePath}/serviceaccounts`, ({ items }) => items?.length > 0),
);

function isSeen({ metadata, status }: Any): boolean {
  return status?.observedGeneration === metadata.generation;
}

function isReady({ metadata, status }: Any): boolean {
  const isGoing = metadata.deletionTimestamp !== undefined;
  return (
    !isGoing &&
    status.conditions?.some(({ type, status: is }: Any) => type === 'Ready' && is === 'True')
  );
}

/** All of its pods are of the newest template and available, and there are no others. */
function isRolledOut(count: number): (body: Any) => boolean {
  return (body) => {
    if (!isSeen(body) || !isComplete(body)) return false;
    const { replicas, updatedReplicas, availableReplicas, terminatingReplicas = 0 } = body.status;
    const counts = [replicas, updatedReplicas, availableReplicas];
    return terminatingReplicas === 0 && counts.every((one) => one === count);
  };
}

const image = (name: string): JsonObject => ({
  spec: { template: { spec: { containers: [{ name: 'web', image: name }] } } },
});

function workload(kind: string, name: string, spec: JsonObject): JsonObject {
  return {
    apiVersion: 'apps/v1',
    kind,
    metadata: { name },
    spec: { selector: { matchLabels: { app: 'web' } }, template, ...spec },
  };
}

function job(spec: JsonObject = {}): Step {
  return post(jobs, {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name: 'work' },
    spec: {
      template: { spec: { restartPolicy: 'Never', containers: [{ name: 'a', image: 'a' }] } },
      ...spec,
    },
  });
}

const scenarios: readonly Scenario[] = [
  {
    name: 'a Deployment becomes available',
    steps: [
      accountIsThere,
      silently(post(deployments, deployment('web', { replicas: 2 }))),
      awaits(`${deployments}/web`, isRolledOut(2)),
      awaits(replicaSets, ({ items }) => items[0]?.status?.availableReplicas === 2),
      get(pods),
    ],
  },
  {
    name: 'a Deployment rolls out, and back',
    steps: [
      accountIsThere,
      silently(post(deployments, deployment('web', { replicas: 2 }))),
      silently(awaits(`${deployments}/web`, isRolledOut(2))),
      silently(patch('strategic-merge', `${deployments}/web`, image('registry.example/web:2'))),
      awaits(`${deployments}/web`, isRolledOut(2)),
      awaits(replicaSets, ({ items }) => items.some(({ status }: Any) => status.replicas === 0)),
      silently(patch('strategic-merge', `${deployments}/web`, image('registry.example/web:1'))),
      awaits(`${deployments}/web`, isRolledOut(2)),
    ],
  },
  {
    name: 'a Deployment of nothing',
    steps: [
      silently(post(deployments, deployment('web', { replicas: 0 }))),
      awaits(`${deployments}/web`, (body) => isSeen(body) && isComplete(body)),
      get(replicaSets),
      get(pods),
    ],
  },
  {
    name: 'a Deployment is scaled',
    steps: [
      accountIsThere,
      silently(post(deployments, deployment('web', { replicas: 1 }))),
      silently(awaits(`${deployments}/web`, isRolledOut(1))),
      silently(patch('merge', `${deployments}/web/scale`, { spec: { replicas: 3 } })),
      awaits(`${deployments}/web`, isRolledOut(3)),
      silently(patch('merge', `${deployments}/web/scale`, { spec: { replicas: 0 } })),
      awaits(
        `${deployments}/web`,
        (body) => isSeen(body) && !body.status.replicas && !body.status.terminatingReplicas,
      ),
      awaits(pods, hasItems(0)),
    ],
  },
  {
    name: 'a paused Deployment does not roll out',
    steps: [
      accountIsThere,
      silently(post(deployments, deployment('web'))),
      silently(awaits(`${deployments}/web`, isRolledOut(1))),
      silently(patch('merge', `${deployments}/web`, { spec: { paused: true } })),
      silently(patch('strategic-merge', `${deployments}/web`, image('registry.example/web:2'))),
      awaits(
        `${deployments}/web`,
        (body) =>
          isSeen(body) &&
          body.status.conditions.some(({ reason }: Any) => reason === 'DeploymentPaused'),
      ),
      get(replicaSets),
      silently(patch('merge', `${deployments}/web`, { spec: { paused: null } })),
      awaits(`${deployments}/web`, isRolledOut(1)),
    ],
  },
  {
    name: 'a Deployment that recreates its pods',
    steps: [
      accountIsThere,
      silently(post(deployments, deployment('web', { strategy: { type: 'Recreate' } }))),
      silently(awaits(`${deployments}/web`, isRolledOut(1))),
      silently(patch('strategic-merge', `${deployments}/web`, image('registry.example/web:2'))),
      awaits(`${deployments}/web`, isRolledOut(1)),
    ],
  },
  {
    name: 'a pod of a ReplicaSet is replaced',
    steps: [
      accountIsThere,
      silently(post(replicaSets, workload('ReplicaSet', 'web', { replicas: 1 }))),
      awaits(`${replicaSets}/web`, ({ status }) => status?.availableReplicas === 1),
      silently(remove(`${pods}?gracePeriodSeconds=0`)),
      awaits(pods, ({ items }) => items.length === 1 && items.every(isReady)),
      awaits(`${replicaSets}/web`, ({ status }) => status?.availableReplicas === 1),
    ],
  },
  {
    name: 'a ReplicaSet takes pods that are nobody’s',
    steps: [
      accountIsThere,
      silently(
        post(pods, {
          apiVersion: 'v1',
          kind: 'Pod',
          metadata: { name: 'alone', labels: { app: 'web' } },
          spec: { containers: [{ name: 'web', image: 'web' }] },
        }),
      ),
      silently(post(replicaSets, workload('ReplicaSet', 'web', { replicas: 1 }))),
      awaits(`${replicaSets}/web`, ({ status }) => status?.availableReplicas === 1),
      get(`${pods}/alone`),
      get(pods),
    ],
  },
  {
    name: 'a StatefulSet numbers its pods, and gives them volumes',
    steps: [
      accountIsThere,
      silently(
        post(
          statefulSets,
          workload('StatefulSet', 'web', {
            replicas: 2,
            serviceName: 'web',
            podManagementPolicy: 'Parallel',
          }),
        ),
      ),
      awaits(
        `${statefulSets}/web`,
        (body) =>
          isSeen(body) &&
          body.status.availableReplicas === 2 &&
          body.status.updatedReplicas === 2 &&
          body.status.currentRevision === body.status.updateRevision,
      ),
      get(pods),
      silently(patch('merge', `${statefulSets}/web/scale`, { spec: { replicas: 1 } })),
      awaits(pods, hasItems(1)),
    ],
  },
  {
    name: 'a StatefulSet keeps the claims of its pods',
    pick: (body, step) =>
      step === 4
        ? outline(body)
        : ((outline(body) as { name?: string }[]).map?.(({ name }) => name ?? null) ??
          outline(body)),
    steps: [
      accountIsThere,
      silently(
        post(
          statefulSets,
          workload('StatefulSet', 'web', {
            replicas: 1,
            serviceName: 'web',
            volumeClaimTemplates: [
              {
                metadata: { name: 'data' },
                spec: {
                  accessModes: ['ReadWriteOnce'],
                  resources: { requests: { storage: '1Gi' } },
                },
              },
            ],
          }),
        ),
      ),
      awaits(claims, hasItems(1)),
      silently(remove(`${statefulSets}/web`)),
      awaitsEnd(`${statefulSets}/web`),
      get(claims),
    ],
  },
  {
    name: 'a DaemonSet puts a pod on every node',
    steps: [
      accountIsThere,
      silently(post(daemonSets, workload('DaemonSet', 'web', {}))),
      awaits(
        `${daemonSets}/web`,
        (body) =>
          isSeen(body) &&
          body.status.numberAvailable === 3 &&
          body.status.updatedNumberScheduled === 3,
      ),
      get(pods),
      silently(patch('strategic-merge', `${daemonSets}/web`, image('registry.example/web:2'))),
      awaits(
        `${daemonSets}/web`,
        (body) =>
          isSeen(body) &&
          body.status.numberAvailable === 3 &&
          body.status.updatedNumberScheduled === 3,
      ),
    ],
  },
  {
    name: 'a Job completes',
    steps: [
      accountIsThere,
      silently(job()),
      awaits(`${jobs}/work`, ({ status }) =>
        status?.conditions?.some(({ type }: Any) => type === 'Complete'),
      ),
      get(pods),
    ],
  },
  {
    name: 'a Job of several pods completes',
    steps: [
      accountIsThere,
      silently(job({ completions: 3, parallelism: 2 })),
      awaits(`${jobs}/work`, ({ status }) =>
        status?.conditions?.some(({ type }: Any) => type === 'Complete'),
      ),
    ],
  },
  {
    name: 'a suspended Job waits',
    steps: [
      accountIsThere,
      silently(job({ suspend: true })),
      awaits(`${jobs}/work`, ({ status }) =>
        status?.conditions?.some(({ type }: Any) => type === 'Suspended'),
      ),
      get(pods),
      silently(patch('merge', `${jobs}/work`, { spec: { suspend: false } })),
      awaits(`${jobs}/work`, ({ status }) =>
        status?.conditions?.some(({ type }: Any) => type === 'Complete'),
      ),
    ],
  },
  {
    name: 'a budget counts the pods that it guards',
    steps: [
      accountIsThere,
      silently(
        post(budgets, {
          apiVersion: 'policy/v1',
          kind: 'PodDisruptionBudget',
          metadata: { name: 'web' },
          spec: { maxUnavailable: 1, selector: { matchLabels: { app: 'web' } } },
        }),
      ),
      silently(post(deployments, deployment('web', { replicas: 2 }))),
      awaits(`${budgets}/web`, (body) => isSeen(body) && body.status.currentHealthy === 2),
    ],
  },
  {
    name: 'a pod gets the account of its namespace',
    pick: (body) => {
      const { spec, reason } = body as Any;
      if (!spec) return { reason: reason ?? null };
      return {
        account: spec.serviceAccountName ?? null,
        volumes: spec.volumes?.map(({ projected }: Any) => projected?.sources) ?? null,
        mounts:
          spec.containers[0].volumeMounts?.map(({ mountPath, readOnly }: Any) => ({
            mountPath,
            readOnly,
          })) ?? null,
      };
    },
    steps: [
      accountIsThere,
      post(`${pods}?dryRun=All`, podWith({})),
      post(`${pods}?dryRun=All`, podWith({ automountServiceAccountToken: false })),
      post(`${pods}?dryRun=All`, podWith({ serviceAccountName: 'none' })),
    ],
  },
  {
    name: 'a claim that nobody uses goes',
    steps: [
      accountIsThere,
      silently(
        post(claims, {
          apiVersion: 'v1',
          kind: 'PersistentVolumeClaim',
          metadata: { name: 'data' },
          spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
        }),
      ),
      silently(remove(`${claims}/data`)),
      awaitsEnd(`${claims}/data`),
    ],
  },
];

function podWith(spec: JsonObject): JsonObject {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'a' },
    spec: { containers: [{ name: 'a', image: 'a' }], ...spec },
  };
}

export const workloadScenarios: readonly Scenario[] = scenarios.map((one) => ({
  pick: outline,
  ...one,
}));
