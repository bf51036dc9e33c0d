import type { Json } from '@trueup/diagnostics';
import type { Change, DesiredResource, ObservedResource } from '@trueup/provider-sdk';

import { assessHealth } from '../assess-health.ts';
import { describeRoot } from '../plan/compare-objects.ts';
import { nothingPlanned, type Planned, stepOf } from '../plan/plan-scene.ts';
import type { Seal } from '../plan/sensitive-fields.ts';
import { ranContentOf } from './ran-content.ts';

/** `always` is listed each time; whether anything else changes is the engine's business. */
export function planExecute(
  desired: DesiredResource,
  observed: ObservedResource | undefined,
  seal: Seal,
): Planned {
  const { id, body, executes } = desired;
  const root = describeRoot({ after: body }, { id, seal, bodies: [body] });
  const ran = observed && ranContentOf(observed.body);
  const step = { ...stepOf(desired), confidence: 'certain' as const };
  const version = observed && { version: observed.version };
  if (executes === 'changed' && ran === root.after && !hasFailed(observed)) {
    const none: Change = { ...step, ...version, action: 'none', fields: [], executes };
    return { ...nothingPlanned, changes: [none] };
  }
  // What failed, or has not come to its end, has not run.
  const remembered = ran !== undefined && isDone(observed);
  const field = { ...root, ...(remembered && { before: ran satisfies Json }) };
  const change: Change = {
    ...step,
    ...version,
    action: 'execute',
    fields: [field],
    ...(executes && { executes }),
  };
  return { ...nothingPlanned, changes: [change] };
}

function isDone(observed: ObservedResource | undefined): boolean {
  return observed !== undefined && assessHealth(observed.body).status === 'current';
}

function hasFailed(observed: ObservedResource | undefined): boolean {
  return observed !== undefined && assessHealth(observed.body).status === 'failed';
}
