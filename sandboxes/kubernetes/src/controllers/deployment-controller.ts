/** Rolls templates out: one ReplicaSet per version of a template, old ones shrinking as the new one grows. */

import type { Json, JsonObject } from '@trueup/diagnostics';

import { formatTime } from '../cluster/clock.ts';
import { type Draft, ensureDraft } from '../object/draft.ts';
import {
  readAt,
  readFlag,
  readNumber,
  readObject,
  readText,
  readTexts,
} from '../object/read-fields.ts';
import { type Condition, nextCondition, otherConditions } from './conditions.ts';
import type { Controller, ControllerContext } from './controller.ts';
import {
  controlledBy,
  find,
  isBeingDeleted,
  type Known,
  ownedBy,
  ownerIn,
} from './owned-objects.ts';
import { hashTemplate } from './template-hash.ts';

const sets = 'apps/replicasets';
const revisionKey = 'deployment.kubernetes.io/revision';
const component = 'deployment-controller';

export function createDeploymentController(context: ControllerContext): Controller {
  const { cluster } = context;
  return {
    concerns: ({ object }) => {
      if (object.resource === 'apps/deployments') return [object];
      return object.resource === sets ? ownerIn(cluster, object, 'apps/deployments') : [];
    },
    reconcile: (identity) => {
      const deployment = find(cluster, identity);
      if (deployment) reconcile(context, deployment);
    },
  };
}

function reconcile(context: ControllerContext, deployment: Known): void {
  const { cluster } = context;
  if (!isBeingDeleted(deployment.value)) rollOut(context, deployment);
  const fresh = find(cluster, deployment.stored);
  if (fresh) reportStatus(context, fresh);
}

interface Rollout {
  readonly deployment: Known;
  readonly current: Known | undefined;
  readonly old: readonly Known[];
  readonly wanted: number;
}

function readRollout(context: ControllerContext, deployment: Known): Rollout {
  const all = ownedBy(context.cluster, deployment.stored, sets);
  const hash = hashTemplate(readObject(deployment.value, 'spec', 'template'));
  const current = all.find(
    ({ value }) => readText(value, 'metadata', 'labels', 'pod-template-hash') === hash,
  );
  return {
    deployment,
    current,
    old: all.filter((one) => one !== current),
    wanted: readNumber(deployment.value, 'spec', 'replicas') ?? 1,
  };
}

function rollOut(context: ControllerContext, deployment: Known): void {
  const isPaused = readFlag(deployment.value, 'spec', 'paused') === true;
  if (!(isPaused || readRollout(context, deployment).current)) createSet(context, deployment);
  renumber(context, deployment);
  const rollout = readRollout(context, deployment);
  const recreates = readText(deployment.value, 'spec', 'strategy', 'type') === 'Recreate';
  if (isPaused) scaleTogether(context, rollout);
  else if (recreates) recreate(context, rollout);
  else roll(context, rollout);
  trimHistory(context, rollout);
}

/** A template that comes back is the newest revision again. */
function renumber(context: ControllerContext, deployment: Known): void {
  const { current, old } = readRollout(context, deployment);
  const newest = Math.max(0, ...old.map(revisionOf));
  if (!current || revisionOf(current) > newest) return;
  context.client.update(current.stored, '', (draft) => {
    const annotations = ensureDraft(ensureDraft(draft, 'metadata'), 'annotations');
    annotations[revisionKey] = String(newest + 1);
  });
}

function createSet(context: ControllerContext, deployment: Known): void {
  const { cluster, client, events } = context;
  const { value, stored } = deployment;
  const template = readObject(value, 'spec', 'template');
  const hash = hashTemplate(template);
  const old = ownedBy(cluster, stored, sets);
  const revision = 1 + Math.max(0, ...old.map(revisionOf));
  const labels = { ...readTexts(template, 'metadata', 'labels'), 'pod-template-hash': hash };
  // With nothing to replace there is nothing to wait for.
  const replicas = old.length === 0 ? (readNumber(value, 'spec', 'replicas') ?? 1) : 0;
  client.create(sets, stored.namespace, {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: {
      name: `${stored.name}-${hash}`,
      labels,
      annotations: { [revisionKey]: String(revision), ...sizesOf(value) },
      ownerReferences: [controlledBy(deployment)],
    },
    spec: {
      replicas,
      ...(readNumber(value, 'spec', 'minReadySeconds') !== undefined && {
        minReadySeconds: readNumber(value, 'spec', 'minReadySeconds') ?? 0,
      }),
      selector: withHash(readObject(value, 'spec', 'selector'), hash),
      template: { ...template, metadata: { ...readObject(template, 'metadata'), labels } },
    },
  });
  if (replicas === 0) return;
  const message = `Scaled up replica set ${stored.name}-${hash} from 0 to ${replicas}`;
  events.record(value, { type: 'Normal', reason: 'ScalingReplicaSet', message, component });
}

/** How many pods there should be, and may be during a rollout. */
function sizesOf(deployment: JsonObject): Readonly<Record<string, string>> {
  const wanted = readNumber(deployment, 'spec', 'replicas') ?? 1;
  const rolling = readAt(deployment, 'spec', 'strategy', 'rollingUpdate', 'maxSurge');
  const surge = rolling === undefined ? 0 : resolveShare(rolling, wanted, Math.ceil);
  return {
    'deployment.kubernetes.io/desired-replicas': String(wanted),
    'deployment.kubernetes.io/max-replicas': String(wanted + surge),
  };
}

function withHash(selector: JsonObject, hash: string): JsonObject {
  const labels = { ...readTexts(selector, 'matchLabels'), 'pod-template-hash': hash };
  return { ...selector, matchLabels: labels };
}

function revisionOf({ value }: Known): number {
  return Number(readText(value, 'metadata', 'annotations', revisionKey) ?? 0);
}

function replicasOf(set: Known | undefined): number {
  return readNumber(set?.value, 'spec', 'replicas') ?? 0;
}

function sum(list: readonly Known[], count: (one: Known) => number): number {
  return list.reduce((total, one) => total + count(one), 0);
}

function available({ value }: Known): number {
  return readNumber(value, 'status', 'availableReplicas') ?? 0;
}

function recreate(context: ControllerContext, { current, old, wanted }: Rollout): void {
  for (const set of old) scale(context, set, 0);
  const remaining = sum(old, ({ value }) => readNumber(value, 'status', 'replicas') ?? 0);
  if (current && remaining === 0) scale(context, current, wanted);
}

/** Never more than the surge allows, never fewer ready ones than the budget asks for. */
function roll(context: ControllerContext, rollout: Rollout): void {
  const { deployment, current, old, wanted } = rollout;
  if (!current) return;
  const strategy = readObject(deployment.value, 'spec', 'strategy', 'rollingUpdate');
  const surge = resolveShare(readAt(strategy, 'maxSurge'), wanted, Math.ceil);
  const spare = resolveShare(readAt(strategy, 'maxUnavailable'), wanted, Math.floor);
  const unavailable = surge === 0 && spare === 0 ? 1 : spare;
  const total = replicasOf(current) + sum(old, replicasOf);
  const room = wanted + surge - total;
  const grown = Math.min(wanted, replicasOf(current) + Math.max(0, room));
  scale(context, current, replicasOf(current) > wanted ? wanted : grown);
  shrink(context, rollout, wanted - unavailable);
}

function shrink(context: ControllerContext, { current, old }: Rollout, least: number): void {
  if (!current) return;
  const ready = available(current) + sum(old, available);
  // Pods that never became ready serve nobody.
  let spare = Math.max(0, ready - least);
  for (const set of old) {
    const useless = Math.max(0, replicasOf(set) - available(set));
    const taken = Math.min(replicasOf(set), useless + Math.min(spare, available(set)));
    spare -= Math.max(0, taken - useless);
    if (taken > 0) scale(context, set, replicasOf(set) - taken);
  }
}

function scaleTogether(context: ControllerContext, { current, old, wanted }: Rollout): void {
  const largest = [...(current ? [current] : []), ...old].toSorted(
    (a, b) => replicasOf(b) - replicasOf(a),
  )[0];
  if (largest)
    scale(
      context,
      largest,
      wanted -
        sum(
          old.filter((one) => one !== largest),
          replicasOf,
        ),
    );
}

function scale(context: ControllerContext, set: Known, replicas: number): void {
  const before = replicasOf(set);
  const wanted = Math.max(0, replicas);
  if (before === wanted) return;
  const { cluster, client, events } = context;
  const stored = cluster.store.get(set.stored);
  const [owner] = stored ? ownerIn(cluster, stored, 'apps/deployments') : [];
  const deployment = owner && find(cluster, owner);
  if (!stored || !deployment) return;
  client.update(stored, '', (draft) => {
    ensureDraft(draft, 'spec')['replicas'] = wanted;
    const annotations = ensureDraft(ensureDraft(draft, 'metadata'), 'annotations');
    Object.assign(annotations, sizesOf(deployment.value));
  });
  const direction = wanted > before ? 'up' : 'down';
  const message = `Scaled ${direction} replica set ${stored.name} from ${before} to ${wanted}`;
  events.record(deployment.value, {
    type: 'Normal',
    reason: 'ScalingReplicaSet',
    message,
    component,
  });
}

function trimHistory(context: ControllerContext, { deployment, old }: Rollout): void {
  const kept = readNumber(deployment.value, 'spec', 'revisionHistoryLimit') ?? 10;
  const idle = old
    .filter(
      (set) => replicasOf(set) === 0 && (readNumber(set.value, 'status', 'replicas') ?? 0) === 0,
    )
    .toSorted((a, b) => revisionOf(a) - revisionOf(b));
  for (const { stored } of idle.slice(0, Math.max(0, idle.length - kept)))
    context.client.delete(stored);
}

/** A number, or a share of `whole` in percent. */
function resolveShare(
  value: Json | undefined,
  whole: number,
  round: (share: number) => number,
): number {
  if (typeof value === 'number') return value;
  const percent = typeof value === 'string' ? Number.parseInt(value, 10) : 25;
  return round((percent * whole) / 100);
}

function reportStatus(context: ControllerContext, deployment: Known): void {
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
  context.client.updateStatus(deployment.stored, status, revision);
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
  if (!current) return undefined;
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

/** Since when the rollout should be over; negative while there is time. */
function overdueMs({ cluster }: ControllerContext, { deployment, current }: Rollout): number {
  const seconds = readNumber(deployment.value, 'spec', 'progressDeadlineSeconds') ?? 600;
  const since = Date.parse(readText(current?.value, 'metadata', 'creationTimestamp') ?? '');
  if (Number.isNaN(since) || seconds >= 2_147_483_647) return Number.NEGATIVE_INFINITY;
  return cluster.clock.now().getTime() - since - seconds * 1000;
}
