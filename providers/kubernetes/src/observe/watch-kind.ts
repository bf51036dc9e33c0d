/**
 * Keeps the marked objects of one kind, as the server has them.
 *
 * W1 What we wrote is kept from the moment of its answer: nothing older replaces it.
 * W2 What is kept only counts while the watch runs: without it, whoever asks waits for the next list.
 * W3 After a gap everything is listed again, and what differs is told as if it had been watched.
 */
import { setTimeout as delay } from 'node:timers/promises';

import { type JsonObject, readText } from '@trueup/diagnostics';
import type { ResourceId } from '@trueup/provider-sdk';

import { untilAborted } from '../client/until-aborted.ts';
import {
  KubernetesApiError,
  type KubernetesClient,
  type ListQuery,
  type WatchEvent,
} from '../kubernetes-client.ts';
import { idOf } from '../order/resource-kind.ts';

export interface KindWatchOptions {
  readonly client: KubernetesClient;
  readonly query: ListQuery;
  /** Told of each object that became another one, or went. */
  readonly onChange: (id: ResourceId) => void;
  /** Told when the connection was lost: what is behind the address may be another server. */
  readonly onBreak: () => void;
  /** From 0 up to 1: spreads pauses, so that not all clients come at once. */
  readonly random: () => number;
}

export class KindWatch {
  readonly #options: KindWatchOptions;
  readonly #objects = new Map<ResourceId, JsonObject>();
  /** Resource versions of our own writes: what is older is an echo of before (W1). */
  readonly #written = new Map<ResourceId, bigint>();
  readonly #gone = new Set<string>();
  readonly #closing = new AbortController();
  readonly #running: Promise<void>;
  #synced = Promise.withResolvers<void>();
  #failure: unknown;

  constructor(options: KindWatchOptions) {
    this.#options = options;
    this.#synced.promise.catch(() => undefined);
    this.#running = this.#run();
  }

  /**
   * Waits until what is kept is what the server has.
   *
   * @throws the failure of the last attempt when the server cannot be reached (W2).
   */
  async synced(signal: AbortSignal): Promise<void> {
    await untilAborted(this.#synced.promise, signal);
  }

  get(id: ResourceId): JsonObject | undefined {
    return this.#objects.get(id);
  }

  values(): Iterable<JsonObject> {
    return this.#objects.values();
  }

  /** Our own write was answered with this. */
  put(id: ResourceId, body: JsonObject): void {
    this.#written.set(id, versionOf(body));
    this.#set(id, body);
  }

  /** What was kept may be wrong: until the server says otherwise it has to be asked. */
  drop(id: ResourceId): void {
    const uid = readText(this.#objects.get(id), 'metadata', 'uid');
    if (uid !== undefined) this.#gone.add(uid);
    this.#objects.delete(id);
  }

  async close(): Promise<void> {
    this.#closing.abort(new Error('The watch was closed.'));
    await this.#running;
  }

  async #run(): Promise<void> {
    const { signal } = this.#closing;
    for (let failures = 0; !signal.aborted; ) {
      try {
        await this.#listAndWatch(() => {
          failures = 0;
        });
      } catch (error) {
        if (signal.aborted) break;
        failures += 1;
        this.#fail(error);
        // What we may not look at is not asked for all the time.
        const longestMs = isForbidden(error) ? 300_000 : 5000;
        const pauseMs = Math.min(longestMs, 100 * 2 ** failures) * (0.5 + this.#options.random());
        await delay(pauseMs, undefined, { signal, ref: false }).catch(() => undefined);
        this.#begin();
      }
    }
    this.#fail(this.#failure ?? signal.reason);
  }

  async #listAndWatch(onSynced: () => void): Promise<void> {
    const { client, query } = this.#options;
    const { signal } = this.#closing;
    const listing = await client.list(query, signal);
    this.#reset(listing.items, toNumber(listing.resourceVersion));
    this.#synced.resolve();
    onSynced();
    for (let from: string | undefined = listing.resourceVersion; from !== undefined; ) {
      from = await this.#watchOnce(from);
    }
    this.#begin();
  }

  /** Where the next watch goes on from; `undefined` when all has to be listed again. */
  async #watchOnce(resourceVersion: string): Promise<string | undefined> {
    const { client, query, onBreak } = this.#options;
    const { signal } = this.#closing;
    const begun = performance.now();
    let from = resourceVersion;
    for await (const event of client.watch(query, resourceVersion, signal)) {
      if (event.kind === 'gone') return undefined;
      this.#take(event);
      from = event.kind === 'bookmark' ? event.resourceVersion : rawVersionOf(event.object);
    }
    onBreak();
    // A server that ends each watch at once must not be asked in a tight loop.
    if (performance.now() - begun < 1000) await delay(1000, undefined, { signal, ref: false });
    return from;
  }

  #take(event: Exclude<WatchEvent, { readonly kind: 'gone' }>): void {
    if (event.kind === 'bookmark') return;
    const id = idOf(event.object);
    const version = versionOf(event.object);
    if (version < (this.#written.get(id) ?? 0n)) return;
    this.#written.delete(id);
    const before = this.#objects.get(id);
    if (event.kind === 'deleted') {
      this.#gone.delete(readText(event.object, 'metadata', 'uid') ?? '');
      this.#objects.delete(id);
    } else if (!this.#gone.has(readText(event.object, 'metadata', 'uid') ?? '')) {
      this.#set(id, event.object);
    }
    // The echo of our own write is no news.
    if (before === undefined || versionOf(before) !== version || event.kind === 'deleted') {
      this.#options.onChange(id);
    }
  }

  #set(id: ResourceId, body: JsonObject): void {
    const before = this.#objects.get(id);
    if (!before || versionOf(before) <= versionOf(body)) this.#objects.set(id, body);
  }

  /** All that there is, as of `listed` (W3). */
  #reset(items: readonly JsonObject[], listed: bigint): void {
    const fresh = new Map(items.map((body) => [idOf(body), body]));
    const isGone = (id: ResourceId) => !fresh.has(id) && (this.#written.get(id) ?? 0n) <= listed;
    const moved = [...this.#objects.keys()].filter(isGone);
    for (const id of moved) this.#objects.delete(id);
    for (const [id, body] of fresh) {
      const before = this.#objects.get(id);
      if (!before || versionOf(before) < versionOf(body)) moved.push(id);
      this.#set(id, body);
    }
    for (const id of moved) this.#options.onChange(id);
    this.#gone.clear();
  }

  #fail(error: unknown): void {
    this.#failure = error;
    this.#options.onBreak();
    // Those who wait, and those who come before the next attempt.
    this.#synced.reject(error);
    this.#begin();
    this.#synced.reject(error);
  }

  /** From here on nobody takes for granted what is kept. */
  #begin(): void {
    this.#synced = Promise.withResolvers<void>();
    this.#synced.promise.catch(() => undefined);
  }
}

function rawVersionOf(body: JsonObject): string {
  return readText(body, 'metadata', 'resourceVersion') ?? '';
}

function versionOf(body: JsonObject): bigint {
  return toNumber(rawVersionOf(body));
}

/** Resource versions are numbers that grow (KEP-5504); those of a foreign server may not be. */
function toNumber(resourceVersion: string): bigint {
  return /^\d+$/.test(resourceVersion) ? BigInt(resourceVersion) : 0n;
}

function isForbidden(error: unknown): boolean {
  return error instanceof KubernetesApiError && error.status === 403;
}
