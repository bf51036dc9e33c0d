import type { JsonObject } from '@trueup/diagnostics';
import type { ResourceId } from '@trueup/provider-sdk';

import { KubernetesApiError } from '../kubernetes-client.ts';
import { type Reading, readObjects, readUnmarked } from '../observe/read-objects.ts';
import type { WatchCache } from '../observe/watch-cache.ts';
import { groupKindOf } from '../order/resource-kind.ts';
import { isScaler, scalerKinds, targetOf } from '../plan/find-scaled.ts';

export interface WatchedReading extends Reading {
  readonly watches: WatchCache;
}

/** The same as `readObjects`, with requests only for what the watches do not have. */
export async function readWatched(
  ids: readonly ResourceId[],
  reading: WatchedReading,
): Promise<ReadonlyMap<ResourceId, JsonObject>> {
  const found = new Map<ResourceId, JsonObject>();
  const left: ResourceId[] = [];
  const unwatched: ResourceId[] = [];
  const groups = Map.groupBy(new Set(ids), (id) => JSON.stringify(groupKindOf(id)));
  await Promise.all(
    [...groups.values()].map(async ([first, ...others]) => {
      if (first === undefined) return;
      const kept = await openKind(first, reading);
      for (const id of [first, ...others]) {
        const body = kept?.get(id);
        if (body) found.set(id, body);
        else (kept ? left : unwatched).push(id);
      }
    }),
  );
  // Not marked, or not there: the watch does not tell these apart.
  const rest = await Promise.all([readUnmarked(left, reading), readObjects(unwatched, reading)]);
  return new Map([...found, ...rest.flatMap((objects) => [...objects])]);
}

async function openKind(
  id: ResourceId,
  { client, watches, signal }: WatchedReading,
): Promise<Awaited<ReturnType<WatchCache['open']>> | undefined> {
  const known = await client.findKind(groupKindOf(id), signal);
  if (!known?.verbs.includes('watch')) return undefined;
  try {
    return await watches.open(known, signal);
  } catch (error) {
    // Who may get single objects may not have to list all of them.
    if (error instanceof KubernetesApiError && error.status === 403) return undefined;
    throw error;
  }
}

/** What autoscalers in the cluster target. Without watches only those of one namespace. */
export async function readScaled(
  namespace: string,
  { client, signal }: Pick<Reading, 'client' | 'signal'>,
  watches: WatchCache | undefined,
): Promise<ReadonlySet<ResourceId>> {
  // Not `findKind`, which asks anew for what is not there: most clusters lack one of them for ever.
  const kinds = (await client.listKinds(signal)).filter((one) =>
    scalerKinds.some(({ group, kind }) => group === one.group && kind === one.kind),
  );
  const lists = await Promise.all(
    kinds.map(async (kind): Promise<readonly JsonObject[]> => {
      if (watches) return [...(await watches.openAll(kind, signal)).values()];
      return (await client.list({ kind, namespace }, signal)).items;
    }),
  );
  const targets = lists.flat().filter(isScaler).map(targetOf);
  return new Set(targets.filter((id) => id !== undefined));
}
