/** Reads for all who work on one cluster: whoever asks at the same time as others shares requests. */
import type { JsonObject } from '@trueup/diagnostics';
import type { ResourceId } from '@trueup/provider-sdk';

import { shareLooks } from '../client/share-looks.ts';
import { untilAborted } from '../client/until-aborted.ts';
import type { ApiKind, KubernetesClient } from '../kubernetes-client.ts';
import { discoverOwned, type Owners, readOwned } from '../observe/discover-owned.ts';
import { foreseeOwned } from '../observe/foresee-owned.ts';
import { type Reading, readObjects, readUnmarked, shareNames } from '../observe/read-objects.ts';
import type { WatchCache } from '../observe/watch-cache.ts';
import { readWatched } from './read-cluster.ts';

export interface SessionReader {
  /** What bears the marks of these owners. */
  owned(owners: Owners, signal: AbortSignal): Promise<readonly ResourceId[]>;
  /** Objects by id; those that do not exist are left out. */
  read(
    ids: readonly ResourceId[],
    signal: AbortSignal,
  ): Promise<ReadonlyMap<ResourceId, JsonObject>>;
  /** Both at once: what bears the marks, and `ids` besides. */
  survey(owners: Owners, ids: readonly ResourceId[], signal: AbortSignal): Promise<Surveyed>;
  /** A survey of these is about to be asked for. */
  foresee(owners: Owners): void;
  /** Something is about to be written: what was foreseen is no longer so. */
  forgetForeseen(): void;
}

export interface Surveyed {
  readonly owned: readonly ResourceId[];
  readonly objects: ReadonlyMap<ResourceId, JsonObject>;
  /** How long ago the look began. Nothing in it is older. */
  readonly ageMs: number;
}

export interface ReaderOptions {
  readonly client: KubernetesClient;
  readonly versionOf: (kind: ApiKind) => string | undefined;
  /** Absent where nothing is watched. */
  readonly watches: (() => WatchCache) | undefined;
  readonly closing: AbortSignal;
  /** Milliseconds, from anywhere, never going back. */
  readonly now: () => number;
}

export function createSessionReader(options: ReaderOptions): SessionReader {
  const { client, versionOf, watches, closing, now } = options;
  const foreseen = foreseeOwned(options);
  const findExisting = shareNames(client, closing);
  const search = shareLooks((asked: readonly Owners[]) => discoverOwned(asked, client, closing));
  const readingFor = (signal: AbortSignal): Reading => ({
    client,
    versionOf,
    findExisting,
    signal,
  });

  const owned: SessionReader['owned'] = async (owners, signal) => {
    const found = await untilAborted(search(owners), signal);
    return [...new Set(owners.flatMap((owner) => found.get(owner) ?? []))].sort();
  };

  const read: SessionReader['read'] = (ids, signal) => {
    const reading = readingFor(signal);
    return watches
      ? readWatched(ids, { ...reading, watches: watches() })
      : readObjects(ids, reading);
  };

  return {
    owned,
    read,
    async survey(owners, ids, signal) {
      const begunAt = now();
      if (watches) {
        const found = await owned(owners, signal);
        const objects = await read([...new Set([...ids, ...found])], signal);
        return { owned: found, objects, ageMs: now() - begunAt };
      }
      const seen = await untilAborted(foreseen.take(owners), signal);
      const objects = seen?.objects ?? (await readOwned(owners, client, { versionOf, signal }));
      const left = ids.filter((id) => !objects.has(id));
      const others = await readUnmarked(left, readingFor(signal));
      return {
        owned: [...objects.keys()].sort(),
        objects: new Map([...objects, ...others]),
        ageMs: now() - (seen?.begunAt ?? begunAt),
      };
    },
    foresee(owners) {
      if (!watches) foreseen.begin(owners);
    },
    forgetForeseen: () => foreseen.forget(),
  };
}
