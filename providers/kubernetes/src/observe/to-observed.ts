import type { JsonObject } from '@trueup/diagnostics';
import type { ObservedResource, ResourceId } from '@trueup/provider-sdk';

import { readText } from '../client/read-fields.ts';
import { splitApiVersion } from '../order/resource-kind.ts';
import { digestContent } from '../plan/declared-part.ts';
import { formatVersion } from '../schema.ts';

export function toObserved(id: ResourceId, body: JsonObject, observedAt: Date): ObservedResource {
  const version = formatVersion({
    uid: readText(body, 'metadata', 'uid') ?? '',
    resourceVersion: readText(body, 'metadata', 'resourceVersion') ?? '',
    content: digestContent(body),
    kindVersion: splitApiVersion(readText(body, 'apiVersion') ?? '').version,
  });
  return { id, body, version, observedAt: observedAt.toISOString() };
}
