/**
 * Sends what the built-in forge tells others, from an outbox in the store.
 *
 * W1. An event is written in the batch of what it tells of: no crash parts the two.
 * W2. Each webhook has a lane of its own, in which one event after the other is sent: one that is slow or
 *     down holds up no other.
 * W3. A delivery is marked as sent after it was taken: who kills the process in between has it sent once
 *     more, with the same id.
 */
import { OperationError } from '@trueup/diagnostics';
import { mostAttempts, pauseAfter, type Store, type Write } from '@trueup/engine';
import type { HostedEvent } from '@trueup/forge-hosted';
import type { Outbound } from '@trueup/outbound';

import { postMessage } from '../alerts/destinations/post-message.ts';
import { readAll } from '../paging/read-all.ts';
import type { ReadSecret } from '../stacks/resolve-secrets.ts';
import {
  deliveryPlace,
  deliveryRecord,
  readDelivery,
  readWebhook,
  type Webhook,
  type WebhookDelivery,
  webhookPlace,
} from './webhook.ts';

export interface WebhookPorts {
  readonly store: Pick<Store, 'hosted' | 'hostedRecords' | 'commit'>;
  readonly outbound: Pick<Outbound, 'open'>;
  readonly readSecret: ReadSecret;
  readonly now: () => number;
  readonly newId: () => string;
  readonly random: () => number;
  /** Paths of all repositories of the built-in forge. */
  readonly paths: () => Promise<readonly string[]>;
  /** The store, or we. */
  readonly onError: (error: unknown, subject: string) => void;
}

interface Lane {
  readonly waiting: Map<string, WebhookDelivery>;
  work: Promise<void> | undefined;
  timer: NodeJS.Timeout | undefined;
}

/** Of one repository: whoever wants more keeps what was sent. */
const keptDeliveries = 500;
/** Longer timers overflow. */
const longestTimerMs = 3_600_000;

export class WebhookCourier {
  readonly #ports: WebhookPorts;
  readonly #lanes = new Map<string, Lane>();
  readonly #stopping = new AbortController();

  constructor(ports: WebhookPorts) {
    this.#ports = ports;
  }

  /** Takes up what an earlier process left. */
  async begin(): Promise<void> {
    for (const path of await this.#ports.paths()) {
      const filter = { place: deliveryPlace(path), state: 'pending', order: 'rising' } as const;
      const left = await readAll((page) => this.#ports.store.hostedRecords(filter, page));
      for (const record of left) this.#take(await readDelivery(record));
    }
  }

  /** W1: what has to be written because of these events. {@link take} them once it is. */
  async compose(events: readonly HostedEvent[]): Promise<readonly WebhookDelivery[]> {
    const deliveries: WebhookDelivery[] = [];
    for (const event of events) {
      const webhooks = await this.#webhooksOf(event.repository);
      const wanted = webhooks.filter(({ events: kinds }) => kinds.includes(event.kind));
      for (const { id } of wanted) deliveries.push(await this.#compose(id, event));
    }
    return deliveries;
  }

  take(deliveries: readonly WebhookDelivery[]): void {
    for (const delivery of deliveries) this.#take(delivery);
  }

  /** Somebody asks for it again: it has all of its attempts once more. */
  async sendAgain(delivery: WebhookDelivery): Promise<WebhookDelivery> {
    const at = this.#at();
    const { failure: _before, ...rest } = delivery;
    const again = { ...rest, state: 'pending', attempts: 0, nextAt: at, updatedAt: at } as const;
    await this.#ports.store.commit([write(again)]);
    this.#take(again);
    return again;
  }

  /** Aborts what is under way: it is sent by the next process. */
  async stop(reason: Error): Promise<void> {
    this.#stopping.abort(reason);
    for (const { timer } of this.#lanes.values()) clearTimeout(timer);
    await Promise.all([...this.#lanes.values()].map(({ work }) => work));
  }

  #take(delivery: WebhookDelivery | undefined): void {
    if (delivery?.state !== 'pending') return;
    const lane = this.#lanes.get(delivery.webhook) ?? begin();
    this.#lanes.set(delivery.webhook, lane);
    lane.waiting.set(delivery.id, delivery);
    this.#pump(lane);
  }

  /** W2 */
  #pump(lane: Lane): void {
    if (this.#stopping.signal.aborted || lane.work) return;
    clearTimeout(lane.timer);
    const [first] = [...lane.waiting.values()].sort((one, other) => dueMs(one) - dueMs(other));
    if (!first) return;
    const waitMs = dueMs(first) - this.#ports.now();
    if (waitMs > 0) {
      lane.timer = setTimeout(() => this.#pump(lane), Math.min(waitMs, longestTimerMs));
      lane.timer.unref();
      return;
    }
    lane.work = this.#deliver(lane, first).finally(() => {
      lane.work = undefined;
      this.#pump(lane);
    });
  }

  /** Never rejects. */
  async #deliver(lane: Lane, delivery: WebhookDelivery): Promise<void> {
    const { signal } = this.#stopping;
    try {
      const after = await this.#attempt(delivery, signal);
      await this.#ports.store.commit([write(after), ...(await this.#trim(after.path))]);
      if (after.state === 'pending') lane.waiting.set(after.id, after);
      else lane.waiting.delete(after.id);
    } catch (error) {
      if (signal.aborted) return;
      // The store, or we: it stays in the outbox, and the next process sends it.
      lane.waiting.delete(delivery.id);
      this.#ports.onError(error, `webhook of ${delivery.path}`);
    }
  }

  /** W3 */
  async #attempt(delivery: WebhookDelivery, signal: AbortSignal): Promise<WebhookDelivery> {
    const { failure: _before, nextAt: _due, ...rest } = delivery;
    const attempts = delivery.attempts + 1;
    try {
      await this.#send(delivery, signal);
      return { ...rest, attempts, state: 'sent', updatedAt: this.#at() };
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof OperationError)) throw error;
      const { code, message, family } = error;
      const tried = { ...rest, attempts, failure: { code, message }, updatedAt: this.#at() };
      if (family === 'stalled' || attempts >= mostAttempts) return { ...tried, state: 'failed' };
      const nextMs = this.#ports.now() + pauseAfter(attempts, this.#ports.random);
      return { ...tried, state: 'pending', nextAt: new Date(nextMs).toISOString() };
    }
  }

  /** Looked up again before each attempt: one that was removed is sent no more. */
  async #send({ path, webhook: id, body, ...rest }: WebhookDelivery, signal: AbortSignal) {
    const { store, outbound, readSecret, now } = this.#ports;
    const record = await store.hosted({ place: webhookPlace(path), id });
    const webhook = record && (await readWebhook(record));
    if (!webhook) return;
    const { signDelivery } = await import('@trueup/forge-hosted');
    const use = { kind: 'repository', name: webhook.repository } as const;
    const secret = (await readSecret(webhook.secret, use)).trim();
    const { headers: signed } = signDelivery(Buffer.from(body), secret);
    const headers = { 'x-trueup-event': rest.event, 'x-trueup-delivery': rest.id };
    const all = Object.entries({ ...signed, ...headers }).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, value] as const],
    );
    const message = { url: webhook.url, headers: Object.fromEntries(all), body };
    await postMessage(message, { outbound, nowMs: now, signal });
  }

  async #compose(webhook: string, event: HostedEvent): Promise<WebhookDelivery> {
    const { composePayload } = await import('@trueup/forge-hosted');
    const at = this.#at();
    return {
      id: this.#ports.newId(),
      webhook,
      path: event.repository,
      event: event.kind,
      body: JSON.stringify(composePayload(event, at)),
      state: 'pending',
      attempts: 0,
      createdAt: at,
      updatedAt: at,
      nextAt: at,
    };
  }

  async #webhooksOf(path: string): Promise<readonly Webhook[]> {
    const filter = { place: webhookPlace(path), order: 'rising' } as const;
    const { items } = await this.#ports.store.hostedRecords(filter, { limit: 100 });
    const found = await Promise.all(items.map(readWebhook));
    return found.filter((one) => one !== undefined);
  }

  async #trim(path: string): Promise<readonly Write[]> {
    const filter = { place: deliveryPlace(path), state: 'sent', order: 'falling' } as const;
    const newest = await this.#ports.store.hostedRecords(filter, { limit: keptDeliveries });
    if (newest.next === undefined) return [];
    const page = { after: newest.next, limit: 100 };
    const { items } = await this.#ports.store.hostedRecords(filter, page);
    return items.map(({ place, id }) => ({ kind: 'hosted-removed', key: { place, id } }));
  }

  #at(): string {
    return new Date(this.#ports.now()).toISOString();
  }
}

function begin(): Lane {
  return { waiting: new Map<string, WebhookDelivery>(), work: undefined, timer: undefined };
}

function dueMs({ nextAt }: WebhookDelivery): number {
  return Date.parse(nextAt ?? '') || 0;
}

export function write(delivery: WebhookDelivery): Write {
  return { kind: 'hosted', record: deliveryRecord(delivery) };
}
