/** Counts for each disruption budget how many pods may go. */

import type { Json } from '@trueup/diagnostics';

import { formatTime } from '../cluster/clock.ts';
import { readAt, readNumber, readObject } from '../object/read-fields.ts';
import { showJson } from '../object/show-json.ts';
import { matchesLabels, readLabelSelector } from '../selectors/label-selector.ts';
import { nextCondition } from './conditions.ts';
import type { Controller, ControllerContext } from './controller.ts';
import { find, isBeingDeleted, type Known } from './owned-objects.ts';
import { isPodReady } from './pod-states.ts';

const budgets = 'policy/poddisruptionbudgets';

export function createDisruptionController(context: ControllerContext): Controller {
  const { store } = context.cluster;
  return {
    concerns: ({ object }) => {
      if (object.resource === budgets) return [object];
      return object.resource === '/pods' ? store.list(budgets, object.namespace) : [];
    },
    reconcile: (identity) => {
      const budget = find(context.cluster, identity);
      if (budget) reconcile(context, budget);
    },
  };
}

function reconcile({ cluster, client }: ControllerContext, budget: Known): void {
  const { stored, value } = budget;
  const selector = readLabelSelector(readObject(value, 'spec', 'selector')) ?? [];
  const pods = cluster.store
    .list('/pods', stored.namespace)
    .filter(({ labels }) => matchesLabels(selector, labels))
    .map((pod) => cluster.store.valueOf(pod))
    .filter((pod) => !isBeingDeleted(pod));
  const healthy = pods.filter(isPodReady).length;
  const wanted = desired(budget, pods.length);
  const allowed = Math.max(0, healthy - wanted);
  const generation = readNumber(value, 'metadata', 'generation') ?? 1;
  const condition = nextCondition(
    value,
    {
      type: 'DisruptionAllowed',
      status: allowed > 0 ? 'True' : 'False',
      reason: allowed > 0 ? 'SufficientPods' : 'InsufficientPods',
      message: '',
    },
    formatTime(cluster.clock.now()),
  );
  const { lastUpdateTime: _updated, ...rest } = condition;
  client.updateStatus(stored, {
    observedGeneration: generation,
    disruptionsAllowed: allowed,
    currentHealthy: healthy,
    desiredHealthy: wanted,
    expectedPods: pods.length,
    conditions: [{ ...rest, observedGeneration: generation }],
  });
}

function desired({ value }: Known, expected: number): number {
  const least = readAt(value, 'spec', 'minAvailable');
  if (least !== undefined) return share(least, expected);
  const most = readAt(value, 'spec', 'maxUnavailable');
  return most === undefined ? expected : Math.max(0, expected - share(most, expected));
}

function share(value: Json, whole: number): number {
  if (typeof value === 'number') return value;
  return Math.ceil((Number.parseInt(showJson(value), 10) * whole) / 100);
}
