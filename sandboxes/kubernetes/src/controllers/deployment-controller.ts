/** Rolls templates out: one ReplicaSet per version of a template, old ones shrinking as the new one grows. */

import type { JsonObject } from '@trueup/diagnostics';

import { ensureDraft } from '../object/draft.ts';
import {
  readAt,
  readFlag,
  readNumber,
  readObject,
  readText,
  readTexts,
} from '../object/read-fields.ts';
import type { Controller, ControllerContext } from './controller.ts';
import {
  available,
  type Rollout,
  readRollout,
  replicaSets,
  replicasOf,
  resolveShare,
  revisionKey,
  revisionOf,
  sum,
} from './deployment-rollout.ts';
import { reportStatus } from './deployment-status.ts';
import { controlledBy, find, isBeingDeleted, type Known, ownerIn } from './owned-objects.ts';
import { hashTemplate } from './template-hash.ts';

const component = 'deployment-controller';

export function createDeploymentController(context: ControllerContext): Controller {
  const { cluster } = context;
  return {
    concerns: ({ object }) => {
      if (object.resource === 'apps/deployments') return [object];
      return object.resource === replicaSets ? ownerIn(cluster, object, 'apps/deployments') : [];
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

function rollOut(context: ControllerContext, deployment: Known): void {
  const isPaused = readFlag(deployment.value, 'spec', 'paused') === true;
  const before = readRollout(context, deployment);
  const recreates = readText(deployment.value, 'spec', 'strategy', 'type') === 'Recreate';
  if (recreates && !isPaused && !isCleared(context, before)) return;
  if (!(isPaused || before.current)) createSet(context, before);
  renumber(context, deployment);
  const rollout = readRollout(context, deployment);
  if (isPaused) scaleTogether(context, rollout);
  else if (recreates) scaleCurrent(context, rollout);
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

function createSet(context: ControllerContext, { deployment, old, wanted }: Rollout): void {
  const { client, events } = context;
  const { value, stored } = deployment;
  const template = readObject(value, 'spec', 'template');
  const hash = hashTemplate(template);
  const revision = 1 + Math.max(0, ...old.map(revisionOf));
  const labels = { ...readTexts(template, 'metadata', 'labels'), 'pod-template-hash': hash };
  const room = wanted + surgeOf(value) - sum(old, replicasOf);
  const replicas = Math.min(wanted, Math.max(0, room));
  client.create(replicaSets, stored.namespace, {
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
  return {
    'deployment.kubernetes.io/desired-replicas': String(wanted),
    'deployment.kubernetes.io/max-replicas': String(wanted + surgeOf(deployment)),
  };
}

function surgeOf(deployment: JsonObject): number {
  const wanted = readNumber(deployment, 'spec', 'replicas') ?? 1;
  const surge = readAt(deployment, 'spec', 'strategy', 'rollingUpdate', 'maxSurge');
  return surge === undefined ? 0 : resolveShare(surge, wanted, Math.ceil);
}

function withHash(selector: JsonObject, hash: string): JsonObject {
  const labels = { ...readTexts(selector, 'matchLabels'), 'pod-template-hash': hash };
  return { ...selector, matchLabels: labels };
}

/** Takes the old pods away. Whether they are gone, so that new ones may come. */
function isCleared(context: ControllerContext, { old }: Rollout): boolean {
  for (const set of old) scale(context, set, 0);
  return sum(old, ({ value }) => readNumber(value, 'status', 'replicas') ?? 0) === 0;
}

function scaleCurrent(context: ControllerContext, { current, wanted }: Rollout): void {
  if (current) scale(context, current, wanted);
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
