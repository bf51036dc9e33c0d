/**
 * Brings the messages of the outbox to their destinations.
 *
 * - S1. Each destination has a lane of its own, in which one message after the other is sent: one that
 *   is slow or down holds up no other. At most `parallel` are under way at once.
 * - S2. A message is marked as sent after its destination took it: who kills the process in between
 *   has it sent once more, with the same id.
 * - S3. Before each attempt the alert is looked up again: what the followed branch's head does not ask
 *   for any more is not sent, and what was re-pointed goes to where it leads now.
 * - S4. A destination that fails is left alone for a while, which doubles, or for as long as it asks.
 */
import { OperationError, StalledError, toFailure } from '@trueup/diagnostics';
import {
  type AlertDestination,
  type AlertRecord,
  digestDestination,
  findRoute,
  noteFailure,
  noteSent,
  type Store,
} from '@trueup/engine';
import type { Turns } from '@trueup/repository';

import { readAll } from '../paging/read-all.ts';
import { outboxTurn } from './alert-router.ts';
import type { AlertRoutes } from './alert-routes.ts';
import { BusyError } from './destinations/post-message.ts';
import type { SentAlert } from './destinations/send-alert.ts';

export interface AlertCourierPorts {
  readonly store: Store;
  readonly routes: AlertRoutes;
  readonly turns: Turns;
  readonly nowMs: () => number;
  readonly random: () => number;
  /** As `sendAlert`. */
  readonly send: (alert: SentAlert, to: AlertDestination, signal: AbortSignal) => Promise<string>;
  readonly onGivenUp: (record: AlertRecord) => void;
  /** The store, or we. */
  readonly onError: (error: unknown, subject: string) => void;
  readonly parallel?: number;
}

interface Lane {
  /** By id, in the order in which they came. */
  readonly waiting: Map<string, AlertRecord>;
  /** Nothing is sent before. */
  restUntilMs: number;
  /** Failures in a row. */
  failures: number;
  busy: boolean;
  timer: NodeJS.Timeout | undefined;
}

export interface CourierFigures {
  readonly waiting: number;
  /** Since the start. */
  readonly sent: number;
  readonly failed: number;
}

const usualParallel = 16;
const firstRestMs = 5000;
const longestRestMs = 600_000;
/** Longer timers overflow; whoever waits longer looks again. */
const longestTimerMs = 3600_000;

export class AlertCourier {
  readonly #ports: AlertCourierPorts;
  readonly #lanes = new Map<string, Lane>();
  readonly #stopping = new AbortController();
  readonly #work = new Set<Promise<void>>();
  readonly #inFlight = new Set<string>();
  #sent = 0;
  #failed = 0;

  constructor(ports: AlertCourierPorts) {
    this.#ports = ports;
  }

  /** Takes up what an earlier process left. */
  async begin(): Promise<void> {
    const left = await readAll((page) => this.#ports.store.alerts({ state: 'pending' }, page));
    this.take(left.toReversed());
  }

  /** New and changed records. */
  take(records: readonly AlertRecord[]): void {
    for (const record of records) {
      if (record.state === 'pending') this.#laneOf(record.to).waiting.set(record.id, record);
      if (record.state === 'failed') this.#giveUp(record);
    }
    this.#pump();
  }

  /** Of messages that are being sent. */
  get inFlight(): ReadonlySet<string> {
    return this.#inFlight;
  }

  /** How many wait, by digest of the destination. */
  get pending(): ReadonlyMap<string, number> {
    return new Map([...this.#lanes].map(([digest, { waiting }]) => [digest, waiting.size]));
  }

  get figures(): CourierFigures {
    const waiting = [...this.#lanes.values()].reduce((sum, lane) => sum + lane.waiting.size, 0);
    return { waiting, sent: this.#sent, failed: this.#failed };
  }

  /** Aborts what is under way: it is sent by the next process. */
  async stop(reason: Error): Promise<void> {
    this.#stopping.abort(reason);
    for (const { timer } of this.#lanes.values()) clearTimeout(timer);
    await Promise.all(this.#work);
  }

  /** Whoever asks by hand does not wait for a rest. */
  wake(to: AlertDestination): void {
    const lane = this.#laneOf(to);
    lane.restUntilMs = 0;
    lane.failures = 0;
    this.#pump();
  }

  #laneOf(to: AlertDestination): Lane {
    const digest = digestDestination(to);
    const known = this.#lanes.get(digest);
    if (known) return known;
    const lane = {
      waiting: new Map<string, AlertRecord>(),
      restUntilMs: 0,
      failures: 0,
      busy: false,
      timer: undefined,
    };
    this.#lanes.set(digest, lane);
    return lane;
  }

  /** S1: begins what may begin, and sets the clock for the rest. */
  #pump(): void {
    if (this.#stopping.signal.aborted) return;
    for (const [digest, lane] of this.#lanes) {
      if (lane.busy) continue;
      clearTimeout(lane.timer);
      if (lane.waiting.size === 0) {
        // Its failures are remembered for as long as it rests.
        if (lane.restUntilMs <= this.#ports.nowMs()) this.#lanes.delete(digest);
        continue;
      }
      this.#pumpLane(lane);
    }
  }

  #pumpLane(lane: Lane): void {
    const next = firstDue(lane);
    if (!next) return;
    const dueMs = Math.max(Date.parse(next.nextAt ?? ''), lane.restUntilMs);
    const waitMs = dueMs - this.#ports.nowMs();
    if (waitMs > 0) {
      lane.timer = setTimeout(() => this.#pump(), Math.min(waitMs, longestTimerMs));
      lane.timer.unref();
    } else if (this.#work.size < (this.#ports.parallel ?? usualParallel)) {
      this.#begin(lane, next);
    }
  }

  #begin(lane: Lane, record: AlertRecord): void {
    lane.busy = true;
    this.#inFlight.add(record.id);
    const work = this.#deliver(lane, record.id).finally(() => {
      lane.busy = false;
      this.#inFlight.delete(record.id);
      this.#work.delete(work);
      this.#pump();
    });
    this.#work.add(work);
  }

  /** Never rejects. */
  async #deliver(lane: Lane, id: string): Promise<void> {
    const { signal } = this.#stopping;
    try {
      const record = await this.#inTurn(() => this.#ports.store.alert(id));
      if (record?.state !== 'pending') return void lane.waiting.delete(id);
      const attempt = await this.#attempt(record, signal);
      const after = await this.#inTurn(() => this.#note(id, attempt));
      this.#settle(lane, after, attempt);
    } catch (error) {
      if (signal.aborted) return;
      // The store, or we: it stays as it was, and is tried again.
      this.#rest(lane, undefined);
      this.#ports.onError(error, `alert ${id}`);
    }
  }

  /** @throws the reason of the signal. */
  async #attempt(record: AlertRecord, signal: AbortSignal): Promise<Attempt> {
    try {
      const to = await this.#destinationOf(record);
      await this.#ports.send(record, to, signal);
      return { kind: 'sent', to };
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof OperationError)) throw error;
      return { kind: 'refused', error };
    }
  }

  /** S3 */
  async #destinationOf(record: AlertRecord): Promise<AlertDestination> {
    const routes = (await this.#ports.routes.read()).get(record.repository) ?? [];
    const route = findRoute(record, routes);
    if (route) return route.to;
    const message = `${record.name}: not sent: trueup.yaml does not ask for it any more`;
    throw new StalledError('ALERT_WITHDRAWN', message, record.name);
  }

  /** S2. What came meanwhile - a repeat that was counted - stays. */
  async #note(id: string, attempt: Attempt): Promise<AlertRecord | undefined> {
    const { store, nowMs, random } = this.#ports;
    const record = await store.alert(id);
    if (!record) return undefined;
    const now = { nowMs: nowMs(), random };
    const after =
      attempt.kind === 'sent'
        ? noteSent({ ...record, to: attempt.to }, now)
        : noteFailure(record, failureOf(attempt.error), now);
    await store.commit([{ kind: 'alert', alert: after }]);
    return after;
  }

  #settle(lane: Lane, after: AlertRecord | undefined, attempt: Attempt): void {
    if (!after) return;
    lane.waiting.delete(after.id);
    if (attempt.kind === 'sent') {
      this.#sent += 1;
      [lane.restUntilMs, lane.failures] = [0, 0];
      return;
    }
    if (after.state === 'failed') this.#giveUp(after);
    else lane.waiting.set(after.id, after);
    if (attempt.error.family === 'transient')
      this.#rest(lane, failureOf(attempt.error).retryAfterMs);
  }

  #giveUp(record: AlertRecord): void {
    this.#failed += 1;
    this.#ports.onGivenUp(record);
  }

  /** S4 */
  #rest(lane: Lane, wishMs: number | undefined): void {
    const { nowMs, random } = this.#ports;
    const restMs = Math.min(firstRestMs * 2 ** Math.min(lane.failures, 10), longestRestMs);
    lane.failures += 1;
    const jittered = restMs * (0.8 + random() * 0.4);
    lane.restUntilMs = nowMs() + Math.min(Math.max(jittered, wishMs ?? 0), longestRestMs);
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    return this.#ports.turns.take(outboxTurn, work);
  }
}

type Attempt =
  | { readonly kind: 'sent'; readonly to: AlertDestination }
  | { readonly kind: 'refused'; readonly error: OperationError };

function failureOf(error: OperationError) {
  const wish = error instanceof BusyError ? error.retryAfterMs : undefined;
  return { ...toFailure(error), ...(wish !== undefined && { retryAfterMs: wish }) };
}

/** The one that is due first; of several, the one that came first. */
function firstDue({ waiting }: Lane): AlertRecord | undefined {
  let first: AlertRecord | undefined;
  for (const record of waiting.values()) {
    if (!first || Date.parse(record.nextAt ?? '') < Date.parse(first.nextAt ?? '')) first = record;
  }
  return first;
}
