import {
  isJsonObject,
  type JsonObject,
  readObject,
  readText,
  readTexts,
} from '@trueup/diagnostics';
import { applyObject, deducedSchema, updateObject } from '@trueup/structured-merge';

import { untilAborted } from '../client/until-aborted.ts';
import {
  type ApiKind,
  type ApplyOptions,
  type Capabilities,
  type DeleteOptions,
  KubernetesApiError,
  type KubernetesClient,
  type Listing,
  type ListQuery,
  type LogOptions,
  NoConnectionError,
  type ObjectPlace,
  type ObjectVersion,
  type PatchOptions,
  type RequestCounts,
  type WantedKind,
  type WatchEvent,
} from '../kubernetes-client.ts';
import { fakeKinds } from './fake-kinds.ts';
import { type Entry, isSelected, toEvent } from './fake-selection.ts';

/**
 * A cluster in memory: versions, owners of fields, dry runs, watches. It has no schemas, so it neither
 * defaults nor validates anything, and no controllers. What a test needs besides is set by hand.
 */
export class FakeKubernetesClient implements KubernetesClient {
  readonly server = 'https://fake.invalid';
  readonly kinds: ApiKind[] = [...fakeKinds];
  /** Lines that pods have written, by name. */
  readonly logLines: Map<string, readonly string[]> = new Map();
  /** Stands in for admission: may answer with another object, or throw a refusal. */
  admit: (object: JsonObject, request: { readonly dryRun: boolean }) => JsonObject = (object) =>
    object;
  now: () => Date = () => new Date('2026-01-01T00:00:00Z');
  readonly #objects = new Map<string, JsonObject>();
  readonly #log: Entry[] = [];
  readonly #counts = new Map<string, number>();
  #revision = 1;
  #writes = 0;
  #changed = Promise.withResolvers<void>();
  #frozen: Promise<void> | undefined;
  #unplugged = false;
  #dropped = 0;

  get writes(): number {
    return this.#writes;
  }

  /** From now on nothing is answered. */
  freeze(): void {
    this.#frozen = Promise.withResolvers<void>().promise;
  }

  unplug(): void {
    this.#unplugged = true;
    this.dropWatches();
  }

  plug(): void {
    this.#unplugged = false;
  }

  /** Ends all watches, as a server does that restarts. */
  dropWatches(): void {
    this.#dropped += 1;
    this.#wake();
  }

  /** Forgets what happened so far: a watch from an old version is answered with 410. */
  compact(): void {
    this.#log.splice(0);
    this.dropWatches();
  }

  async identify(signal: AbortSignal): Promise<string> {
    await this.#request('identify', signal);
    return 'fake-cluster';
  }

  async capabilities(signal: AbortSignal): Promise<Capabilities> {
    await this.#request('discover', signal);
    const apiVersions = this.kinds.flatMap(({ group, versions }) =>
      versions.map((version) => (group === '' ? version : `${group}/${version}`)),
    );
    return { kubernetesVersion: 'v1.35.0', apiVersions: [...new Set(apiVersions)] };
  }

  async findKind({ group, kind }: WantedKind, signal: AbortSignal): Promise<ApiKind | undefined> {
    signal.throwIfAborted();
    return this.kinds.find((one) => one.group === group && one.kind === kind);
  }

  async listKinds(signal: AbortSignal): Promise<readonly ApiKind[]> {
    signal.throwIfAborted();
    return this.kinds;
  }

  async get(place: ObjectPlace, signal: AbortSignal): Promise<JsonObject | undefined> {
    await this.#request('get', signal);
    return this.#objects.get(keyOf(place));
  }

  async list(query: ListQuery, signal: AbortSignal): Promise<Listing> {
    await this.#request('list', signal);
    const items = [...this.#objects.values()].filter((one) => isSelected(one, query));
    return { items, resourceVersion: `${this.#revision}` };
  }

  async *watch(
    query: ListQuery,
    resourceVersion: string,
    signal: AbortSignal,
  ): AsyncGenerator<WatchEvent> {
    await this.#request('watch', signal);
    const dropped = this.#dropped;
    let seen = Number(resourceVersion);
    const oldest = this.#log[0]?.revision ?? this.#revision + 1;
    if (seen < oldest - 1) {
      yield { kind: 'gone' };
      return;
    }
    const known = new Set<string>();
    while (dropped === this.#dropped) {
      for (const entry of this.#log.filter(({ revision }) => revision > seen)) {
        seen = entry.revision;
        const event = toEvent(entry, query, known);
        if (event) yield event;
      }
      await untilAborted(this.#changed.promise, signal);
    }
  }

  async apply(place: ObjectPlace, body: JsonObject, options: ApplyOptions): Promise<JsonObject> {
    await this.#request(options.dryRun ? 'dry-run' : 'apply', options.signal);
    const observed = this.#objects.get(keyOf(place));
    checkPrecondition(observed, options.onlyIf);
    this.#checkNamespace(place);
    const result = applyObject({
      ...(observed && { observed: stripped(observed) }),
      applied: stripped(body),
      manager: options.fieldManager,
      apiVersion: readText(body, 'apiVersion') ?? '',
      schema: deducedSchema,
      now: this.now(),
      force: true,
    });
    if (result.kind !== 'applied') throw new KubernetesApiError(422, 'Invalid');
    return this.#store(place, this.admit(result.object, options), { observed, ...options });
  }

  async mergePatch(
    place: ObjectPlace,
    patch: JsonObject,
    options: PatchOptions,
  ): Promise<JsonObject> {
    await this.#request(options.dryRun ? 'dry-run' : 'patch', options.signal);
    const observed = this.#objects.get(keyOf(place));
    if (!observed) throw new KubernetesApiError(404, 'NotFound');
    checkVersion(observed, readText(patch, 'metadata', 'resourceVersion'));
    const merged = stripped(mergeJson(observed, patch));
    return this.#store(place, this.admit(merged, options), { observed, ...options });
  }

  async create(place: ObjectPlace, body: JsonObject, options: PatchOptions): Promise<JsonObject> {
    await this.#request(options.dryRun ? 'dry-run' : 'create', options.signal);
    if (this.#objects.has(keyOf(place))) throw new KubernetesApiError(409, 'AlreadyExists');
    return this.#update(place, body, { observed: undefined, ...options });
  }

  async replace(place: ObjectPlace, body: JsonObject, options: PatchOptions): Promise<JsonObject> {
    await this.#request(options.dryRun ? 'dry-run' : 'replace', options.signal);
    const observed = this.#objects.get(keyOf(place));
    if (!observed) throw new KubernetesApiError(404, 'NotFound');
    checkVersion(observed, readText(body, 'metadata', 'resourceVersion'));
    return this.#update(place, body, { observed, ...options });
  }

  async delete(place: ObjectPlace, { onlyIf, signal }: DeleteOptions): Promise<boolean> {
    await this.#request('delete', signal);
    const observed = this.#objects.get(keyOf(place));
    if (!observed) return false;
    if (onlyIf && !isSame(observed, onlyIf)) throw new KubernetesApiError(409, 'Conflict');
    this.#writes += 1;
    if (readTexts(observed, 'metadata', 'finalizers').length === 0) {
      this.remove(place);
    } else {
      const deletionTimestamp = this.now().toISOString();
      this.put(place, withMetadata(observed, { deletionTimestamp }));
    }
    return true;
  }

  async *logs({ name }: ObjectPlace, { tailLines, signal }: LogOptions): AsyncGenerator<string> {
    await this.#request('logs', signal);
    yield* (this.logLines.get(name) ?? []).slice(-tailLines);
  }

  countRequests(): RequestCounts {
    const total = [...this.#counts.values()].reduce((sum, count) => sum + count, 0);
    return { total, byPurpose: Object.fromEntries(this.#counts) };
  }

  async close(): Promise<void> {
    this.dropWatches();
  }

  /** Somebody else writes an object, as `manager`. */
  edit(
    place: ObjectPlace,
    change: (body: JsonObject) => JsonObject,
    manager = 'kubectl-edit',
  ): void {
    const observed = this.#objects.get(keyOf(place));
    if (!observed) throw new Error(`${place.name} does not exist.`);
    this.#update(place, change(observed), {
      observed,
      fieldManager: manager,
      dryRun: false,
      signal: new AbortController().signal,
    });
    this.#writes -= 1;
  }

  /** Stores an object as it is. */
  put(place: ObjectPlace, body: JsonObject): JsonObject {
    const known = this.#objects.get(keyOf(place));
    this.#revision += 1;
    const object = withMetadata(body, {
      name: place.name,
      ...(place.kind.namespaced && { namespace: place.namespace }),
      uid: readText(known, 'metadata', 'uid') ?? `uid-${this.#revision}`,
      resourceVersion: `${this.#revision}`,
    });
    this.#objects.set(keyOf(place), object);
    this.#note('set', place, object);
    return object;
  }

  /** Lets an object go, whatever holds it. */
  remove(place: ObjectPlace): void {
    const object = this.#objects.get(keyOf(place));
    if (!object) return;
    this.#objects.delete(keyOf(place));
    this.#revision += 1;
    const last = withMetadata(object, { resourceVersion: `${this.#revision}` });
    this.#note('deleted', place, last);
  }

  async #request(purpose: string, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    this.#counts.set(purpose, (this.#counts.get(purpose) ?? 0) + 1);
    if (this.#frozen !== undefined) await untilAborted(this.#frozen, signal);
    if (this.#unplugged) throw new NoConnectionError('ECONNREFUSED');
  }

  #checkNamespace({ kind, namespace }: ObjectPlace): void {
    if (!kind.namespaced || namespace === 'default') return;
    if (!this.#objects.has(`Namespace.//${namespace}`)) {
      throw new KubernetesApiError(404, 'NotFound', [], { traits: ['namespace-missing'] });
    }
  }

  #update(
    place: ObjectPlace,
    body: JsonObject,
    writing: PatchOptions & { readonly observed: JsonObject | undefined },
  ): JsonObject {
    const updated = updateObject({
      ...(writing.observed && { before: stripped(writing.observed) }),
      after: stripped(body),
      manager: writing.fieldManager,
      apiVersion: readText(body, 'apiVersion') ?? '',
      schema: deducedSchema,
      now: this.now(),
    });
    return this.#store(place, this.admit(updated, writing), writing);
  }

  #store(
    place: ObjectPlace,
    body: JsonObject,
    { observed, dryRun }: { readonly observed: JsonObject | undefined; readonly dryRun: boolean },
  ): JsonObject {
    const { uid, resourceVersion } = readObject(observed, 'metadata');
    const namespace = place.kind.namespaced ? { namespace: place.namespace } : {};
    const shown = withMetadata(body, {
      name: place.name,
      ...namespace,
      ...(uid !== undefined && { uid }),
      ...(resourceVersion !== undefined && { resourceVersion }),
    });
    if (
      dryRun ||
      (observed && JSON.stringify(sorted(observed)) === JSON.stringify(sorted(shown)))
    ) {
      return shown;
    }
    this.#writes += 1;
    return this.put(place, body);
  }

  #note(type: Entry['type'], { kind }: ObjectPlace, object: JsonObject): void {
    this.#log.push({ type, object, kind: `${kind.kind}.${kind.group}`, revision: this.#revision });
    this.#wake();
  }

  #wake(): void {
    const { resolve } = this.#changed;
    this.#changed = Promise.withResolvers<void>();
    resolve();
  }
}

function keyOf({ kind, namespace, name }: ObjectPlace): string {
  return `${kind.kind}.${kind.group}/${kind.namespaced ? namespace : ''}/${name}`;
}

function checkPrecondition(observed: JsonObject | undefined, onlyIf: ApplyOptions['onlyIf']): void {
  if (onlyIf === undefined) return;
  const holds =
    onlyIf === 'absent' ? !observed : observed !== undefined && isSame(observed, onlyIf);
  if (!holds) throw new KubernetesApiError(409, 'Conflict');
}

function checkVersion(observed: JsonObject, resourceVersion: string | undefined): void {
  const found = readText(observed, 'metadata', 'resourceVersion');
  if (resourceVersion !== undefined && resourceVersion !== found) {
    throw new KubernetesApiError(409, 'Conflict');
  }
}

function isSame(observed: JsonObject, version: Partial<ObjectVersion>): boolean {
  const metadata = readObject(observed, 'metadata');
  return Object.entries(version).every(([name, value]) => metadata[name] === value);
}

/** Without what nobody owns. */
function stripped(body: JsonObject): JsonObject {
  const { uid: _uid, resourceVersion: _version, ...metadata } = readObject(body, 'metadata');
  return { ...body, metadata };
}

function withMetadata(body: JsonObject, more: JsonObject): JsonObject {
  return { ...body, metadata: { ...readObject(body, 'metadata'), ...more } };
}

function mergeJson(target: JsonObject, patch: JsonObject): JsonObject {
  const merged: Record<string, JsonObject[string]> = { ...target };
  for (const [name, value] of Object.entries(patch)) {
    const old = merged[name];
    if (value === null) delete merged[name];
    else merged[name] = isJsonObject(value) && isJsonObject(old) ? mergeJson(old, value) : value;
  }
  return merged;
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, member]) => [name, sorted(member)]),
  );
}
