/** Keeps one pod of a DaemonSet on each node that it selects. */

import { type Draft, ensureDraft } from '../object/draft.ts';
import { readNumber, readObject, readText, readTexts } from '../object/read-fields.ts';
import type { Identity } from '../storage/stored-object.ts';
import type { Controller, ControllerContext } from './controller.ts';
import { createPod } from './create-pod.ts';
import { find, isBeingDeleted, type Known, ownedBy, ownerIn } from './owned-objects.ts';
import { isPodActive, isPodEnded, isPodReady } from './pod-states.ts';
import { rememberRevision } from './revisions.ts';

const component = 'daemonset-controller';
const revisionLabel = 'controller-revision-hash';
const sets = 'apps/daemonsets';

export function createDaemonSetController(context: ControllerContext): Controller {
  const { cluster } = context;
  return {
    concerns: ({ object, type }): readonly Identity[] => {
      if (object.resource === sets) return [object];
      // A node tells of itself all the time; only its coming and going matters.
      if (object.resource === '/nodes') return type === 'MODIFIED' ? [] : cluster.store.list(sets);
      return object.resource === '/pods' ? ownerIn(cluster, object, sets) : [];
    },
    reconcile: (identity) => {
      const set = find(cluster, identity);
      if (set) reconcile(context, set);
    },
  };
}

function reconcile(context: ControllerContext, set: Known): void {
  const { cluster, client } = context;
  const hash = rememberRevision(context, set, revisionLabel);
  if (!isBeingDeleted(set.value)) keepPods(context, set, hash);
  const fresh = find(cluster, set.stored);
  if (fresh) client.updateStatus(fresh.stored, statusOf(context, fresh, hash));
}

function nodesOf({ cluster }: ControllerContext, set: Known): readonly string[] {
  const selector = Object.entries(readTexts(set.value, 'spec', 'template', 'spec', 'nodeSelector'));
  return cluster.store
    .list('/nodes')
    .filter(({ labels }) => selector.every(([label, value]) => labels[label] === value))
    .map(({ name }) => name);
}

function nodeOf({ value }: Known): string {
  return readText(value, 'spec', 'nodeName') ?? '';
}

function keepPods(context: ControllerContext, set: Known, hash: string): void {
  const { cluster, client } = context;
  const nodes = nodesOf(context, set);
  const pods = ownedBy(cluster, set.stored, '/pods');
  const covered = new Set(pods.filter(({ value }) => !isPodEnded(value)).map(nodeOf));
  for (const node of nodes) {
    if (!covered.has(node)) createOn(context, set, { node, hash });
  }
  for (const { stored, value } of pods) {
    const isSurplus =
      !nodes.includes(readText(value, 'spec', 'nodeName') ?? '') || isPodEnded(value);
    if (isSurplus && !isBeingDeleted(value)) client.delete(stored);
  }
  replaceOld(context, set, { pods, hash });
}

function createOn(
  context: ControllerContext,
  set: Known,
  { node, hash }: { readonly node: string; readonly hash: string },
): void {
  createPod(context, set, {
    template: readObject(set.value, 'spec', 'template'),
    component,
    labels: {
      [revisionLabel]: hash,
      'pod-template-generation': String(readNumber(set.value, 'metadata', 'generation') ?? 1),
    },
    adjust: (pod) => {
      ensureDraft(pod, 'spec')['nodeName'] = node;
    },
  });
}

/** One pod of an old version at a time, when all others are ready. */
function replaceOld(
  { client }: ControllerContext,
  set: Known,
  { pods, hash }: { readonly pods: readonly Known[]; readonly hash: string },
): void {
  if (readText(set.value, 'spec', 'updateStrategy', 'type') === 'OnDelete') return;
  const active = pods.filter(({ value }) => isPodActive(value));
  const old = active.filter(({ stored }) => stored.labels[revisionLabel] !== hash);
  const useless = old.filter(({ value }) => !isPodReady(value));
  const areOthersReady =
    active.every(({ value }) => isPodReady(value)) && active.length === pods.length;
  const [next] = useless.length > 0 ? useless : old;
  if (next && (useless.length > 0 || areOthersReady)) client.delete(next.stored);
}

function statusOf(context: ControllerContext, set: Known, hash: string): Draft {
  const pods = ownedBy(context.cluster, set.stored, '/pods').filter(({ value }) =>
    isPodActive(value),
  );
  const wanted = nodesOf(context, set).length;
  const ready = pods.filter(({ value }) => isPodReady(value)).length;
  const updated = pods.filter(({ stored }) => stored.labels[revisionLabel] === hash).length;
  return {
    currentNumberScheduled: pods.length,
    numberMisscheduled: 0,
    desiredNumberScheduled: wanted,
    numberReady: ready,
    observedGeneration: readNumber(set.value, 'metadata', 'generation') ?? 0,
    ...(updated > 0 && { updatedNumberScheduled: updated }),
    ...(ready > 0 && { numberAvailable: ready }),
    ...(wanted > ready && { numberUnavailable: wanted - ready }),
  };
}
