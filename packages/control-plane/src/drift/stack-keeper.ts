/**
 * Keeps the stacks as their last succeeded run left them: looks at those that nobody is changing,
 * opens and closes drift items, and starts a run where the rule heals.
 */
import { StalledError } from '@trueup/diagnostics';
import {
  type OpenStack,
  parseStackId,
  type RepositoryRecord,
  type Run,
  type StackId,
  type StackRecord,
  type Store,
  type Write,
} from '@trueup/engine';
import type { Inputs } from '@trueup/provider-sdk';
import type { Turns } from '@trueup/repository';

import type { TargetSource } from '../lanes/stack-targets.ts';
import { readAll } from '../paging/read-all.ts';
import { createRun } from '../runs/create-run.ts';
import type { StackOpener } from '../stacks/stack-opener.ts';
import { StackWatch, type Watched } from '../stacks/stack-watch.ts';
import { checkDrift, type DriftFound } from './check-drift.ts';
import { openDrift } from './open-drift.ts';
import { SharedOutputs } from './shared-outputs.ts';

export interface KeeperPorts {
  readonly store: Store;
  readonly opener: StackOpener;
  /** By repository id: what becomes of its stacks is decided by one at a time. */
  readonly turns: Turns;
  readonly repository: (name: string) => RepositoryRecord | undefined;
  readonly isBusy: (stack: StackId) => boolean;
  readonly onRuns: (runs: readonly Run[]) => void;
  /** Something under this stack may have changed. */
  readonly onHint: (stack: StackId) => void;
  /** A look found drift, or the stack has merge requests about it; whether the rule proposes any. */
  readonly onDrift: (stack: StackId, proposes: boolean) => void;
  readonly onError: (error: unknown, subject: string) => void;
  readonly targets: TargetSource;
  readonly now: () => number;
  readonly newId: () => string;
  readonly random: () => number;
  readonly settleMs: number;
  readonly intervalMs: number;
}

/** After so many healings in a row that did not last, a person has to look. */
const maxHealings = 5;
/** What heals less often than this heals for the first time. */
const healingMemoryMs = 600_000;

export class StackKeeper {
  readonly #ports: KeeperPorts;
  readonly #watch: StackWatch;
  readonly #outputs: SharedOutputs;
  /** When each stack was healed lately. */
  readonly #healings = new Map<StackId, number[]>();

  constructor(ports: KeeperPorts) {
    this.#ports = ports;
    this.#outputs = new SharedOutputs(ports);
    const look = (stack: StackId, signal: AbortSignal) => this.#look(stack, signal);
    this.#watch = new StackWatch({ ...ports, look, parallel: 8 });
  }

  /** Attends to every stack that was brought to its target once. */
  async start(): Promise<void> {
    const records = await readAll((page) => this.#ports.store.stacks({}, page));
    for (const record of records) if (isKept(record)) this.#watch.attend(record.id);
  }

  stop(reason: Error): Promise<void> {
    return this.#watch.stop(reason);
  }

  /** A run works on the stack: its hints let the run go on. */
  follow(stack: StackId, open: OpenStack): void {
    this.#watch.follow(stack, { open, ids: open.prepared.resources.map(({ id }) => id) });
  }

  /** A run waits for people or time: meanwhile the stack is looked at as before. */
  afterRest({ stack }: Run): void {
    this.#watch.attend(stack);
  }

  async afterRun(run: Run): Promise<void> {
    if (run.purpose === 'heal' && run.phase.name !== 'succeeded') await this.#giveUp(run.stack);
    const record = await this.#ports.store.stack(run.stack);
    const kept = record && isKept(record) && this.#isFollowed(run.stack);
    if (kept) this.#watch.attend(run.stack);
    else this.#leave(run.stack);
  }

  #leave(stack: StackId): void {
    this.#watch.ignore(stack);
    this.#ports.opener.forget(stack);
    this.#outputs.forget(stack);
    this.#healings.delete(stack);
  }

  /** Its repository is not registered any more: none of its stacks is watched or kept rendered. */
  leaveAll(repository: string): void {
    for (const stack of this.#watch.attended()) {
      if (parseStackId(stack).repository === repository) this.#leave(stack);
    }
  }

  attend(stack: StackId): void {
    this.#watch.attend(stack);
  }

  /** The stack as its last succeeded run left it, opened for looking; also an orphaned one. */
  async openApplied(id: StackId, signal: AbortSignal): Promise<OpenStack | undefined> {
    const record = await this.#ports.store.stack(id);
    if (!record || record.standing === 'removed' || !wasApplied(record)) return undefined;
    return this.#open(record, signal);
  }

  /** What the stack gives to others, as it stands; as it was last seen where the target has no watch. */
  async outputsOf(id: StackId, signal: AbortSignal): Promise<Inputs> {
    const record = await this.#ports.store.stack(id);
    if (!record?.applied) return {};
    const look = () => this.#lookForOutputs(id, signal);
    if (this.#ports.opener.isWatched(record.provider)) return look();
    return this.#outputs.read({ stack: id, run: record.applied.run, signal }, look);
  }

  async #lookForOutputs(id: StackId, signal: AbortSignal): Promise<Inputs> {
    const open = await this.openApplied(id, signal);
    if (!open) return {};
    const { provider, target, prepared, seal } = open;
    const ids = prepared.resources.map((resource) => resource.id);
    return provider.outputs(await provider.observe(target, { ids, prepared }, { signal, seal }));
  }

  /**
   * A run that brings the stack back, written with `extra`; `undefined` when one is on its way, or
   * when Git no longer writes the stack.
   */
  async heal(
    record: KeptRecord,
    requestedBy: string,
    extra: readonly Write[] = [],
  ): Promise<Run | undefined> {
    const { turns, onRuns } = this.#ports;
    // A revision that is taken up at the same time may orphan the stack, or start a run of it.
    const run = await turns.take(record.repository, () =>
      this.#startHealing(record.id, requestedBy, extra),
    );
    if (run) onRuns([run]);
    return run;
  }

  async #startHealing(
    stack: StackId,
    requestedBy: string,
    extra: readonly Write[],
  ): Promise<Run | undefined> {
    const { store, now, newId } = this.#ports;
    const record = await store.stack(stack);
    const unfinished = await store.runs({ stack, ended: false }, { limit: 1 });
    if (!record || !isKept(record) || unfinished.items.length > 0) return undefined;
    const at = new Date(now()).toISOString();
    const { repository, applied } = record;
    const place = { repository, stack, revision: applied.revision };
    const { run, writes } = await createRun(
      { id: newId(), ...place, purpose: 'heal', requestedBy, at },
      store,
    );
    const items = await openDrift(stack, store);
    const healing = items.map(
      (item): Write => ({ kind: 'drift', item: { ...item, state: 'healing' } }),
    );
    await store.commit([...writes, ...healing, ...extra]);
    return run;
  }

  async #look(id: StackId, signal: AbortSignal): Promise<Watched | undefined> {
    const { store, isBusy, now, newId } = this.#ports;
    const record = await store.stack(id);
    if (!record || !isKept(record) || !this.#isFollowed(id)) return undefined;
    if (isBusy(id)) return undefined;
    const open = await this.#open(record, signal);
    const at = new Date(now()).toISOString();
    const found = await this.#outputs.during(id, async () => {
      const checked = await checkDrift({ record, open, store, at, newId, signal });
      this.#outputs.note(id, record.applied.run, open.provider.outputs(checked.observed));
      return checked;
    });
    // What a run did in the meantime is no drift, and Git may have said another thing.
    const after = await store.stack(id);
    const stands = after && isKept(after) && after.applied.run === record.applied.run;
    if (!stands || isBusy(id)) return undefined;
    if (found.writes.length > 0) await store.commit(found.writes);
    await this.#answer(after, open, found);
    const ids = open.prepared.resources.map((resource) => resource.id);
    return { open, ids };
  }

  /** Does what the rule asks for: nothing about a stack that is paused. */
  async #answer(
    record: KeptRecord,
    { rule }: OpenStack,
    { healable, steps }: Pick<DriftFound, 'healable' | 'steps'>,
  ): Promise<void> {
    const acts = record.paused === undefined;
    if (acts && rule.healsDrift && healable.length > 0) await this.#healOften(record);
    const proposes = acts && rule.proposesDrift;
    const isProposed = proposes && steps.length > 0;
    if (isProposed || record.adoptions) this.#ports.onDrift(record.id, proposes);
  }

  /** What a run did not heal is open again. */
  async #giveUp(stack: StackId): Promise<void> {
    const { store } = this.#ports;
    const items = await openDrift(stack, store);
    const reopened = items.map(
      (item): Write => ({ kind: 'drift', item: { ...item, state: 'open' } }),
    );
    await store.commit(reopened);
  }

  #open(record: KeptRecord, signal: AbortSignal): Promise<OpenStack> {
    const repository = this.#ports.repository(parseStackId(record.id).repository);
    if (!repository) throw notFollowed(record.id);
    const { revision } = record.applied;
    const opening = {
      repository,
      stack: record.id,
      revision,
      purpose: 'heal',
      reuse: true,
    } as const;
    return this.#ports.opener.open(opening, signal);
  }

  /** Two that write the same field would heal against each other for ever. */
  async #healOften(record: KeptRecord): Promise<void> {
    const now = this.#ports.now();
    const before = this.#healings.get(record.id) ?? [];
    const lately = before.filter((at) => now - at < healingMemoryMs);
    this.#healings.set(record.id, lately);
    if (lately.length >= maxHealings) return;
    const run = await this.heal(record, 'trueup');
    if (run) lately.push(now);
  }

  #isFollowed(id: StackId): boolean {
    return this.#ports.repository(parseStackId(id).repository) !== undefined;
  }
}

function notFollowed(id: StackId): StalledError {
  const message = `${id}: its repository is not registered any more`;
  return new StalledError('REPOSITORY_MISSING', message, id);
}

export type KeptRecord = StackRecord & { readonly applied: NonNullable<StackRecord['applied']> };

/** An orphaned stack is shown, and left alone. */
function isKept(record: StackRecord): record is KeptRecord {
  return wasApplied(record) && record.standing === 'active';
}

function wasApplied(record: StackRecord): record is KeptRecord {
  return record.applied !== undefined;
}
