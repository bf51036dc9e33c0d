/** The watches of one target: for each kind that somebody asked for, its marked objects. */
import type { JsonObject } from '@trueup/diagnostics';
import type { ResourceId } from '@trueup/provider-sdk';

import type { ApiKind, KubernetesClient } from '../kubernetes-client.ts';
import { ownerLabel } from '../marks/marks.ts';
import { formatKind, groupKindOf } from '../order/resource-kind.ts';
import { KindWatch } from './watch-kind.ts';

export type Listener = (id: ResourceId) => void;

export interface WatchCache {
  /** What is kept of this kind, once it is what the server has; starts to watch where needed. */
  open(kind: ApiKind, signal: AbortSignal): Promise<KindWatch>;
  /** The same for all objects of a kind, marked or not. */
  openAll(kind: ApiKind, signal: AbortSignal): Promise<KindWatch>;
  /** Our own write was answered with `body`, or with nothing that can be relied upon. */
  wrote(id: ResourceId, body: JsonObject | undefined): void;
  /** Told of changes of these alone, until the returned function is called. */
  listen(ids: Iterable<ResourceId>, listener: Listener): () => void;
  close(): Promise<void>;
}

export interface CacheOptions {
  readonly client: KubernetesClient;
  readonly versionOf: (kind: ApiKind) => string | undefined;
  readonly onBreak: () => void;
  readonly random: () => number;
}

export function createWatchCache(options: CacheOptions): WatchCache {
  const { client, versionOf, onBreak, random } = options;
  const marked = new Map<string, KindWatch>();
  const whole = new Map<string, KindWatch>();
  // By id: a thousand stacks listen, and each change is news to one of them.
  const listeners = new Map<ResourceId, readonly Listener[]>();

  function watch(kind: ApiKind, among: Map<string, KindWatch>): KindWatch {
    const name = formatKind(kind);
    const known = among.get(name);
    if (known) return known;
    const opened = new KindWatch({
      client,
      query: {
        kind,
        version: versionOf(kind),
        ...(among === marked && { labelSelector: ownerLabel }),
      },
      onChange: (id) => {
        for (const listener of listeners.get(id) ?? []) listener(id);
      },
      onBreak,
      random,
    });
    among.set(name, opened);
    return opened;
  }

  async function open(
    kind: ApiKind,
    among: Map<string, KindWatch>,
    signal: AbortSignal,
  ): Promise<KindWatch> {
    const opened = watch(kind, among);
    await opened.synced(signal);
    return opened;
  }

  return {
    open: (kind, signal) => open(kind, marked, signal),
    openAll: (kind, signal) => open(kind, whole, signal),
    wrote(id, body) {
      const watching = marked.get(formatKind(groupKindOf(id)));
      if (body) watching?.put(id, body);
      else watching?.drop(id);
    },
    listen(ids, listener) {
      const heard = new Set(ids);
      for (const id of heard) listeners.set(id, [...(listeners.get(id) ?? []), listener]);
      return () => {
        for (const id of heard) {
          const others = listeners.get(id)?.filter((one) => one !== listener) ?? [];
          if (others.length > 0) listeners.set(id, others);
          else listeners.delete(id);
        }
      };
    },
    async close() {
      await Promise.all([...marked.values(), ...whole.values()].map((one) => one.close()));
    },
  };
}
