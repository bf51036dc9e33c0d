/** How far a Deployment has come: its ReplicaSets, of which one is of the template that is asked for. */

import type { Json } from '@trueup/diagnostics';

import { readNumber, readObject, readText } from '../object/read-fields.ts';
import type { ControllerContext } from './controller.ts';
import { type Known, ownedBy } from './owned-objects.ts';
import { hashTemplate } from './template-hash.ts';

export const replicaSets = 'apps/replicasets';
export const revisionKey = 'deployment.kubernetes.io/revision';

export interface Rollout {
  readonly deployment: Known;
  readonly current: Known | undefined;
  readonly old: readonly Known[];
  readonly wanted: number;
}

export function readRollout(context: ControllerContext, deployment: Known): Rollout {
  const all = ownedBy(context.cluster, deployment.stored, replicaSets);
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

export function revisionOf({ value }: Known): number {
  return Number(readText(value, 'metadata', 'annotations', revisionKey) ?? 0);
}

export function replicasOf(set: Known | undefined): number {
  return readNumber(set?.value, 'spec', 'replicas') ?? 0;
}

export function sum(list: readonly Known[], count: (one: Known) => number): number {
  return list.reduce((total, one) => total + count(one), 0);
}

export function available({ value }: Known): number {
  return readNumber(value, 'status', 'availableReplicas') ?? 0;
}

/** A number, or a share of `whole` in percent. */
export function resolveShare(
  value: Json | undefined,
  whole: number,
  round: (share: number) => number,
): number {
  if (typeof value === 'number') return value;
  const percent = typeof value === 'string' ? Number.parseInt(value, 10) : 25;
  return round((percent * whole) / 100);
}
