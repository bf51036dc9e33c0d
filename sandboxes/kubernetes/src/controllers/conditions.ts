import type { JsonObject } from '@trueup/diagnostics';

import { copyJson, type Draft, isDraft } from '../object/draft.ts';
import { readObjects, readText } from '../object/read-fields.ts';

export interface Condition {
  readonly type: string;
  readonly status: 'True' | 'False' | 'Unknown';
  readonly reason: string;
  readonly message: string;
}

/**
 * One condition as it is from now on. It keeps the time of its last transition while its status is
 * the same, and the time of its last update while nothing about it has changed.
 */
export function nextCondition(
  value: JsonObject,
  { type, status, reason, message }: Condition,
  now: string,
): Draft {
  const known = readObjects(value, 'status', 'conditions').find((one) => one['type'] === type);
  const isSame = known?.['status'] === status;
  const isUnchanged = isSame && known['reason'] === reason && known['message'] === message;
  return {
    type,
    status,
    lastUpdateTime: (isUnchanged ? readText(known, 'lastUpdateTime') : undefined) ?? now,
    lastTransitionTime: (isSame ? readText(known, 'lastTransitionTime') : undefined) ?? now,
    reason,
    message,
  };
}

/** The conditions that somebody else wrote, as they are. */
export function otherConditions(value: JsonObject, own: readonly string[]): readonly Draft[] {
  return readObjects(value, 'status', 'conditions')
    .filter((one) => !own.includes(readText(one, 'type') ?? ''))
    .map(copyJson)
    .filter(isDraft);
}
