/**
 * Writes one after the other, and those that wait at the same time with one sync of the disk: a sync
 * costs more than all the rest of a commit, and a hundred runs at once all want one.
 *
 * Invariants:
 * C1. A task's promise is resolved only after the transaction that holds it is on the disk (P4).
 * C2. A task that throws leaves nothing, and the others of its transaction nothing less.
 * C3. Tasks take effect in the order in which they came.
 */
import type { Kysely, Transaction } from 'kysely';

import { releaseSavepoint, rollBackToSavepoint, setSavepoint } from './queries/savepoint.ts';
import type { Tables } from './tables.ts';

export type WriteTask<T> = (transaction: Transaction<Tables>) => Promise<T>;

export class CommitQueue {
  readonly #database: Kysely<Tables>;
  readonly #sync: () => Promise<void>;
  #waiting: WaitingTask[] = [];
  #drain: Promise<void> | undefined;

  /** `sync` resolves when all that was committed before it was called is on the disk. */
  constructor(database: Kysely<Tables>, sync: () => Promise<void>) {
    this.#database = database;
    this.#sync = sync;
  }

  /** Rejects with what `task` threw, or with what kept its transaction from being committed. */
  async run<T>(task: WriteTask<T>): Promise<T> {
    return await new Promise<T>((resolve, reject) => {
      this.#waiting.push({
        perform: async (transaction) => {
          const result = await task(transaction);
          return () => resolve(result);
        },
        reject,
      });
      this.#drain ??= this.#drainWaiting();
    });
  }

  /** Resolves when nothing waits any more. */
  async settle(): Promise<void> {
    while (this.#drain !== undefined) await this.#drain;
  }

  async #drainWaiting(): Promise<void> {
    // Whoever is about to write in this turn of the loop gets into the first transaction.
    await new Promise((resolve) => setImmediate(resolve));
    while (this.#waiting.length > 0) {
      const group = this.#waiting.slice(0, largestGroup);
      this.#waiting = this.#waiting.slice(largestGroup);
      await this.#commit(group);
    }
    this.#drain = undefined;
  }

  async #commit(group: readonly WaitingTask[]): Promise<void> {
    const settlements: (() => void)[] = [];
    try {
      await this.#database.transaction().execute(async (transaction) => {
        for (const waiting of group) settlements.push(await performOne(waiting, transaction));
      });
      // Those that come meanwhile make up the next group.
      await this.#sync();
      for (const settle of settlements) settle();
    } catch (error) {
      // Nothing of the group counts as written: those that went well have to hear that, too (C1).
      for (const { reject } of group) reject(error);
    }
  }
}

interface WaitingTask {
  /** What it answers tells the caller; it is called after the commit. */
  readonly perform: WriteTask<() => void>;
  readonly reject: (error: unknown) => void;
}

/** Bounds how long readers of the loop wait behind one transaction. */
const largestGroup = 64;

async function performOne(
  { perform, reject }: WaitingTask,
  transaction: Transaction<Tables>,
): Promise<() => void> {
  await setSavepoint(transaction);
  try {
    const settle = await perform(transaction);
    await releaseSavepoint(transaction);
    return settle;
  } catch (error) {
    const isOpen = await rollBackToSavepoint(transaction).then(
      () => true,
      () => false,
    );
    // The database has ended the transaction by itself, as with a full disk (C2): `error` says why.
    if (!isOpen) throw error;
    return () => reject(error);
  }
}
