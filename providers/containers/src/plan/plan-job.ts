import type { Change, DesiredResource, FieldChange, ObservedResource } from '@trueup/provider-sdk';

import { assessHealth } from '../assess-health.ts';
import { containersOf, type ObservedContainer } from '../observe/observed-body.ts';
import { compareSpec } from './compare-container.ts';
import { digestDesired } from './describe-root.ts';
import { type Planned, type PlanScene, planned, stepOf } from './plan-scene.ts';

/** The container of a run stays behind as its record: what ran, and how it ended. */
export function planJob(
  desired: DesiredResource,
  observed: ObservedResource | undefined,
  scene: PlanScene,
): Planned {
  const { id, body, executes } = desired;
  const { digest, sensitive } = digestDesired(id, body, scene);
  const [ran] = observed ? containersOf(observed.body) : [];
  const isDone = observed !== undefined && assessHealth(observed.body).status === 'current';
  const isSame = ran !== undefined && hasRun(desired, ran);
  const step: Omit<Change, 'action' | 'fields'> = {
    ...stepOf(desired),
    ...(observed && { version: observed.version }),
    ...(executes && { executes }),
  };
  if (executes === 'changed' && isSame && isDone) {
    return planned({ ...step, action: 'none', fields: [] });
  }
  const field: FieldChange = {
    path: [],
    ...(isSame && isDone && { before: digest }),
    after: digest,
    sensitive,
  };
  return planned({ ...step, action: 'execute', fields: [field] });
}

export function hasRun({ body }: DesiredResource, container: ObservedContainer): boolean {
  return compareSpec(body, container).length === 0;
}
