import { type JsonObject, readText } from '@trueup/diagnostics';
import type { ObservedResource, ResourceId } from '@trueup/provider-sdk';

import { splitApiVersion } from '../order/resource-kind.ts';
import { digestContent } from '../plan/declared-part.ts';
import { formatVersion } from '../schema.ts';

/** Its version is computed when somebody asks for it: what is as it should be needs none. */
export function toObserved(id: ResourceId, body: JsonObject, observedAt: Date): ObservedResource {
  return {
    id,
    body,
    get version() {
      return formatVersion({
        uid: readText(body, 'metadata', 'uid') ?? '',
        resourceVersion: readText(body, 'metadata', 'resourceVersion') ?? '',
        content: digestContent(body),
        kindVersion: splitApiVersion(readText(body, 'apiVersion') ?? '').version,
      });
    },
    observedAt: observedAt.toISOString(),
  };
}
