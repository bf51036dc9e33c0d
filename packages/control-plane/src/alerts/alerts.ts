/**
 * Alerts as a whole: news is read from live events and put into the outbox (`AlertRouter`), and brought
 * from there to where `trueup.yaml` says (`AlertCourier`).
 */
import { OperationError, toFailure } from '@trueup/diagnostics';
import {
  type AlertDestination,
  type AlertId,
  type AlertRecord,
  type AlertRoute,
  describeDestination,
  type Store,
  sendAgain,
  type Write,
} from '@trueup/engine';
import type { Outbound } from '@trueup/outbound';
import type { Turns } from '@trueup/repository';

import type { ReadSecret } from '../stacks/resolve-secrets.ts';
import { AlertCourier, type CourierFigures } from './alert-courier.ts';
import { AlertRouter, outboxTurn } from './alert-router.ts';
import { AlertRoutes, type AlertRoutesPorts } from './alert-routes.ts';
import { sendAlert } from './destinations/send-alert.ts';

/** What sending needs of the world around. */
export interface AlertServices {
  /** Judges every address that messages go to, by the operator's settings. */
  readonly outbound: Pick<Outbound, 'open' | 'guard'>;
  /** Where people reach the server, for links. There are none if absent. */
  readonly publicUrl?: string;
  /** How long news is waited for that could go into the same message. 1 second if absent. */
  readonly settleMs?: number;
}

export interface AlertPorts extends AlertServices {
  readonly store: Store;
  readonly turns: Turns;
  readonly readSecret: ReadSecret;
  readonly readHead: AlertRoutesPorts['readHead'];
  readonly now: () => number;
  readonly newId: () => string;
  readonly random: () => number;
  readonly onGivenUp: (record: AlertRecord) => void;
  readonly onError: (error: unknown, subject: string) => void;
}

/** What a test came to. */
export interface AlertTrial {
  /** What was tried, for people; without secrets. */
  readonly destination: string;
  readonly taken: boolean;
  /** What it answered, or why it took nothing. */
  readonly answer: string;
  /** Where it took nothing. */
  readonly code?: string;
}

export class Alerts {
  readonly #ports: AlertPorts;
  readonly #routes: AlertRoutes;
  readonly #router: AlertRouter;
  readonly #courier: AlertCourier;

  constructor(ports: AlertPorts) {
    this.#ports = ports;
    const { store, turns, now: nowMs, newId, random, onError, onGivenUp, settleMs = 1000 } = ports;
    this.#routes = new AlertRoutes({ store, readHead: ports.readHead, onError });
    const shared = { store, turns, nowMs, onError, routes: this.#routes };
    this.#courier = new AlertCourier({
      ...shared,
      random,
      onGivenUp,
      send: (alert, to, signal) => this.#send(alert, to, signal),
    });
    this.#router = new AlertRouter({
      ...shared,
      newId,
      settleMs,
      inFlight: () => this.#courier.inFlight,
      pending: () => this.#courier.pending,
      onRecords: (records) => this.#courier.take(records),
    });
  }

  async begin(): Promise<void> {
    await this.#courier.begin();
    await this.#router.begin();
  }

  async stop(reason: Error): Promise<void> {
    await this.#router.stop(reason);
    await this.#courier.stop(reason);
  }

  noteWrites(writes: readonly Write[]): void {
    this.#routes.noteWrites(writes);
    if (writes.some(({ kind }) => kind === 'event')) this.#router.notify();
  }

  get figures(): CourierFigures {
    return this.#courier.figures;
  }

  /** The alerts that the repository's head names. */
  async routesOf(repository: string): Promise<readonly AlertRoute[]> {
    return (await this.#routes.read()).get(repository) ?? [];
  }

  /**
   * Sends a message once more, as if it had not been tried; `extra` is written with that. `undefined`
   * when there is no such message.
   */
  async retry(id: AlertId, extra: readonly Write[]): Promise<AlertRecord | undefined> {
    const { store, turns, now } = this.#ports;
    const record = await turns.take(outboxTurn, async () => {
      const known = await store.alert(id);
      if (!known || this.#courier.inFlight.has(id)) return known;
      const again = sendAgain(known, now());
      await store.commit([{ kind: 'alert', alert: again }, ...extra]);
      return again;
    });
    if (!record) return undefined;
    this.#courier.take([record]);
    this.#courier.wake(record.to);
    return record;
  }

  /** Sends a message of its own, at once and once. Never rejects but with the reason of the signal. */
  async try(
    { repository, to }: { readonly repository: string; readonly to: AlertDestination },
    signal: AbortSignal,
  ): Promise<AlertTrial> {
    const destination = describeDestination(to);
    try {
      const answer = await this.#send(this.#trialOf(repository), to, signal);
      return { destination, taken: true, answer };
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof OperationError)) throw error;
      const { code, message } = toFailure(error);
      return { destination, taken: false, answer: message, code };
    }
  }

  #trialOf(repository: string) {
    const { newId, now } = this.#ports;
    const message = {
      event: 'alert:test',
      tone: 'neutral',
      repository,
      stacks: [],
      subject: repository,
      title: `${repository}: this is a test`,
      items: ['Alerts of this repository arrive here.'],
      count: 1,
      again: false,
      at: new Date(now()).toISOString(),
      path: `/repositories/${encodeURIComponent(repository)}`,
    } as const;
    return { id: newId(), repository, repeats: 0, message };
  }

  #send(
    alert: Parameters<typeof sendAlert>[0],
    to: AlertDestination,
    signal: AbortSignal,
  ): Promise<string> {
    const { outbound, readSecret, now: nowMs, publicUrl } = this.#ports;
    const link = publicUrl !== undefined && { publicUrl };
    return sendAlert(alert, to, { outbound, readSecret, nowMs, ...link, signal });
  }
}
