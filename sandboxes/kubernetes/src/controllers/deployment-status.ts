/** What a Deployment says of how it gets on. */

import { formatTime } from '../cluster/clock.ts';
import type { Draft } from '../object/draft.ts';
import { readAt, readFlag, readNumber, readObjects, readText } from '../object/read-fields.ts';
import { type Condition, nextCondition, otherConditions } from './conditions.ts';
import type { ControllerContext } from './controller.ts';
import {
  available,
  type Rollout,
  readRollout,
  replicasOf,
  resolveShare,
  revisionKey,
  revisionOf,
  sum,
} from './deployment-rollout.ts';
import type { Known } from './owned-objects.ts';

export function reportStatus(context: ControllerContext, deployment: Known): void {
  const rollout = readRollout(context, deployment);
  const { current, old } = rollout;
  const all = [...(current ? [current] : []), ...old];
  const number =
    (name: string) =>
    (one: Known): number =>
      readNumber(one.value, 'status', name) ?? 0;
  const counts = {
    replicas: sum(all, number('replicas')),
    updatedReplicas: sum(current ? [current] : [], number('replicas')),
    readyReplicas: sum(all, number('readyReplicas')),
    availableReplicas: sum(all, available),
  };
  const missing = Math.max(0, sum(all, replicasOf) - counts.availableReplicas);
  const shown = Object.entries(counts).filter(([, count]) => count > 0);
  const status: Draft = {
    observedGeneration: readNumber(deployment.value, 'metadata', 'generation') ?? 0,
    ...Object.fromEntries(shown),
    ...(missing > 0 && { unavailableReplicas: missing }),
    terminatingReplicas: sum(all, number('terminatingReplicas')),
    conditions: conditionsOf(context, rollout, counts),
  };
  const revision = current ? { [revisionKey]: String(revisionOf(current)) } : {};
  context.client.updateStatus(deployment.stored, status, { annotations: revision });
}

interface Counts {
  readonly replicas: number;
  readonly updatedReplicas: number;
  readonly availableReplicas: number;
}

function conditionsOf(context: ControllerContext, rollout: Rollout, counts: Counts): Draft[] {
  const { value } = rollout.deployment;
  const now = formatTime(context.cluster.clock.now());
  const progress = progressOf(context, rollout, counts);
  const own = [availabilityOf(rollout, counts), ...(progress ? [progress] : [])];
  return [
    ...own.map((condition) => nextCondition(value, condition, now)),
    ...otherConditions(value, ['Available', 'Progressing']),
  ];
}

function availabilityOf({ deployment, wanted }: Rollout, counts: Counts): Condition {
  const strategy = readAt(deployment.value, 'spec', 'strategy', 'rollingUpdate', 'maxUnavailable');
  const spare = strategy === undefined ? 0 : resolveShare(strategy, wanted, Math.floor);
  const isAvailable = counts.availableReplicas >= wanted - spare;
  return {
    type: 'Available',
    status: isAvailable ? 'True' : 'False',
    reason: isAvailable ? 'MinimumReplicasAvailable' : 'MinimumReplicasUnavailable',
    message: isAvailable
      ? 'Deployment has minimum availability.'
      : 'Deployment does not have minimum availability.',
  };
}

function progressOf(
  context: ControllerContext,
  rollout: Rollout,
  counts: Counts,
): Condition | undefined {
  const { deployment, current, wanted } = rollout;
  const paused = pauseOf(deployment);
  if (paused) return paused;
  if (!current) return knownProgress(deployment);
  const name = JSON.stringify(current.stored.name);
  const isDone =
    counts.updatedReplicas === wanted &&
    counts.replicas === wanted &&
    counts.availableReplicas === wanted;
  if (isDone) {
    const message = `ReplicaSet ${name} has successfully progressed.`;
    return { type: 'Progressing', status: 'True', reason: 'NewReplicaSetAvailable', message };
  }
  const overdue = overdueMs(context, rollout);
  if (overdue >= 0) {
    const message = `ReplicaSet ${name} has timed out progressing.`;
    return { type: 'Progressing', status: 'False', reason: 'ProgressDeadlineExceeded', message };
  }
  if (Number.isFinite(overdue)) context.lookLater(deployment.stored, -overdue);
  const message = `ReplicaSet ${name} is progressing.`;
  return { type: 'Progressing', status: 'True', reason: 'ReplicaSetUpdated', message };
}

/** Nobody knows how a Deployment gets on that is told not to. */
function pauseOf({ value }: Known): Condition | undefined {
  const isPaused = readFlag(value, 'spec', 'paused') === true;
  const isTimed = readNumber(value, 'spec', 'progressDeadlineSeconds') !== undefined;
  if (!(isPaused && isTimed)) return undefined;
  const message = 'Deployment is paused';
  return { type: 'Progressing', status: 'Unknown', reason: 'DeploymentPaused', message };
}

/** As it was said last, while there is no set of the newest template yet. */
function knownProgress({ value }: Known): Condition | undefined {
  const known = readObjects(value, 'status', 'conditions').find(
    ({ type }) => type === 'Progressing',
  );
  if (!known) return undefined;
  const status = known['status'] === 'False' ? 'False' : 'True';
  const [reason = '', message = ''] = ['reason', 'message'].map((name) => readText(known, name));
  return { type: 'Progressing', status, reason, message };
}

/** Since when the rollout should be over; negative while there is time. */
function overdueMs({ cluster }: ControllerContext, { deployment, current }: Rollout): number {
  const seconds = readNumber(deployment.value, 'spec', 'progressDeadlineSeconds') ?? 600;
  const since = Date.parse(readText(current?.value, 'metadata', 'creationTimestamp') ?? '');
  if (Number.isNaN(since) || seconds >= 2_147_483_647) return Number.NEGATIVE_INFINITY;
  return cluster.clock.now().getTime() - since - seconds * 1000;
}
