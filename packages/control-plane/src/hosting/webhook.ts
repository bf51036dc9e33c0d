import type { HostedRecord } from '@trueup/engine';
import type { HostedEvent } from '@trueup/forge-hosted';
import { guardOf, integer, list, maybe, object, type Shape, text } from '@trueup/forge-sdk';

/** What the built-in forge tells others, by the word of the event. */
export type WebhookEvent = HostedEvent['kind'];

/** Where events of one repository go to. */
export interface Webhook {
  readonly id: string;
  /** In the built-in forge. */
  readonly path: string;
  /** Registered name of the repository, for which the secret may be used. */
  readonly repository: string;
  readonly url: string;
  /** Name of the secret that bodies are signed with. */
  readonly secret: string;
  readonly events: readonly WebhookEvent[];
  readonly createdAt: string;
}

/**
 * One event for one webhook, as the outbox keeps it.
 *
 * - `pending`: is sent at `nextAt`, for the first time or again.
 * - `sent`: it was taken. There may have been a second one with the same id, where the process ended right
 *   after sending.
 * - `failed`: given up, until somebody asks for it again.
 */
export interface WebhookDelivery {
  /** Sent along: who gets the same one twice knows that it is the same. */
  readonly id: string;
  readonly webhook: string;
  readonly path: string;
  readonly event: WebhookEvent;
  /** JSON, as it is signed and sent. */
  readonly body: string;
  readonly state: 'pending' | 'sent' | 'failed';
  readonly attempts: number;
  readonly createdAt: string;
  readonly updatedAt: string;
  /** Of a pending one: not before. */
  readonly nextAt?: string;
  /** Why the last attempt failed: a code, and one line without secrets. */
  readonly failure?: { readonly code: string; readonly message: string };
}

export const webhookEvents: readonly WebhookEvent[] = [
  'push',
  'merge-request',
  'comment',
  'review',
  'check',
];

function words<const T extends string>(values: readonly T[]): Shape<T> {
  return { type: 'string', enum: values };
}

const webhookShape: Shape<Webhook> = object<Webhook>({
  id: text,
  path: text,
  repository: text,
  url: text,
  secret: text,
  events: list(words(webhookEvents)),
  createdAt: text,
});

const deliveryShape: Shape<WebhookDelivery> = object<WebhookDelivery>({
  id: text,
  webhook: text,
  path: text,
  event: words(webhookEvents),
  body: text,
  state: words(['pending', 'sent', 'failed']),
  attempts: integer,
  createdAt: text,
  updatedAt: text,
  nextAt: maybe(text),
  failure: maybe(object<NonNullable<WebhookDelivery['failure']>>({ code: text, message: text })),
});

export function webhookPlace(path: string): string {
  return `webhooks/${path}`;
}

export function deliveryPlace(path: string): string {
  return `deliveries/${path}`;
}

export function webhookRecord(webhook: Webhook): HostedRecord {
  const { id, path, createdAt } = webhook;
  return { place: webhookPlace(path), id, rank: createdAt, state: '', body: webhook };
}

export function deliveryRecord(delivery: WebhookDelivery): HostedRecord {
  const { id, path, createdAt, state } = delivery;
  return { place: deliveryPlace(path), id, rank: createdAt, state, body: delivery };
}

/** `undefined` for what no version of ours wrote. */
export async function readWebhook({ body }: HostedRecord): Promise<Webhook | undefined> {
  const isWebhook = await guardOf(webhookShape);
  return isWebhook(body) ? body : undefined;
}

export async function readDelivery({ body }: HostedRecord): Promise<WebhookDelivery | undefined> {
  const isDelivery = await guardOf(deliveryShape);
  return isDelivery(body) ? body : undefined;
}
