/** Keeps as many pods as a ReplicaSet or a ReplicationController asks for. */

import { ensureDraft } from '../object/draft.ts';
import { readNumber, readObject } from '../object/read-fields.ts';
import {
  type LabelSelector,
  matchesLabels,
  readLabelSelector,
} from '../selectors/label-selector.ts';
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
import { isPodActive, isPodReady } from './pod-states.ts';

export function createReplicaSetController(
  context: ControllerContext,
  resource: 'apps/replicasets' | '/replicationcontrollers',
): Controller {
  const { cluster } = context;
  return {
    concerns: ({ object }) => {
      if (object.resource === resource) return [object];
      if (object.resource !== '/pods') return [];
      // A pod of nobody may be one that a set is looking for.
      return object.owners.length === 0
        ? cluster.store.list(resource, object.namespace)
        : ownerIn(cluster, object, resource);
    },
    reconcile: (identity) => {
      const set = find(cluster, identity);
      if (set) reconcile(context, set);
    },
  };
}

function reconcile(context: ControllerContext, set: Known): void {
  const { cluster, client } = context;
  if (!isBeingDeleted(set.value)) keepReplicas(context, set);
  const fresh = find(cluster, set.stored);
  if (!fresh) return;
  const pods = ownedBy(cluster, fresh.stored, '/pods');
  const active = pods.filter(({ value }) => isPodActive(value));
  const ready = active.filter(({ value }) => isPodReady(value)).length;
  const isOld = fresh.stored.resource === '/replicationcontrollers';
  client.updateStatus(fresh.stored, {
    replicas: active.length,
    ...(active.length > 0 && { fullyLabeledReplicas: active.length }),
    ...(ready > 0 && { readyReplicas: ready, availableReplicas: ready }),
    ...(!isOld && {
      terminatingReplicas: pods.filter(({ value }) => isBeingDeleted(value)).length,
    }),
    observedGeneration: readNumber(fresh.value, 'metadata', 'generation') ?? 0,
  });
}

function keepReplicas(context: ControllerContext, set: Known): void {
  const { cluster, client, events } = context;
  adopt(context, set);
  const wanted = readNumber(set.value, 'spec', 'replicas') ?? 1;
  const active = ownedBy(cluster, set.stored, '/pods').filter(({ value }) => isPodActive(value));
  const component = 'replicaset-controller';
  const template = readObject(set.value, 'spec', 'template');
  for (let count = active.length; count < wanted; count += 1) {
    createPod(context, set, { template, component });
  }
  // Those that are not ready go first.
  const surplus = active
    .toSorted((a, b) => Number(isPodReady(a.value)) - Number(isPodReady(b.value)))
    .slice(0, Math.max(0, active.length - wanted));
  for (const { stored } of surplus) {
    client.delete(stored);
    const message = `Deleted pod: ${stored.name}`;
    events.record(set.value, { type: 'Normal', reason: 'SuccessfulDelete', message, component });
  }
}

/** Takes the pods that the set selects and that nobody controls. */
function adopt({ cluster, client }: ControllerContext, set: Known): void {
  const { store } = cluster;
  const selector = selectorOf(set);
  const [exact] = selector.filter(
    ({ operator, values }) => operator === 'in' && values.length === 1,
  );
  const { namespace } = set.stored;
  const found = exact
    ? store.listByLabel('/pods', { label: exact.key, value: exact.values[0] ?? '', namespace })
    : [];
  for (const pod of found) {
    if (pod.owners.length > 0 || !matchesLabels(selector, pod.labels)) continue;
    if (!isPodActive(store.valueOf(pod))) continue;
    client.update(pod, '', (draft) => {
      ensureDraft(draft, 'metadata')['ownerReferences'] = [controlledBy(set)];
    });
  }
}

function selectorOf({ stored, value }: Known): LabelSelector {
  const selector = readObject(value, 'spec', 'selector');
  const isOld = stored.resource === '/replicationcontrollers';
  return readLabelSelector(isOld ? { matchLabels: selector } : selector) ?? [];
}
