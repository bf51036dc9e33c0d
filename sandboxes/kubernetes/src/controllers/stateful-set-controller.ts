/** Keeps the numbered pods of a StatefulSet and their claims, one after the other. */

import type { JsonObject } from '@trueup/diagnostics';

import { copyJson, type Draft, draftsIn, ensureDraft, toDraft } from '../object/draft.ts';
import { readNumber, readObject, readObjects, readText } from '../object/read-fields.ts';
import type { Controller, ControllerContext } from './controller.ts';
import { createPod } from './create-pod.ts';
import {
  controlledBy,
  find,
  isBeingDeleted,
  type Known,
  ownedBy,
  ownerIn,
} from './owned-objects.ts';
import { isPodEnded, isPodReady } from './pod-states.ts';
import { rememberRevision } from './revisions.ts';

const component = 'statefulset-controller';
const revisionLabel = 'controller-revision-hash';

export function createStatefulSetController(context: ControllerContext): Controller {
  const { cluster } = context;
  return {
    concerns: ({ object }) => {
      if (object.resource === 'apps/statefulsets') return [object];
      return object.resource === '/pods' ? ownerIn(cluster, object, 'apps/statefulsets') : [];
    },
    reconcile: (identity) => {
      const set = find(cluster, identity);
      if (set) reconcile(context, set);
    },
  };
}

function reconcile(context: ControllerContext, set: Known): void {
  const { cluster, client } = context;
  const hash = rememberRevision(context, set, 'controller.kubernetes.io/hash');
  const revision = `${set.stored.name}-${hash}`;
  if (!isBeingDeleted(set.value)) keepPods(context, set, revision);
  const fresh = find(cluster, set.stored);
  if (fresh) client.updateStatus(fresh.stored, statusOf(context, fresh, revision));
}

function ordinalOf(name: string): number {
  return Number(/-(\d+)$/.exec(name)?.[1] ?? -1);
}

function keepPods(context: ControllerContext, set: Known, revision: string): void {
  const wanted = readNumber(set.value, 'spec', 'replicas') ?? 1;
  const start = readNumber(set.value, 'spec', 'ordinals', 'start') ?? 0;
  const isParallel = readText(set.value, 'spec', 'podManagementPolicy') === 'Parallel';
  const pods = ownedBy(context.cluster, set.stored, '/pods');
  const range = { start, end: start + wanted };
  if (!fillUp(context, set, { pods, revision, range, isParallel })) return;
  const surplus = pods
    .filter(
      ({ stored }) => ordinalOf(stored.name) < range.start || ordinalOf(stored.name) >= range.end,
    )
    .toSorted((a, b) => ordinalOf(b.stored.name) - ordinalOf(a.stored.name));
  for (const { stored, value } of isParallel ? surplus : surplus.slice(0, 1)) {
    if (!isBeingDeleted(value)) context.client.delete(stored);
  }
  if (surplus.length === 0) updateOne(context, set, { pods, revision });
}

interface Filling {
  readonly pods: readonly Known[];
  readonly revision: string;
  readonly range: { readonly start: number; readonly end: number };
  readonly isParallel: boolean;
}

/** Whether all pods are there; unless in parallel, each one waits for the one before it. */
function fillUp(context: ControllerContext, set: Known, filling: Filling): boolean {
  const { pods, revision, range, isParallel } = filling;
  const known = new Map(pods.map((pod) => [ordinalOf(pod.stored.name), pod]));
  for (let ordinal = range.start; ordinal < range.end; ordinal += 1) {
    const pod = known.get(ordinal);
    if (!pod) createNumbered(context, set, { ordinal, revision });
    else if (isPodEnded(pod.value)) context.client.delete(pod.stored);
    const isUp = pod !== undefined && isPodReady(pod.value) && !isBeingDeleted(pod.value);
    if (!(isParallel || isUp)) return false;
  }
  return true;
}

/** Replaces the last pod of an old version, when all others are ready. */
function updateOne(
  context: ControllerContext,
  set: Known,
  { pods, revision }: { readonly pods: readonly Known[]; readonly revision: string },
): void {
  if (readText(set.value, 'spec', 'updateStrategy', 'type') === 'OnDelete') return;
  const partition =
    readNumber(set.value, 'spec', 'updateStrategy', 'rollingUpdate', 'partition') ?? 0;
  const [next] = pods
    .filter(
      ({ stored }) =>
        stored.labels[revisionLabel] !== revision && ordinalOf(stored.name) >= partition,
    )
    .toSorted((a, b) => ordinalOf(b.stored.name) - ordinalOf(a.stored.name));
  if (next && !isBeingDeleted(next.value)) context.client.delete(next.stored);
}

function createNumbered(
  context: ControllerContext,
  set: Known,
  { ordinal, revision }: { readonly ordinal: number; readonly revision: string },
): void {
  const name = `${set.stored.name}-${ordinal}`;
  const claims = readObjects(set.value, 'spec', 'volumeClaimTemplates');
  for (const claim of claims) createClaim(context, set, { claim, pod: name });
  createPod(context, set, {
    name,
    template: readObject(set.value, 'spec', 'template'),
    component,
    labels: {
      [revisionLabel]: revision,
      'statefulset.kubernetes.io/pod-name': name,
      'apps.kubernetes.io/pod-index': String(ordinal),
    },
    adjust: (pod) => {
      const spec = ensureDraft(pod, 'spec');
      spec['hostname'] = name;
      const service = readText(set.value, 'spec', 'serviceName') ?? '';
      if (service !== '') spec['subdomain'] = service;
      if (claims.length > 0)
        spec['volumes'] = [
          ...otherVolumes(spec, claims),
          ...claims.map((one) => volumeOf(one, name)),
        ];
    },
  });
}

function claimName(claim: JsonObject, pod: string): string {
  return `${readText(claim, 'metadata', 'name') ?? ''}-${pod}`;
}

function volumeOf(claim: JsonObject, pod: string): Draft {
  return {
    name: readText(claim, 'metadata', 'name') ?? '',
    persistentVolumeClaim: { claimName: claimName(claim, pod) },
  };
}

function otherVolumes(spec: Draft, claims: readonly JsonObject[]): Draft[] {
  const names = claims.map((claim) => readText(claim, 'metadata', 'name'));
  return draftsIn(spec, 'volumes').filter((one) => !names.includes(readText(one, 'name')));
}

function createClaim(
  { cluster, client }: ControllerContext,
  set: Known,
  { claim, pod }: { readonly claim: JsonObject; readonly pod: string },
): void {
  const name = claimName(claim, pod);
  const { namespace } = set.stored;
  if (cluster.store.get({ resource: '/persistentvolumeclaims', namespace, name })) return;
  const metadata = toDraft(readObject(claim, 'metadata'));
  const labels = {
    ...readObject(metadata, 'labels'),
    ...readObject(set.value, 'spec', 'selector', 'matchLabels'),
  };
  const isDeletedToo =
    readText(set.value, 'spec', 'persistentVolumeClaimRetentionPolicy', 'whenDeleted') === 'Delete';
  client.create('/persistentvolumeclaims', namespace, {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: {
      ...metadata,
      name,
      namespace,
      labels: copyJson(labels),
      ...(isDeletedToo && { ownerReferences: [controlledBy(set)] }),
    },
    spec: readObject(claim, 'spec'),
  });
}

function statusOf({ cluster }: ControllerContext, set: Known, revision: string): Draft {
  const pods = ownedBy(cluster, set.stored, '/pods').filter(({ value }) => !isBeingDeleted(value));
  const ready = pods.filter(({ value }) => isPodReady(value)).length;
  const updated = pods.filter(({ stored }) => stored.labels[revisionLabel] === revision).length;
  const wanted = readNumber(set.value, 'spec', 'replicas') ?? 1;
  const before = readText(set.value, 'status', 'currentRevision') ?? revision;
  const isDone = updated === wanted && ready === wanted;
  const current = isDone ? revision : before;
  const onCurrent = pods.filter(({ stored }) => stored.labels[revisionLabel] === current).length;
  return {
    observedGeneration: readNumber(set.value, 'metadata', 'generation') ?? 0,
    replicas: pods.length,
    availableReplicas: ready,
    ...(ready > 0 && { readyReplicas: ready }),
    ...(onCurrent > 0 && { currentReplicas: onCurrent }),
    ...(updated > 0 && { updatedReplicas: updated }),
    currentRevision: current,
    updateRevision: revision,
    collisionCount: 0,
  };
}
