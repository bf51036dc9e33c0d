/**
 * Tells watchers of the store's events.
 *
 * W1: A watcher sees the events after its start in the order of their revisions, none twice, none left
 *     out: what happened before is replayed in the same step in which it is added.
 * W2: An object that enters or leaves a selection is told as added or deleted.
 * W3: A watcher that does not read is dropped, before what waits for it fills the memory.
 */

import type { Json } from '@trueup/diagnostics';

import type { Cluster } from '../cluster/cluster.ts';
import { ApiError, toStatus } from '../http/api-error.ts';
import type { StreamSink } from '../http/call.ts';
import { writeJson } from '../object/json-text.ts';
import { isEverything, isSelected } from '../requests/list-objects.ts';
import type { Selection } from '../requests/read-query.ts';
import { type Rendering, renderStored, renderValue } from '../requests/render-object.ts';
import { groupVersion } from '../resources/resource-type.ts';
import type { StoreEvent } from '../storage/event-history.ts';
import type { StoredObject } from '../storage/stored-object.ts';

export interface WatchQuery {
  readonly resource: string;
  /** Empty for all of them. */
  readonly namespace: string;
  readonly selection: Selection;
  readonly rendering: Rendering;
  /** Absent to begin with the present state. */
  readonly since: number | undefined;
  /** What there is comes first, as if it had just been added. */
  readonly sendsInitialEvents: boolean;
  /** A bookmark says when the initial events are over. */
  readonly marksInitialEnd: boolean;
  readonly allowsBookmarks: boolean;
  readonly timeoutMs: number;
}

interface Watcher extends WatchQuery {
  readonly sink: StreamSink;
  /** Of the last event that it was told, or could have been. */
  revision: number;
}

const maxBacklogBytes = 64 * 1024 * 1024;

export class WatchHub {
  readonly #cluster: Cluster;
  readonly #watchers = new Map<string, Set<Watcher>>();
  readonly #bookmarkIntervalMs: number;
  /** The text of the last event, which most watchers of a resource share. */
  #frame:
    | { readonly object: StoredObject; readonly key: string; readonly text: string }
    | undefined;

  constructor(cluster: Cluster, { bookmarkIntervalMs }: { readonly bookmarkIntervalMs: number }) {
    this.#cluster = cluster;
    this.#bookmarkIntervalMs = bookmarkIntervalMs;
    cluster.store.subscribe((event) => this.#tell(event));
  }

  get size(): number {
    return [...this.#watchers.values()].reduce((sum, { size }) => sum + size, 0);
  }

  /** Begins to tell `sink`, until it is closed by either side or the time is over. */
  add(query: WatchQuery, sink: StreamSink): void {
    const { store } = this.#cluster;
    const watcher: Watcher = { ...query, sink, revision: query.since ?? store.revision };
    const missed = query.since === undefined ? [] : store.eventsSince(query.since);
    if (!missed) {
      this.#refuse(watcher);
      return;
    }
    if (query.sendsInitialEvents) this.#sendPresentState(watcher);
    else for (const event of missed) this.#offer(watcher, event);
    this.#register(watcher);
  }

  /** Ends all watches of a resource, or all there are. `abruptly` breaks their connections. */
  drop({ resource, abruptly }: { readonly resource?: string; readonly abruptly: boolean }): number {
    const dropped = [...this.#watchers].flatMap(([key, watchers]) =>
      resource === undefined || resource === key ? [...watchers] : [],
    );
    for (const { sink } of dropped) {
      if (abruptly) sink.break();
      else sink.close();
    }
    return dropped.length;
  }

  #register(watcher: Watcher): void {
    const { sink, resource, timeoutMs, allowsBookmarks } = watcher;
    if (sink.signal.aborted) return;
    const watchers = this.#watchers.get(resource) ?? new Set();
    this.#watchers.set(resource, watchers.add(watcher));
    const cancelTimeout = this.#cluster.clock.schedule(timeoutMs, () => {
      if (allowsBookmarks) this.#sendBookmark(watcher);
      sink.close();
    });
    const cancelBookmarks = allowsBookmarks ? this.#scheduleBookmark(watcher) : undefined;
    sink.signal.addEventListener(
      'abort',
      () => {
        watchers.delete(watcher);
        cancelTimeout();
        cancelBookmarks?.();
      },
      { once: true },
    );
  }

  #scheduleBookmark(watcher: Watcher): () => void {
    let cancel = this.#cluster.clock.schedule(this.#bookmarkIntervalMs, () => {
      this.#sendBookmark(watcher);
      cancel = this.#scheduleBookmark(watcher);
    });
    return () => cancel();
  }

  #tell(event: StoreEvent): void {
    const watchers = this.#watchers.get(event.object.resource);
    if (!watchers) return;
    for (const watcher of watchers) this.#offer(watcher, event);
  }

  #offer(watcher: Watcher, event: StoreEvent): void {
    const { object, previous } = event;
    if (object.resource !== watcher.resource || event.revision <= watcher.revision) return;
    if (watcher.namespace !== '' && object.namespace !== watcher.namespace) return;
    watcher.revision = event.revision;
    if (isEverything(watcher.selection)) {
      this.#send(watcher, event.type, object);
      return;
    }
    const { store } = this.#cluster;
    const isIn = event.type !== 'DELETED' && isSelected(store, object, watcher.selection);
    const wasIn = previous !== undefined && isSelected(store, previous, watcher.selection);
    if (isIn) this.#send(watcher, wasIn ? 'MODIFIED' : 'ADDED', object);
    else if (wasIn) this.#sendGone(watcher, event, previous);
  }

  #sendGone(watcher: Watcher, event: StoreEvent, previous: StoredObject): void {
    if (event.type === 'DELETED') {
      this.#send(watcher, 'DELETED', event.object);
      return;
    }
    const value = this.#cluster.store.valueOf(previous);
    const { metadata } = value;
    const stamped = {
      ...value,
      metadata: {
        ...(typeof metadata === 'object' ? metadata : {}),
        resourceVersion: String(event.revision),
      },
    };
    this.#write(watcher, 'DELETED', renderValue(this.#cluster, stamped, watcher.rendering));
  }

  #sendPresentState(watcher: Watcher): void {
    const { store } = this.#cluster;
    for (const object of store.list(watcher.resource, watcher.namespace)) {
      if (isSelected(store, object, watcher.selection)) this.#send(watcher, 'ADDED', object);
    }
    watcher.revision = store.revision;
    if (watcher.marksInitialEnd) {
      this.#sendBookmark(watcher, { annotations: { 'k8s.io/initial-events-end': 'true' } });
    }
  }

  #sendBookmark(watcher: Watcher, metadata: { readonly [name: string]: Json } = {}): void {
    const { type, version } = watcher.rendering;
    const bookmark = {
      kind: type.kind,
      apiVersion: groupVersion(type.group, version.version),
      metadata: { resourceVersion: String(this.#cluster.store.revision), ...metadata },
    };
    watcher.revision = this.#cluster.store.revision;
    this.#write(watcher, 'BOOKMARK', writeJson(bookmark));
  }

  #send(watcher: Watcher, type: string, object: StoredObject): void {
    const { format, version } = watcher.rendering;
    const key = `${type} ${version.version} ${format.as} ${format.asVersion}`;
    if (this.#frame?.object !== object || this.#frame.key !== key) {
      const body = renderStored(this.#cluster, object, watcher.rendering);
      this.#frame = { object, key, text: frameOf(type, body) };
    }
    this.#emit(watcher, this.#frame.text);
  }

  #write(watcher: Watcher, type: string, body: string): void {
    this.#emit(watcher, frameOf(type, body));
  }

  #emit({ sink }: Watcher, text: string): void {
    sink.write(text);
    // W3
    if (sink.backlogBytes() > maxBacklogBytes) sink.break();
  }

  #refuse(watcher: Watcher): void {
    const { store } = this.#cluster;
    const error = tooOld(watcher.since ?? 0, store.oldestRevision);
    this.#write(watcher, 'ERROR', writeJson(toStatus(error)));
    watcher.sink.close();
  }
}

export function tooOld(asked: number, oldest: number): ApiError {
  return new ApiError(410, 'Expired', `too old resource version: ${asked} (${oldest})`);
}

function frameOf(type: string, body: string): string {
  return `{"type":"${type}","object":${body}}\n`;
}
