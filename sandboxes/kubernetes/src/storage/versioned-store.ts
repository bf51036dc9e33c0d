/**
 * All objects of the cluster, and one counter of revisions for all of them, as etcd keeps them.
 *
 * Every write is one synchronous step: it takes the next revision, changes the indexes, is appended to
 * the history and told to the listeners, so that nobody ever sees half of it.
 */

import type { JsonObject } from '@trueup/diagnostics';

import { EventHistory, type HistoryLimits, type StoreEvent } from './event-history.ts';
import { ObjectIndex } from './object-index.ts';
import {
  createStoredObject,
  type Identity,
  type StoredObject,
  stampValue,
  ValueCache,
} from './stored-object.ts';

export type StoreListener = (event: StoreEvent) => void;

export interface Snapshot {
  readonly revision: number;
  readonly objects: readonly StoredObject[];
}

export class VersionedStore {
  readonly #indexes = new Map<string, ObjectIndex>();
  readonly #dependents = new Map<string, Set<string>>();
  readonly #byUid = new Map<string, Identity>();
  readonly #history: EventHistory;
  readonly #values = new ValueCache();
  readonly #listeners = new Set<StoreListener>();
  #revision = 1;

  constructor(limits: HistoryLimits) {
    this.#history = new EventHistory(limits);
  }

  /** Of the last write. */
  get revision(): number {
    return this.#revision;
  }

  get oldestRevision(): number {
    return this.#history.oldestRevision;
  }

  get({ resource, namespace, name }: Identity): StoredObject | undefined {
    return this.#indexes.get(resource)?.get(namespace, name);
  }

  findByUid(uid: string): StoredObject | undefined {
    const identity = this.#byUid.get(uid);
    return identity && this.get(identity);
  }

  /** Without apiVersion and kind. Shared: not to be changed. */
  valueOf(stored: StoredObject): JsonObject {
    return this.#values.valueOf(stored);
  }

  /** In the order of namespace and name. An empty namespace stands for all of them. */
  list(resource: string, namespace = ''): readonly StoredObject[] {
    return this.#indexes.get(resource)?.list(namespace) ?? [];
  }

  listByLabel(
    resource: string,
    {
      label,
      value,
      namespace,
    }: { readonly label: string; readonly value: string; readonly namespace: string },
  ): readonly StoredObject[] {
    const found = this.#indexes.get(resource)?.listByLabel(label, value) ?? [];
    return namespace === '' ? found : found.filter((one) => one.namespace === namespace);
  }

  count(resource: string): number {
    return this.#indexes.get(resource)?.size ?? 0;
  }

  /** Resources of which there is, or was, an object. */
  resources(): readonly string[] {
    return [...this.#indexes.keys()];
  }

  /**
   * The objects as they were at `revision`, found by going back from now.
   * `undefined` when that lies too far in the past.
   */
  listAt(
    resource: string,
    namespace: string,
    revision: number,
  ): readonly StoredObject[] | undefined {
    if (revision >= this.#revision) return this.list(resource, namespace);
    const events = this.#history.since(revision);
    if (!events) return undefined;
    const objects = new Map(
      this.list(resource, namespace).map((one) => [`${one.namespace}/${one.name}`, one]),
    );
    for (const { object, previous } of events.toReversed()) {
      if (object.resource !== resource) continue;
      if (namespace !== '' && object.namespace !== namespace) continue;
      const key = `${object.namespace}/${object.name}`;
      if (previous) objects.set(key, previous);
      else objects.delete(key);
    }
    return [...objects].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, object]) => object);
  }

  /** @returns `undefined` when not all of them are known any more. */
  eventsSince(revision: number): readonly StoreEvent[] | undefined {
    return this.#history.since(revision);
  }

  /** What names the object of this uid as an owner. */
  dependentsOf(uid: string): readonly StoredObject[] {
    const uids = this.#dependents.get(uid) ?? [];
    return [...uids].map((one) => this.findByUid(one)).filter((one) => one !== undefined);
  }

  /**
   * Stores a new object, or the next state of one, under the next revision.
   * @param value belongs to the store from now on: nobody changes it, nor anything in it
   */
  put(resource: string, value: JsonObject): StoredObject {
    this.#revision += 1;
    const stamped = stampValue(value, this.#revision);
    const object = createStoredObject(resource, stamped, this.#revision);
    this.#values.remember(object, stamped);
    const index = this.#indexOf(resource);
    const previous = index.get(object.namespace, object.name);
    index.set(object);
    if (previous) this.#forgetLinks(previous);
    this.#rememberLinks(object);
    this.#tell({
      type: previous ? 'MODIFIED' : 'ADDED',
      revision: this.#revision,
      object,
      previous,
    });
    return object;
  }

  /** Removes an object. What listeners are told holds the revision of the removal. */
  remove(stored: StoredObject, last: JsonObject = this.valueOf(stored)): StoredObject {
    this.#revision += 1;
    const stamped = stampValue(last, this.#revision);
    const object = createStoredObject(stored.resource, stamped, this.#revision);
    this.#values.remember(object, stamped);
    this.#indexOf(stored.resource).delete(stored);
    this.#forgetLinks(stored);
    this.#tell({ type: 'DELETED', revision: this.#revision, object, previous: stored });
    return object;
  }

  /** Makes all revisions before the present one too old, as etcd's compaction does. */
  compact(): void {
    this.#history.forgetBefore(this.#revision);
  }

  /** @returns what ends it. */
  subscribe(listener: StoreListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #tell(event: StoreEvent): void {
    this.#history.append(event);
    for (const listener of this.#listeners) listener(event);
  }

  #indexOf(resource: string): ObjectIndex {
    const known = this.#indexes.get(resource) ?? new ObjectIndex();
    this.#indexes.set(resource, known);
    return known;
  }

  #rememberLinks({ resource, namespace, name, uid, owners }: StoredObject): void {
    this.#byUid.set(uid, { resource, namespace, name });
    for (const owner of owners) {
      const known = this.#dependents.get(owner);
      if (known) known.add(uid);
      else this.#dependents.set(owner, new Set([uid]));
    }
  }

  #forgetLinks({ uid, owners }: StoredObject): void {
    this.#byUid.delete(uid);
    for (const owner of owners) {
      const known = this.#dependents.get(owner);
      known?.delete(uid);
      if (known?.size === 0) this.#dependents.delete(owner);
    }
  }
}
