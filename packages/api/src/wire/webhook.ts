/** What the built-in forge tells others. */
import { integer, list, object, optional, type Schema, text, words } from '../schema/schema.ts';

export type WebhookEvent = 'push' | 'merge-request' | 'comment' | 'review' | 'check';

export interface Webhook {
  readonly id: string;
  /** Of the repository in the built-in forge. */
  readonly path: string;
  readonly repository: string;
  readonly url: string;
  /** Name of the secret that bodies are signed with: `X-Trueup-Signature-256`, HMAC-SHA-256. */
  readonly secret: string;
  readonly events: readonly WebhookEvent[];
  readonly createdAt: string;
}

export interface NewWebhook {
  readonly url: string;
  /** Name of a secret that may be used for the repository. */
  readonly secret: string;
  readonly events: readonly WebhookEvent[];
}

export interface WebhookDelivery {
  /** Sent along as `X-Trueup-Delivery`, the same for each attempt. */
  readonly id: string;
  readonly webhook: string;
  readonly path: string;
  readonly event: WebhookEvent;
  /** As it is signed and sent. */
  readonly body: string;
  readonly state: 'pending' | 'sent' | 'failed';
  readonly attempts: number;
  readonly createdAt: string;
  readonly updatedAt: string;
  /** Of a pending one: not before. */
  readonly nextAt?: string;
  readonly failure?: { readonly code: string; readonly message: string };
}

const events = ['push', 'merge-request', 'comment', 'review', 'check'] as const;

export const webhookSchema: Schema<Webhook> = object<Webhook>(
  {
    id: text(),
    path: text(),
    repository: text(),
    url: text(),
    secret: text(),
    events: list(words(events)),
    createdAt: text(),
  },
  'Webhook',
);

export const newWebhookSchema: Schema<NewWebhook> = object<NewWebhook>(
  {
    url: text({ minLength: 1, maxLength: 2000 }),
    secret: text({ minLength: 1, maxLength: 100 }),
    events: list(words(events), { maxItems: 5 }),
  },
  'NewWebhook',
);

export const webhookDeliverySchema: Schema<WebhookDelivery> = object<WebhookDelivery>(
  {
    id: text(),
    webhook: text(),
    path: text(),
    event: words(events),
    body: text(),
    state: words(['pending', 'sent', 'failed'] as const),
    attempts: integer(),
    createdAt: text(),
    updatedAt: text(),
    nextAt: optional(text()),
    failure: optional(
      object<NonNullable<WebhookDelivery['failure']>>({ code: text(), message: text() }),
    ),
  },
  'WebhookDelivery',
);
