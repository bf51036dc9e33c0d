/**
 * A target in memory that keeps things: spec members with writers, marks, versions, a watch.
 *
 * It outlives the providers that use it, as a real target outlives our processes, so a test restarts
 * "the process" by making another provider on the same cloud. Its log of effects shows what was done
 * twice; faults are injected per thing and attempt.
 */
import type { Json, JsonObject } from '@trueup/diagnostics';

import type { Writer } from '../change.ts';
import type { HealthStatus } from '../health.ts';
import type { LeaseAnswer } from '../lease.ts';
import { PushQueue } from '../push-queue.ts';
import type { ResourceId } from '../resource.ts';
import { type Fault, FaultScript, Link, unreachable } from './fault-script.ts';
import { LeaseBook } from './lease-book.ts';

/** One thing, as the cloud keeps it. */
export interface Thing extends ThingDraft {
  /** Chosen by the cloud when the thing is created. */
  readonly serial: number;
  readonly state: HealthStatus;
  /** Changes with every write, and with the state. */
  readonly version: string;
}

/** What a write asks for. */
export interface ThingDraft {
  readonly spec: JsonObject;
  /** Members of `spec` that hold secrets. */
  readonly sensitive: readonly string[];
  /** By member of `spec`. */
  readonly writers: Readonly<Record<string, Writer>>;
  /** The mark of the stack that owns it. */
  readonly owner?: string;
  /** Serial of the thing that it needs. */
  readonly link?: number;
  /** Digest of what an `execute` ran last. */
  readonly ran?: string;
}

export type ThingAction = 'create' | 'update' | 'replace' | 'delete' | 'take-over' | 'execute';

/** Something that really happened in the cloud. */
export interface ThingEffect {
  readonly id: ResourceId;
  readonly action: ThingAction;
}

export interface ThingCloudOptions {
  /** What the target is by its own account. `cloud-1` if absent. */
  readonly identity?: string;
  /** RFC 3339. The machine's clock if absent. */
  readonly now?: () => string;
}

export interface ThingWrite {
  readonly id: ResourceId;
  readonly action: ThingAction;
  /** The version that must be there; absent when there must be nothing. */
  readonly expected: string | undefined;
  /** Absent for a delete, and for an `execute` that leaves nothing behind. */
  readonly draft: ThingDraft | undefined;
}

export class ThingCloud {
  readonly identity: string;
  readonly now: () => string;
  /** Who may work on which stack. */
  readonly leases: LeaseBook;
  /** For the provider; tests use `inject`. */
  readonly faults: FaultScript = new FaultScript();
  readonly #link = new Link();
  readonly #things = new Map<ResourceId, Thing>();
  readonly #effects: ThingEffect[] = [];
  readonly #slow = new Set<ResourceId>();
  readonly #watches = new Set<PushQueue<ResourceId>>();
  #revision = 0;
  #reads = 0;
  #writes = 0;

  constructor({
    identity = 'cloud-1',
    now = () => new Date().toISOString(),
  }: ThingCloudOptions = {}) {
    this.identity = identity;
    this.now = now;
    this.leases = new LeaseBook(now);
  }

  // For tests: looks. They are not counted.

  /** Requests so far. A write counts when it had an effect. */
  get counts(): { readonly reads: number; readonly writes: number; readonly watches: number } {
    return { reads: this.#reads, writes: this.#writes, watches: this.#watches.size };
  }

  /** Everything that happened through the provider, in order. */
  get effects(): readonly ThingEffect[] {
    return this.#effects;
  }

  effectsOf(id: ResourceId): readonly ThingAction[] {
    return this.#effects.filter((effect) => effect.id === id).map(({ action }) => action);
  }

  /** How often somebody tried to apply a change of this thing, with or without an effect. */
  attemptsOf(id: ResourceId): number {
    return this.faults.attemptsOf(id);
  }

  get(id: ResourceId): Thing | undefined {
    return this.#things.get(id);
  }

  ids(): readonly ResourceId[] {
    return [...this.#things.keys()].sort();
  }

  // For tests: what happens behind the provider's back. Watches see it.

  /** Sets one member of the spec as `writer`; `undefined` removes it. The thing exists. */
  disturb(id: ResourceId, field: string, value: Json | undefined, writer = 'somebody'): void {
    const thing = this.#things.get(id);
    if (!thing) throw new Error(`${id}: nothing to disturb.`);
    const { [field]: _old, ...rest } = thing.spec;
    const { [field]: _writer, ...writers } = thing.writers;
    const spec = value === undefined ? rest : { ...rest, [field]: value };
    const by = { name: writer, writtenAt: this.now() };
    this.#keep(id, {
      ...thing,
      spec,
      writers: value === undefined ? writers : { ...writers, [field]: by },
    });
  }

  /** A thing that somebody else made, with another stack's mark or with none. */
  put(id: ResourceId, spec: JsonObject, owner?: string): void {
    const by = { name: 'somebody', writtenAt: this.now() };
    const writers = Object.fromEntries(Object.keys(spec).map((field) => [field, by]));
    this.#store(id, { spec, sensitive: [], writers, ...(owner !== undefined && { owner }) });
  }

  /** Removes a thing. */
  drop(id: ResourceId): void {
    this.#things.delete(id);
    this.#hint(id);
  }

  /** From now on every write leaves the thing `in-progress` until it is settled. */
  slow(...ids: readonly ResourceId[]): void {
    for (const id of ids) this.#slow.add(id);
  }

  /** Ends what a write began, well or badly. */
  settle(id: ResourceId, state: HealthStatus = 'current'): void {
    const thing = this.#things.get(id);
    if (thing) this.#keep(id, { ...thing, state });
  }

  // For tests: faults.

  /** The next attempts on this thing meet these faults, one each. */
  inject(id: ResourceId, ...faults: readonly Fault[]): void {
    this.faults.inject(id, ...faults);
  }

  /** Every call fails with a transient error, and watches break, until `comeBack`. */
  goDown(): void {
    this.#link.goDown();
    this.dropWatches();
  }

  comeBack(): void {
    this.#link.comeBack();
  }

  /** Requests get no answer until `thaw`, or until they are aborted. */
  freeze(): void {
    this.#link.freeze();
  }

  thaw(): void {
    this.#link.thaw();
  }

  /** Every open watch ends with a transient error. */
  dropWatches(): void {
    for (const watch of this.#watches) watch.fail(unreachable());
  }

  // For the provider.

  async read(
    ids: readonly ResourceId[],
    signal: AbortSignal,
  ): Promise<ReadonlyMap<ResourceId, Thing>> {
    await this.#link.admit(signal);
    this.#reads += 1;
    return new Map(
      [...new Set(ids)].flatMap((id) => {
        const thing = this.#things.get(id);
        return thing ? [[id, thing]] : [];
      }),
    );
  }

  /** What bears one of these marks. */
  async list(owners: readonly string[], signal: AbortSignal): Promise<readonly ResourceId[]> {
    await this.#link.admit(signal);
    this.#reads += 1;
    return [...this.#things]
      .filter(([, { owner }]) => owner !== undefined && owners.includes(owner))
      .map(([id]) => id)
      .sort();
  }

  /** Compares and swaps. `moved` wrote nothing; deleting what is gone has no effect and is `done`. */
  async write(write: ThingWrite, signal: AbortSignal): Promise<'done' | 'moved'> {
    await this.#link.admit(signal);
    const { id, action, expected, draft } = write;
    const found = this.#things.get(id);
    if (action === 'delete' && !found) return 'done';
    if (found?.version !== expected) return 'moved';

    this.#writes += 1;
    this.#effects.push({ id, action });
    if (draft) this.#store(id, draft, action === 'replace' ? undefined : found?.serial);
    else if (found) this.drop(id);
    return 'done';
  }

  async acquireLease(stack: string, holder: string, signal: AbortSignal): Promise<LeaseAnswer> {
    await this.#link.admit(signal);
    return this.leases.take(stack, holder);
  }

  /** Names `first`, then what changes from this call on, until aborted or dropped. */
  watch(first: readonly ResourceId[], signal: AbortSignal): AsyncIterable<ResourceId> {
    const queue = new PushQueue<ResourceId>();
    for (const id of first) queue.push(id);
    this.#watches.add(queue);
    return this.#readWatch(queue, signal);
  }

  async *#readWatch(
    queue: PushQueue<ResourceId>,
    signal: AbortSignal,
  ): AsyncGenerator<ResourceId, void, undefined> {
    const stop = () => queue.fail(signal.reason);
    signal.addEventListener('abort', stop, { once: true });
    try {
      await this.#link.admit(signal);
      yield* queue;
    } finally {
      this.#watches.delete(queue);
      signal.removeEventListener('abort', stop);
    }
  }

  #store(id: ResourceId, draft: ThingDraft, serial?: number): void {
    const state = this.#slow.has(id) ? 'in-progress' : 'current';
    this.#keep(id, { ...draft, state, serial: serial ?? this.#revision + 1, version: '' });
  }

  #keep(id: ResourceId, thing: Thing): void {
    this.#revision += 1;
    this.#things.set(id, { ...thing, version: `${thing.serial}.${this.#revision}` });
    this.#hint(id);
  }

  #hint(id: ResourceId): void {
    for (const watch of this.#watches) watch.push(id);
  }
}
