import type { Health, HealthStatus } from '@trueup/api';

import { nameOf, type ResourceName } from './plan-report.ts';

/** The shape of `trueup status -o json`. */
export interface StatusDocument {
  readonly stacks: readonly StackStatusReport[];
}

export interface StackStatusReport {
  readonly stack: string;
  readonly target: string;
  /** The worst of its resources. */
  readonly health: HealthStatus;
  readonly resources: readonly ResourceReport[];
  /** What else is to be said: that nothing is known of it, that it is paused. */
  readonly remark?: string;
}

export interface ResourceReport extends ResourceName {
  readonly health: HealthStatus;
  readonly reason: string;
  readonly message: string;
}

/** From the best to the worst. */
const order: readonly HealthStatus[] = [
  'current',
  'in-progress',
  'terminating',
  'unknown',
  'not-found',
  'failed',
];

export function worstHealth(resources: readonly Pick<ResourceReport, 'health'>[]): HealthStatus {
  return resources.reduce<HealthStatus>(
    (worst, { health }) => (order.indexOf(health) > order.indexOf(worst) ? health : worst),
    'current',
  );
}

export function reportHealth(id: string, { status, reason, message }: Health): ResourceReport {
  return { ...nameOf(id), health: status, reason, message };
}
