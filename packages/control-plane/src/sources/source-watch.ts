/**
 * Looks, by and by, at what tags of sources stand for. One that moved is a hint: the stack is planned anew at the
 * revision that Git is at, under its rules, and a run does the rest.
 *
 * W1. A digest starts one run of a stack, however that ends: what failed or was refused is not tried for ever.
 * W2. A run that is on its way when this process starts has looked, or will look, by itself.
 */
import { OperationError } from '@trueup/diagnostics';
import {
  parseStackId,
  type RepositoryRecord,
  type Run,
  type StackId,
  type StackRecord,
  type Store,
} from '@trueup/engine';
import type { Turns } from '@trueup/repository';

import { readAll } from '../paging/read-all.ts';
import { createRun } from '../runs/create-run.ts';
import type { Sources } from './sources.ts';

export interface SourceWatchPorts {
  readonly store: Store;
  readonly sources: Pick<Sources, 'look'>;
  /** By repository id: what becomes of its stacks is decided by one at a time. */
  readonly turns: Turns;
  readonly repository: (name: string) => RepositoryRecord | undefined;
  readonly onRuns: (runs: readonly Run[]) => void;
  readonly onError: (error: unknown, subject: string) => void;
  readonly now: () => number;
  readonly newId: () => string;
  /** Between 0 and 1. */
  readonly random: () => number;
  readonly intervalMs: number;
}

export class SourceWatch {
  readonly #ports: SourceWatchPorts;
  readonly #ended = new AbortController();
  /** The digest that each stack was last started for, or found with. */
  readonly #known = new Map<StackId, string>();
  #timer: NodeJS.Timeout | undefined;
  #looking: Promise<void> = Promise.resolve();

  constructor(ports: SourceWatchPorts) {
    this.#ports = ports;
  }

  start(): void {
    this.#plan();
  }

  /** Ends what is under way. */
  async stop(reason: Error): Promise<void> {
    this.#ended.abort(reason);
    clearTimeout(this.#timer);
    await this.#looking;
  }

  #plan(): void {
    if (this.#ended.signal.aborted) return;
    const { intervalMs, random } = this.#ports;
    const look = () => {
      this.#looking = this.lookAtAll().finally(() => this.#plan());
    };
    // Many servers that were started together come one by one.
    this.#timer = setTimeout(look, intervalMs * (0.9 + 0.2 * random()));
    this.#timer.unref();
  }

  /** Never rejects. */
  async lookAtAll(): Promise<void> {
    const { store, onError } = this.#ports;
    const { signal } = this.#ended;
    try {
      const records = await readAll((page) => store.stacks({}, page));
      for (const record of records) {
        if (signal.aborted) return;
        await this.#look(record).catch((error: unknown) => {
          // Registries are away at times; the next look comes soon enough.
          const passes = error instanceof OperationError && error.family === 'transient';
          if (!signal.aborted && !passes) onError(error, record.id);
        });
      }
    } catch (error) {
      if (!signal.aborted) onError(error, 'sources');
    }
  }

  async #look(record: StackRecord): Promise<void> {
    const { sources } = this.#ports;
    const { id, applied, standing, paused } = record;
    if (!applied || standing !== 'active' || paused !== undefined) return;
    for (const [name, digest] of Object.entries(applied.render.inputs)) {
      if (!name.startsWith('source:')) continue;
      const found = await sources.look(name, this.#ended.signal);
      if (found !== undefined && found !== digest) await this.#startRun(id, found);
    }
  }

  /** W1, W2 */
  async #startRun(stack: StackId, digest: string): Promise<void> {
    const { store, turns, repository, onRuns, now, newId } = this.#ports;
    const known = this.#known.get(stack);
    if (known === digest) return;
    const followed = repository(parseStackId(stack).repository);
    if (followed?.head === undefined) return;
    const { id, head } = followed;
    const run = await turns.take(id, async () => {
      const unfinished = await store.runs({ stack, ended: false }, { limit: 1 });
      this.#known.set(stack, digest);
      if (known === undefined && unfinished.items.length > 0) return undefined;
      const at = new Date(now()).toISOString();
      const place = { repository: id, stack, revision: head, purpose: 'revision' } as const;
      const created = await createRun({ id: newId(), ...place, requestedBy: 'trueup', at }, store);
      await store.commit(created.writes);
      return created.run;
    });
    if (run) onRuns([run]);
  }
}
