/**
 * Keeps what was read of one engine's containers, as long as its events cover it.
 *
 * C1. Only what was read after the stream of events was accepted, and before it broke, is kept.
 * C2. An event drops what it touches, also while that is being read. What nobody understands drops all.
 * C3. A write of ours drops all when it begins and when it ends: its events come later than its answer.
 * C4. An event that never came costs a minute at most: then containers are listed again, and all that
 *     does not agree with the list is dropped. What lists do not show (limits, restart policy, health) is read
 *     again after ten minutes.
 * C5. What is kept is bounded; what goes beyond is read each time.
 */
import { isJsonList, isJsonObject, type Json, type JsonObject } from '@trueup/diagnostics';

import { readEffect } from './read-effect.ts';

/** What is kept of one container. */
export interface KeptContainer {
  readonly body: JsonObject;
  /** Whether a row of a list can be of it, as it is. */
  readonly agrees: (listed: JsonObject) => boolean;
}

interface Entry<T> {
  readonly readAt: number;
  /** Absent while it is being read. */
  readonly kept?: { readonly container: T; readonly size: number };
}

interface Listing {
  readonly readAt: number;
  readonly rows: readonly JsonObject[];
  readonly size: number;
}

const listedForMs = 60_000;
const keptForMs = 10 * 60_000;
const maxContainers = 2000;
/** Characters, of lists and containers together. */
const maxSize = 16 * 1024 * 1024;

export class KeptContainers<T extends KeptContainer = KeptContainer> {
  readonly #now: () => number;
  readonly #entries = new Map<string, Entry<T>>();
  #isCovered = false;
  #listing: Listing | undefined;
  /** Changes whenever a list that is being read is no longer to be kept. */
  #listTurn = 0;
  #size = 0;
  #isUsed = false;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** The stream was accepted: what is read from now on may be kept. */
  cover(): void {
    this.dropAll();
    this.#isCovered = true;
  }

  /** The stream ended, however that was. */
  uncover(): void {
    this.#isCovered = false;
    this.dropAll();
  }

  dropAll(): void {
    this.#entries.clear();
    this.#dropList();
    this.#size = 0;
  }

  /** C2 */
  note(event: JsonObject): void {
    const effect = readEffect(event);
    if (effect.kind === 'none') return;
    if (effect.kind === 'all') {
      this.dropAll();
      return;
    }
    for (const id of effect.ids) this.#drop(id);
    if (effect.kind === 'listed') this.#dropList();
  }

  /** What is kept: containers, and characters. */
  get holds(): { readonly containers: number; readonly size: number } {
    return { containers: this.#entries.size, size: this.#size };
  }

  /** All containers as `read` lists them, or as it did within the last minute. */
  async list(read: () => Promise<readonly JsonObject[]>): Promise<Read<readonly JsonObject[]>> {
    const known = this.#listing;
    if (known && this.#isFresh(known.readAt, listedForMs)) {
      this.#isUsed = true;
      return { value: known.rows, isKept: true };
    }
    return { value: await this.#readList(read), isKept: false };
  }

  /**
   * Lists again before the minute of the last list is over, so that nobody who looks has to wait for it.
   * Does nothing where nobody has looked since.
   */
  async renew(read: () => Promise<readonly JsonObject[]>): Promise<void> {
    if (!this.#listing || !this.#isUsed) return;
    this.#isUsed = false;
    await this.#readList(read);
  }

  /** As `read` answers, or as it did. `undefined` is never kept, nor is what `mayKeep` denies. */
  async inspect(
    id: string,
    read: () => Promise<T | undefined>,
    mayKeep: (container: T) => boolean,
  ): Promise<Read<T | undefined>> {
    const { kept, readAt = 0 } = this.#entries.get(id) ?? {};
    if (kept && this.#isFresh(readAt, keptForMs)) return { value: kept.container, isKept: true };
    this.#drop(id);
    if (!this.#isCovered || this.#entries.size >= maxContainers) {
      return { value: await read(), isKept: false };
    }
    const entry: Entry<T> = { readAt: this.#now() };
    this.#entries.set(id, entry);
    try {
      const value = await read();
      if (value && mayKeep(value)) this.#keep(id, entry, value);
      return { value, isKept: false };
    } finally {
      if (this.#entries.get(id) === entry) this.#entries.delete(id);
    }
  }

  #keep(id: string, entry: Entry<T>, container: T): void {
    // An event has come meanwhile, or the stream broke.
    if (this.#entries.get(id) !== entry) return;
    const size = weigh(container.body);
    if (this.#size + size > maxSize) return;
    this.#size += size;
    this.#entries.set(id, { ...entry, kept: { container, size } });
  }

  async #readList(read: () => Promise<readonly JsonObject[]>): Promise<readonly JsonObject[]> {
    this.#listTurn += 1;
    const turn = this.#listTurn;
    const readAt = this.#now();
    const rows = await read();
    if (this.#isCovered && turn === this.#listTurn) this.#keepList(rows, readAt);
    return rows;
  }

  #keepList(rows: readonly JsonObject[], readAt: number): void {
    this.#dropList();
    this.#dropOthers(rows);
    const size = weigh([...rows]);
    if (rows.length > maxContainers || this.#size + size > maxSize) return;
    this.#listing = { readAt, rows, size };
    this.#size += size;
  }

  /** C4 */
  #dropOthers(rows: readonly JsonObject[]): void {
    const byId = new Map(rows.map((row) => [row['Id'], row]));
    for (const [id, { kept }] of this.#entries) {
      const row = byId.get(id);
      if (!row || (kept && !kept.container.agrees(row))) this.#drop(id);
    }
  }

  #drop(id: string): void {
    this.#size -= this.#entries.get(id)?.kept?.size ?? 0;
    this.#entries.delete(id);
  }

  #dropList(): void {
    this.#listTurn += 1;
    this.#size -= this.#listing?.size ?? 0;
    this.#listing = undefined;
  }

  #isFresh(readAt: number, boundMs: number): boolean {
    // A clock that was put back says nothing.
    const ageMs = this.#now() - readAt;
    return ageMs >= 0 && ageMs < boundMs;
  }
}

export interface Read<T> {
  readonly value: T;
  /** Whether it was kept, so that the engine was not asked. */
  readonly isKept: boolean;
}

/** About as many characters as it has as text. */
function weigh(value: Json | undefined): number {
  if (typeof value === 'string') return value.length + 2;
  if (isJsonList(value)) return value.reduce((sum: number, one) => sum + weigh(one), 2);
  if (!isJsonObject(value)) return 8;
  return Object.entries(value).reduce((sum, [name, one]) => sum + name.length + 4 + weigh(one), 2);
}
