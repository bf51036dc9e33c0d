/** Changes for tests: what is not said is plain. */
import type { Change, FieldChange } from '@trueup/api';

import type { StackChange } from '../features/plan/arrange-plan.ts';

export function makeField(path: string, sides: Partial<FieldChange> = {}): FieldChange {
  return { path: path === '' ? [] : path.split('.'), sensitive: false, ...sides };
}

export function makeChange(change: Partial<Change> = {}): Change {
  return {
    id: 'ConfigMap/shop/settings',
    action: 'update',
    fields: [],
    confidence: 'certain',
    hazards: [],
    position: { wave: 0, rank: 0 },
    dependsOn: [],
    ...change,
  };
}

export function makeStackChange(change: Partial<Change> = {}, stack = 'infra/shop'): StackChange {
  return { stack, change: makeChange(change) };
}
