/**
 * Objects that a controller has to look at. One that is added twice is looked at once; a few are looked
 * at in a row, then requests get their turn.
 */

import type { Identity } from '../storage/stored-object.ts';

export type Reconcile = (identity: Identity) => void;

const rowLength = 32;

export class ReconcileQueue {
  readonly #reconcile: Reconcile;
  readonly #waiting = new Map<string, Identity>();
  #scheduled: NodeJS.Immediate | undefined;

  constructor(reconcile: Reconcile) {
    this.#reconcile = reconcile;
  }

  get isEmpty(): boolean {
    return this.#waiting.size === 0;
  }

  add(identity: Identity): void {
    const { resource, namespace, name } = identity;
    this.#waiting.set(`${resource} ${namespace}/${name}`, { resource, namespace, name });
    this.#scheduled ??= setImmediate(() => this.#work());
  }

  close(): void {
    this.#waiting.clear();
    if (this.#scheduled) clearImmediate(this.#scheduled);
  }

  #work(): void {
    this.#scheduled = undefined;
    let count = 0;
    for (const [key, identity] of this.#waiting) {
      this.#waiting.delete(key);
      this.#reconcile(identity);
      count += 1;
      if (count >= rowLength) break;
    }
    if (this.#waiting.size > 0) this.#scheduled ??= setImmediate(() => this.#work());
  }
}
