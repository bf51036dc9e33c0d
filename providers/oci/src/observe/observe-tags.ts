import type { ObservedResource, ResourceId } from '@trueup/provider-sdk';

import type { Asking, OciClient } from '../oci-client.ts';
import type { TargetSettings } from '../schema.ts';
import { formatVersion, parseTagId } from './tag-place.ts';

const sideBySide = 8;

export async function observeTags(
  client: OciClient,
  { ids, settings }: { readonly ids: readonly ResourceId[]; readonly settings: TargetSettings },
  asking: Asking,
): Promise<readonly ObservedResource[]> {
  asking.signal.throwIfAborted();
  const found = await mapSideBySide([...new Set(ids)], async (id) => {
    const place = parseTagId(id, settings);
    const pointer = place && (await client.head(place, asking));
    if (!pointer) return [];
    const { signingKey: key } = settings;
    const { digest } = pointer;
    const signed = key && (await client.isSigned({ ...place, digest }, key, asking));
    const body = { ...pointer, ...(signed !== undefined && { signed }) };
    const observedAt = new Date().toISOString();
    return [{ id, body, version: formatVersion(digest, signed), observedAt }];
  });
  return found.flat();
}

/** A few at a time, answers in order. The first failure ends it. */
export async function mapSideBySide<T, R>(
  items: readonly T[],
  work: (item: T) => Promise<R>,
): Promise<readonly R[]> {
  const results = new Map<number, R>();
  const queue = items.entries();
  const worker = async () => {
    for (const [index, item] of queue) results.set(index, await work(item));
  };
  await Promise.all(Array.from({ length: sideBySide }, worker));
  return [...results].sort(([a], [b]) => a - b).map(([, result]) => result);
}
