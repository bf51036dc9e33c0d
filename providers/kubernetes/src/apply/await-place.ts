import { setTimeout as delay } from 'node:timers/promises';

import { StalledError } from '@trueup/diagnostics';
import { parseResourceId, type ResourceId } from '@trueup/provider-sdk';

import type { ObjectPlace } from '../kubernetes-client.ts';

/** Discovery learns of a definition some time after it is established; longer than this is an error. */
const tries = 8;

/** @throws StalledError `KUBERNETES_KIND_UNKNOWN` when the cluster does not come to know the kind. */
export async function awaitPlace(
  id: ResourceId,
  find: () => Promise<ObjectPlace | undefined>,
  signal: AbortSignal,
): Promise<ObjectPlace> {
  for (let attempt = 1; attempt <= tries; attempt += 1) {
    const place = await find();
    if (place) return place;
    if (attempt < tries) await delay(50 * 2 ** attempt, undefined, { signal });
  }
  const { kind } = parseResourceId(id);
  const message = `${id}: the cluster does not know the kind ${kind}`;
  throw new StalledError('KUBERNETES_KIND_UNKNOWN', message, id);
}
