import type { Json, JsonObject } from '@trueup/diagnostics';
import { describe, expect, it } from 'vitest';

import { assessHealth } from './assess-health.ts';

const api: Readonly<Record<string, string>> = {
  Deployment: 'apps/v1',
  StatefulSet: 'apps/v1',
  DaemonSet: 'apps/v1',
  ReplicaSet: 'apps/v1',
  Job: 'batch/v1',
  CronJob: 'batch/v1',
  PodDisruptionBudget: 'policy/v1',
  CustomResourceDefinition: 'apiextensions.k8s.io/v1',
  APIService: 'apiregistration.k8s.io/v1',
  Ingress: 'networking.k8s.io/v1',
  HorizontalPodAutoscaler: 'autoscaling/v2',
  HTTPRoute: 'gateway.networking.k8s.io/v1',
  Workflow: 'argoproj.io/v1alpha1',
  Rollout: 'argoproj.io/v1alpha1',
  Widget: 'example.com/v1',
};

function object(kind: string, spec: Json, status?: Json, metadata: Json = {}): JsonObject {
  const apiVersion = api[kind] ?? 'v1';
  return { apiVersion, kind, metadata, spec, ...(status !== undefined && { status }) };
}

const is = (type: string, status: string, reason = 'Because') => ({ type, status, reason });
const rolled = [is('Progressing', 'True', 'NewReplicaSetAvailable'), is('Available', 'True')];
const counts = (total: number, updated = total, ready = updated, available = ready) => ({
  replicas: total,
  updatedReplicas: updated,
  readyReplicas: ready,
  availableReplicas: available,
});
const daemons = (wanted: number, ready: number) => ({
  desiredNumberScheduled: wanted,
  currentNumberScheduled: wanted,
  updatedNumberScheduled: wanted,
  numberAvailable: ready,
  numberReady: ready,
});
const waiting = (reason: string) => [{ name: 'web', state: { waiting: { reason } } }];

describe('health', () => {
  it.each<[string, JsonObject | undefined, string]>([
    ['what does not exist', undefined, 'not-found NotFound'],
    ['what says nothing', object('ConfigMap', {}), 'current Current'],
    [
      'a deletion',
      object('ConfigMap', {}, {}, { deletionTimestamp: 'x' }),
      'terminating Terminating',
    ],
    [
      'a status of before',
      object('Deployment', {}, { observedGeneration: 1 }, { generation: 2 }),
      'in-progress GenerationNotObserved',
    ],

    ['deployment: new', object('Deployment', {}), 'in-progress LessReplicas'],
    ['deployment: none asked for', object('Deployment', { replicas: 0 }), 'current Current'],
    [
      'deployment: scaling to none',
      object('Deployment', { replicas: 0 }, counts(2)),
      'in-progress ExtraPods',
    ],
    [
      'deployment: old pods',
      object('Deployment', { replicas: 2 }, counts(2, 1)),
      'in-progress LessUpdatedReplicas',
    ],
    [
      'deployment: not ready',
      object('Deployment', { replicas: 2 }, counts(2, 2, 1)),
      'in-progress LessReadyReplicas',
    ],
    [
      'deployment: too many',
      object('Deployment', { replicas: 2 }, counts(3, 2)),
      'in-progress ExtraPods',
    ],
    [
      'deployment: not available',
      object('Deployment', { replicas: 2 }, counts(2, 2, 2, 1)),
      'in-progress LessAvailable',
    ],
    [
      'deployment: rolling',
      object(
        'Deployment',
        {},
        { ...counts(1), conditions: [is('Progressing', 'True', 'ReplicaSetUpdated')] },
      ),
      'in-progress ReplicaSetNotAvailable',
    ],
    [
      'deployment: done',
      object('Deployment', { replicas: 2 }, { ...counts(2), conditions: rolled }),
      'current Current',
    ],
    [
      'deployment: too slow',
      object(
        'Deployment',
        {},
        { conditions: [is('Progressing', 'False', 'ProgressDeadlineExceeded')] },
      ),
      'failed ProgressDeadlineExceeded',
    ],
    [
      'deployment: refused',
      object('Deployment', {}, { conditions: [is('ReplicaFailure', 'True', 'FailedCreate')] }),
      'failed FailedCreate',
    ],

    ['stateful set: new', object('StatefulSet', {}), 'in-progress LessReplicas'],
    [
      'stateful set: rolling',
      object('StatefulSet', {}, { ...counts(1), currentRevision: 'a', updateRevision: 'b' }),
      'in-progress RevisionMismatch',
    ],
    [
      'stateful set: done',
      object('StatefulSet', {}, { ...counts(1), currentRevision: 'b', updateRevision: 'b' }),
      'current Current',
    ],
    [
      'stateful set: partition',
      object(
        'StatefulSet',
        { replicas: 3, updateStrategy: { rollingUpdate: { partition: 2 } } },
        counts(3, 0, 3),
      ),
      'in-progress PartitionRollout',
    ],
    [
      'stateful set: partition done',
      object(
        'StatefulSet',
        { replicas: 3, updateStrategy: { rollingUpdate: { partition: 2 } } },
        counts(3, 1, 3),
      ),
      'current Current',
    ],
    [
      'stateful set: by hand',
      object('StatefulSet', { updateStrategy: { type: 'OnDelete' } }),
      'current Current',
    ],

    ['daemon set: new', object('DaemonSet', {}), 'in-progress NoDesiredNumber'],
    ['daemon set: no nodes', object('DaemonSet', {}, daemons(0, 0)), 'current Current'],
    ['daemon set: rolling', object('DaemonSet', {}, daemons(3, 2)), 'in-progress LessReady'],
    ['daemon set: done', object('DaemonSet', {}, daemons(3, 3)), 'current Current'],

    [
      'replica set: rolling',
      object('ReplicaSet', {}, counts(1, 1, 0)),
      'in-progress LessAvailableReplicas',
    ],
    ['replica set: done', object('ReplicaSet', {}, counts(1)), 'current Current'],

    ['pod: new', object('Pod', {}), 'in-progress PhaseUnknown'],
    ['pod: pending', object('Pod', {}, { phase: 'Pending' }), 'in-progress Pending'],
    [
      'pod: no node',
      object(
        'Pod',
        {},
        { phase: 'Pending', conditions: [is('PodScheduled', 'False', 'Unschedulable')] },
      ),
      'in-progress Unschedulable',
    ],
    [
      'pod: no image',
      object('Pod', {}, { phase: 'Pending', containerStatuses: waiting('ImagePullBackOff') }),
      'in-progress ImagePullBackOff',
    ],
    [
      'pod: no such image name',
      object('Pod', {}, { phase: 'Pending', containerStatuses: waiting('InvalidImageName') }),
      'failed InvalidImageName',
    ],
    ['pod: starting', object('Pod', {}, { phase: 'Running' }), 'in-progress NotReady'],
    [
      'pod: crashing',
      object('Pod', {}, { phase: 'Running', containerStatuses: waiting('CrashLoopBackOff') }),
      'failed CrashLoopBackOff',
    ],
    [
      'pod: ready',
      object('Pod', {}, { phase: 'Running', conditions: [is('Ready', 'True')] }),
      'current Current',
    ],
    ['pod: done', object('Pod', {}, { phase: 'Succeeded' }), 'current Current'],
    ['pod: lost', object('Pod', {}, { phase: 'Failed', reason: 'Evicted' }), 'failed Evicted'],

    ['job: new', object('Job', {}), 'in-progress NotStarted'],
    ['job: running', object('Job', {}, { startTime: 'x', active: 1 }), 'in-progress Running'],
    ['job: suspended', object('Job', { suspend: true }), 'current Current'],
    [
      'job: complete',
      object('Job', {}, { conditions: [is('Complete', 'True')] }),
      'current Current',
    ],
    [
      'job: failed',
      object('Job', {}, { conditions: [is('Failed', 'True', 'BackoffLimitExceeded')] }),
      'failed BackoffLimitExceeded',
    ],
    ['cron job', object('CronJob', {}), 'current Current'],

    [
      'budget: met',
      object('PodDisruptionBudget', {}, { currentHealthy: 2, desiredHealthy: 2 }),
      'current Current',
    ],
    [
      'budget: not met',
      object('PodDisruptionBudget', {}, { currentHealthy: 1, desiredHealthy: 2 }),
      'in-progress BudgetNotMet',
    ],

    [
      'claim: pending',
      object('PersistentVolumeClaim', {}, { phase: 'Pending' }),
      'in-progress NotBound',
    ],
    ['claim: bound', object('PersistentVolumeClaim', {}, { phase: 'Bound' }), 'current Current'],
    ['claim: lost', object('PersistentVolumeClaim', {}, { phase: 'Lost' }), 'failed Lost'],
    [
      'volume: available',
      object('PersistentVolume', {}, { phase: 'Available' }),
      'current Current',
    ],
    ['volume: failed', object('PersistentVolume', {}, { phase: 'Failed' }), 'failed Failed'],

    ['service', object('Service', {}), 'current Current'],
    ['load balancer: new', object('Service', { type: 'LoadBalancer' }), 'in-progress NoAddress'],
    [
      'load balancer: done',
      object('Service', { type: 'LoadBalancer' }, { loadBalancer: { ingress: [{ ip: '::1' }] } }),
      'current Current',
    ],
    ['ingress', object('Ingress', {}), 'current Current'],
    ['namespace', object('Namespace', {}, { phase: 'Active' }), 'current Current'],
    [
      'namespace: going',
      object('Namespace', {}, { phase: 'Terminating' }),
      'terminating Terminating',
    ],

    ['definition: new', object('CustomResourceDefinition', {}), 'in-progress Installing'],
    [
      'definition: established',
      object('CustomResourceDefinition', {}, { conditions: [is('Established', 'True')] }),
      'current Current',
    ],
    [
      'definition: names taken',
      object(
        'CustomResourceDefinition',
        {},
        { conditions: [is('NamesAccepted', 'False', 'ListKindConflict')] },
      ),
      'failed ListKindConflict',
    ],
    ['api service: new', object('APIService', {}), 'in-progress NotAvailable'],
    [
      'api service: down',
      object('APIService', {}, { conditions: [is('Available', 'False', 'MissingEndpoints')] }),
      'in-progress MissingEndpoints',
    ],
    [
      'api service: up',
      object('APIService', {}, { conditions: [is('Available', 'True')] }),
      'current Current',
    ],
    [
      'autoscaler: lost',
      object(
        'HorizontalPodAutoscaler',
        {},
        { conditions: [is('AbleToScale', 'False', 'FailedGetScale')] },
      ),
      'failed FailedGetScale',
    ],
    [
      'autoscaler: no metrics yet',
      object(
        'HorizontalPodAutoscaler',
        {},
        { conditions: [is('ScalingActive', 'False', 'FailedGetResourceMetric')] },
      ),
      'in-progress FailedGetResourceMetric',
    ],
    ['autoscaler: new', object('HorizontalPodAutoscaler', {}), 'current Current'],
    [
      'route: refused',
      object(
        'HTTPRoute',
        {},
        { parents: [{ conditions: [is('Accepted', 'False', 'NoMatchingParent')] }] },
      ),
      'failed NoMatchingParent',
    ],
    ['workflow: done', object('Workflow', {}, { phase: 'Succeeded' }), 'current Current'],
    ['workflow: lost', object('Workflow', {}, { phase: 'Error' }), 'failed WorkflowFailed'],
    ['rollout: paused', object('Rollout', {}, { phase: 'Paused' }), 'in-progress Progressing'],

    [
      'any kind: stalled',
      object('Widget', {}, { conditions: [is('Stalled', 'True')] }),
      'failed Because',
    ],
    [
      'any kind: at work',
      object('Widget', {}, { conditions: [is('Reconciling', 'True')] }),
      'in-progress Because',
    ],
    [
      'any kind: not ready',
      object('Widget', {}, { conditions: [is('Ready', 'False')] }),
      'in-progress Because',
    ],
    [
      'any kind: ready',
      object('Widget', {}, { conditions: [is('Ready', 'True')] }),
      'current Current',
    ],
    [
      'a reason that is no word',
      object('Widget', {}, { conditions: [is('Ready', 'False', 'no word')] }),
      'in-progress Unspecified',
    ],
  ])('%s', (_name, body, expected) => {
    const { status, reason } = assessHealth(body);

    expect(`${status} ${reason}`).toBe(expected);
  });
});

describe('custom rules', () => {
  const ruled = (
    rules: Readonly<Record<string, string>>,
    status: Json = { size: 3, phase: 'Up' },
  ) => {
    const annotations = Object.fromEntries(
      Object.entries(rules).map(([name, rule]) => [`trueup.dev/health-${name}`, rule]),
    );
    return assessHealth(object('Widget', { size: 3 }, status, { annotations }));
  };

  it.each<[string, Readonly<Record<string, string>>, string]>([
    ['holds', { current: 'self.status.size == self.spec.size' }, 'current Current'],
    ['does not hold', { current: 'self.status.size > 3' }, 'in-progress NotCurrentByRule'],
    [
      'names a field that is not there yet',
      { current: 'self.status.other.x == 1' },
      'in-progress NotCurrentByRule',
    ],
    [
      'says that it failed',
      { failed: 'self.status.phase == "Up"', current: 'true' },
      'failed FailedByRule',
    ],
    ['says that it did not fail', { failed: 'self.status.phase == "Down"' }, 'current Current'],
    ['loops', { current: '[1, 2].exists(n, n + 1 == self.status.size)' }, 'current Current'],
    ['is no CEL', { current: 'self.status.size ==' }, 'unknown RuleBroken'],
    ['is no condition', { current: 'self.status.size' }, 'unknown RuleBroken'],
    [
      'uses regular expressions',
      { current: 'self.status.phase.matches("(a+)+$")' },
      'unknown RuleBroken',
    ],
    [
      'loops within loops within loops',
      { current: '[1].all(a, [1].all(b, [1].all(c, a == b && b == c)))' },
      'unknown RuleBroken',
    ],
    ['is too long', { current: `true ${'|| false '.repeat(200)}` }, 'unknown RuleBroken'],
  ])('a rule that %s', (_name, rules, expected) => {
    const { status, reason } = ruled(rules);

    expect(`${status} ${reason}`).toBe(expected);
  });

  it('are not run over what is too large', () => {
    const items = Array.from({ length: 6000 }, (_item, index) => index);

    expect(ruled({ current: 'true' }, { items }).reason).toBe('RuleTooLarge');
  });
});
