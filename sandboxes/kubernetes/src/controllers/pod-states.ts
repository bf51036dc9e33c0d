/** How pods are, as those who count them want to know. */

import type { JsonObject } from '@trueup/diagnostics';

import { readObjects, readText } from '../object/read-fields.ts';
import { isBeingDeleted } from './owned-objects.ts';

export function isPodReady(pod: JsonObject): boolean {
  return readObjects(pod, 'status', 'conditions').some(
    (one) => one['type'] === 'Ready' && one['status'] === 'True',
  );
}

/** Neither ended nor about to. */
export function isPodActive(pod: JsonObject): boolean {
  return !(isPodEnded(pod) || isBeingDeleted(pod));
}

export function isPodEnded(pod: JsonObject): boolean {
  const phase = readText(pod, 'status', 'phase');
  return phase === 'Succeeded' || phase === 'Failed';
}
