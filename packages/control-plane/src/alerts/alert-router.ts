/**
 * Turns what happened into messages that wait in the outbox.
 *
 * - A1. What happened is written as a live event in the batch of the fact itself. The messages that
 *   follow are written in one batch with the place up to which events were read: whatever is killed
 *   when, each event is read to its end once, and no message is lost or made twice.
 * - A2. One at a time reads and writes the outbox: this one, and the courier (`turns`).
 * - A3. Nobody is asked, and nothing is written, where no repository has alerts (P7).
 */
import { setTimeout as delay } from 'node:timers/promises';

import {
  type AlertFact,
  type AlertRecord,
  collectAlerts,
  isBefore,
  keysOf,
  type LiveEvent,
  type StackId,
  type Store,
  toFacts,
  type Write,
  withStacks,
} from '@trueup/engine';
import type { Turns } from '@trueup/repository';

import type { AlertRoutes, RoutesByRepository } from './alert-routes.ts';
import { formatPlace, type OutboxPlace, parsePlace, placeSetting } from './outbox-place.ts';

export interface AlertRouterPorts {
  readonly store: Store;
  readonly routes: AlertRoutes;
  readonly turns: Turns;
  readonly nowMs: () => number;
  readonly newId: () => string;
  /** How long news is waited for that could go into the same message. */
  readonly settleMs: number;
  /** Ids of those that are being sent. */
  readonly inFlight: () => ReadonlySet<string>;
  /** How many wait, by digest of the destination. */
  readonly pending: () => ReadonlyMap<string, number>;
  readonly onRecords: (records: readonly AlertRecord[]) => void;
  readonly onError: (error: unknown, subject: string) => void;
}

/** Whoever reads or writes the outbox takes this turn. */
export const outboxTurn = 'alerts';

const pageSize = 200;
/** After so many events without news the place is written all the same. */
const farEnough = 200;
/** Where nobody had asked for alerts, older news than this is none. */
const freshMs = 10 * 60_000;
/** Nobody's place is known: where to begin looking for what is fresh. */
const lookBack = 500;
const pauseMs = 5000;

export class AlertRouter {
  readonly #ports: AlertRouterPorts;
  readonly #stopping = new AbortController();
  #after = 0;
  #written = 0;
  #unhealthy: ReadonlySet<StackId> = new Set();
  /** Events before this sequence are read as by somebody who has just begun to listen. */
  #freshUntil = 0;
  #routes: RoutesByRepository | undefined;
  /** Before that nobody knows from where on events are news. */
  #begun = false;
  #work: Promise<void> | undefined;
  #again = false;

  constructor(ports: AlertRouterPorts) {
    this.#ports = ports;
  }

  /** Goes on where it, or the process before, stopped. */
  async begin(): Promise<void> {
    const { store } = this.#ports;
    const last = await store.lastEvent();
    const place = parsePlace(await store.setting(placeSetting));
    this.#after = place?.after ?? Math.max(last - lookBack, 0);
    this.#written = this.#after;
    this.#unhealthy = new Set(place?.unhealthy);
    this.#freshUntil = place?.asked === true ? 0 : last;
    this.#begun = true;
    this.notify();
  }

  /** Events were written. */
  notify(): void {
    if (!this.#begun || this.#stopping.signal.aborted) return;
    this.#again = true;
    this.#work ??= this.#run().finally(() => {
      this.#work = undefined;
      if (this.#again) this.notify();
    });
  }

  async stop(reason: Error): Promise<void> {
    this.#stopping.abort(reason);
    await this.#work;
  }

  /** Never rejects. */
  async #run(): Promise<void> {
    const { signal } = this.#stopping;
    while (this.#again && !signal.aborted) {
      this.#again = false;
      try {
        while (!signal.aborted && (await this.#readPage()) === pageSize);
      } catch (error) {
        if (signal.aborted) return;
        this.#ports.onError(error, 'alerts');
        this.#again = true;
        await delay(pauseMs, undefined, { signal }).catch(() => undefined);
      }
    }
  }

  /** Resolves with the number of events that were read. */
  #readPage(): Promise<number> {
    return this.#ports.turns.take(outboxTurn, async () => {
      const { store, routes } = this.#ports;
      const byRepository = await routes.read();
      await this.#noteRoutes(byRepository);
      const asked = [...byRepository.values()].some(({ length }) => length > 0);
      if (!asked) return this.#skip();
      const { items } = await store.events({ after: String(this.#after), limit: pageSize });
      const last = items.at(-1);
      if (!last) return 0;
      await this.#collect(items, last.sequence);
      return items.length;
    });
  }

  /** A3 */
  async #skip(): Promise<number> {
    this.#after = await this.#ports.store.lastEvent();
    this.#freshUntil = this.#after;
    this.#unhealthy = new Set();
    if (this.#after - this.#written > farEnough && this.#written > 0) {
      await this.#commit([], { after: this.#after, asked: false, unhealthy: [] });
    }
    return 0;
  }

  /** A1 */
  async #collect(events: readonly LiveEvent[], after: number): Promise<void> {
    const { store, routes, nowMs, newId, settleMs, inFlight, pending } = this.#ports;
    const { facts: found, unhealthy } = toFacts(this.#fresh(events), this.#unhealthy);
    const facts = await Promise.all(found.map((fact) => this.#complete(fact)));
    const byRepository = await routes.read();
    const keys = keysOf(facts, byRepository);
    const records = collectAlerts({
      facts,
      routes: byRepository,
      known: keys.length === 0 ? new Map() : await store.alertsByKey(keys),
      inFlight: inFlight(),
      pending: pending(),
      nowMs: nowMs(),
      settleMs,
      newId,
    });
    const news = records.length > 0 || unhealthy.symmetricDifference(this.#unhealthy).size > 0;
    if (news || after - this.#written > farEnough || this.#written === 0) {
      const writes = records.map((alert): Write => ({ kind: 'alert', alert }));
      await this.#commit(writes, { after, asked: true, unhealthy: [...unhealthy] });
    }
    // Not before: what could not be written is read again.
    [this.#after, this.#unhealthy] = [after, unhealthy];
    this.#ports.onRecords(records);
  }

  #fresh(events: readonly LiveEvent[]): readonly LiveEvent[] {
    const before = new Date(this.#ports.nowMs() - freshMs).toISOString();
    return events.filter(
      ({ sequence, at }) => sequence > this.#freshUntil || !isBefore(at, before),
    );
  }

  /** The stacks of change sets and rollouts stand in the store alone. */
  async #complete(fact: AlertFact): Promise<AlertFact> {
    const { store } = this.#ports;
    if (!fact.of) return fact;
    const { kind, id } = fact.of;
    const record = await (kind === 'rollout' ? store.rollout(id) : store.changeSet(id));
    return record ? withStacks(fact, Object.keys(record.stacks)) : fact;
  }

  async #commit(writes: readonly Write[], place: OutboxPlace): Promise<void> {
    const { store } = this.#ports;
    await store.commit([
      ...writes,
      { kind: 'setting', name: placeSetting, value: formatPlace(place) },
    ]);
    this.#written = place.after;
  }

  /** What was read before somebody asked is not read again for them, also by the next process. */
  async #noteRoutes(routes: RoutesByRepository): Promise<void> {
    const before = this.#routes;
    this.#routes = routes;
    if (!before || before === routes || this.#after === this.#written) return;
    const place = { after: this.#after, asked: true, unhealthy: [...this.#unhealthy] };
    await this.#commit([], place);
  }
}
