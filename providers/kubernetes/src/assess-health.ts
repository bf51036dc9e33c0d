/**
 * Judges an object by the rules of kstatus: what is being deleted, what was not looked at since the
 * last edit, what its kind reports, then the conditions that controllers agree on.
 */
import { isJsonObject, type JsonObject, readField, readText } from '@trueup/diagnostics';
import type { Health } from '@trueup/provider-sdk';

import {
  assessApiService,
  assessAutoscaler,
  assessDefinition,
  assessIngress,
  assessNamespace,
  assessRollout,
  assessRoute,
  assessService,
  assessVolume,
  assessVolumeClaim,
  assessWorkflow,
} from './health/assess-cluster-kinds.ts';
import { assessPod } from './health/assess-pod.ts';
import {
  assessCronJob,
  assessDaemonSet,
  assessDeployment,
  assessJob,
  assessPodDisruptionBudget,
  assessReplicaSet,
  assessReplicationController,
  assessStatefulSet,
} from './health/assess-workloads.ts';
import { assessByRules } from './health/custom-rules.ts';
import { type Assess, byCondition, conditionOf, current, verdict } from './health/verdict.ts';
import { formatKind, kindOf } from './order/resource-kind.ts';

const byKind: ReadonlyMap<string, Assess> = new Map([
  ['Deployment.apps', assessDeployment],
  ['StatefulSet.apps', assessStatefulSet],
  ['DaemonSet.apps', assessDaemonSet],
  ['ReplicaSet.apps', assessReplicaSet],
  ['ReplicationController', assessReplicationController],
  ['Pod', assessPod],
  ['Job.batch', assessJob],
  ['CronJob.batch', assessCronJob],
  ['PodDisruptionBudget.policy', assessPodDisruptionBudget],
  ['PersistentVolumeClaim', assessVolumeClaim],
  ['PersistentVolume', assessVolume],
  ['Service', assessService],
  ['Namespace', assessNamespace],
  ['CustomResourceDefinition.apiextensions.k8s.io', assessDefinition],
  ['APIService.apiregistration.k8s.io', assessApiService],
  ['Ingress.networking.k8s.io', assessIngress],
  ['HorizontalPodAutoscaler.autoscaling', assessAutoscaler],
  ['HTTPRoute.gateway.networking.k8s.io', assessRoute],
  ['Workflow.argoproj.io', assessWorkflow],
  ['Rollout.argoproj.io', assessRollout],
]);

/** Conditions that controllers agree on. The first one that an object fulfils decides. */
const general: readonly (readonly [string, string, Health['status']])[] = [
  ['Stalled', 'True', 'failed'],
  ['Reconciling', 'True', 'in-progress'],
  ['Ready', 'False', 'in-progress'],
  ['Ready', 'Unknown', 'in-progress'],
];

/** An object that says nothing about itself is current as soon as it exists. */
export function assessHealth(body: JsonObject | undefined): Health {
  if (!isJsonObject(body)) return verdict('not-found', 'NotFound', 'It does not exist.');
  if (readText(body, 'metadata', 'deletionTimestamp') !== undefined) {
    return verdict('terminating', 'Terminating', 'It is being deleted.');
  }
  if (wasEdited(body)) {
    return verdict('in-progress', 'GenerationNotObserved', 'The latest edit was not seen yet.');
  }
  const judge = byKind.get(formatKind(kindOf(body)));
  return assessByRules(body) ?? judge?.(body) ?? assessConditions(body);
}

/** Whatever the status says, it speaks of the object before the latest edit. */
function wasEdited(body: JsonObject): boolean {
  const generation = readField(body, 'metadata', 'generation');
  const seen = readField(body, 'status', 'observedGeneration');
  return typeof seen === 'number' && typeof generation === 'number' && seen !== generation;
}

function assessConditions(body: JsonObject): Health {
  for (const [type, decisive, status] of general) {
    const condition = conditionOf(body, type);
    if (condition?.status === decisive) return byCondition(status, condition);
  }
  return current('It is as it should be.');
}
