import { readText } from '@trueup/diagnostics';
import type { Change, ObservedResource, ResourceId, Stack } from '@trueup/provider-sdk';

import { readOrder } from '../order/read-order.ts';
import { describeRoot } from './compare-objects.ts';
import { declaredPart } from './declared-part.ts';
import { deleteHazards, protectionOf } from './hazards.ts';
import type { Seal } from './sensitive-fields.ts';

export interface Removal {
  readonly stack: Stack;
  readonly seal: Seal;
  /** What it needs of the stack: deleted after it. */
  readonly dependsOn: readonly ResourceId[];
}

/** `undefined` when it is on its way out already. */
export function planRemoval(
  { id, body, version }: ObservedResource,
  { stack, seal, dependsOn }: Removal,
): Change | undefined {
  if (readText(body, 'metadata', 'deletionTimestamp') !== undefined) return undefined;
  const protection = protectionOf(body, stack);
  return {
    id,
    action: 'delete',
    fields: [describeRoot({ before: declaredPart(body) }, { id, seal, bodies: [body] })],
    confidence: 'certain',
    hazards: deleteHazards(body),
    position: readOrder(body)?.position ?? { wave: 0, rank: 0 },
    dependsOn,
    version,
    ...(protection !== undefined && { protection }),
  };
}
