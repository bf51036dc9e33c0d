/** The writes of the recent past, in their order: what watches resume from and snapshots go back by. */

import type { StoredObject } from './stored-object.ts';

export interface StoreEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly revision: number;
  /** For a deletion the last state, at the revision of the deletion. */
  readonly object: StoredObject;
  /** What it was before; absent for what is new. */
  readonly previous: StoredObject | undefined;
}

export interface HistoryLimits {
  readonly maxEvents: number;
  /** Of the texts that only the history still holds. */
  readonly maxBytes: number;
}

export class EventHistory {
  readonly #limits: HistoryLimits;
  #events: StoreEvent[] = [];
  #bytes = 0;
  /** States after this revision can be told. */
  #floor = 0;

  constructor(limits: HistoryLimits) {
    this.#limits = limits;
  }

  /** The oldest revision that a watch may resume from and a list may be asked for. */
  get oldestRevision(): number {
    return this.#floor;
  }

  append(event: StoreEvent): void {
    this.#events.push(event);
    this.#bytes += event.previous?.text.length ?? 0;
    if (this.#events.length > 2 * this.#limits.maxEvents) this.#shrink(this.#limits.maxEvents);
    if (this.#bytes > this.#limits.maxBytes) this.#shrink(this.#events.length >> 1);
  }

  /** Forgets all that lies before `revision`. */
  forgetBefore(revision: number): void {
    this.#shrink(this.#events.length - this.#indexAfter(revision));
    this.#floor = Math.max(this.#floor, revision);
  }

  /**
   * The events after `revision`, oldest first, `undefined` when they are no longer all known.
   * A revision that lies in the future has no events yet.
   */
  since(revision: number): readonly StoreEvent[] | undefined {
    if (revision < this.#floor) return undefined;
    return this.#events.slice(this.#indexAfter(revision));
  }

  #indexAfter(revision: number): number {
    let low = 0;
    let high = this.#events.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#events[middle]?.revision ?? 0) <= revision) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #shrink(kept: number): void {
    const dropped = this.#events.length - kept;
    if (dropped <= 0) return;
    this.#floor = this.#events[dropped - 1]?.revision ?? this.#floor;
    this.#events = this.#events.slice(dropped);
    this.#bytes = this.#events.reduce((sum, { previous }) => sum + (previous?.text.length ?? 0), 0);
  }
}
