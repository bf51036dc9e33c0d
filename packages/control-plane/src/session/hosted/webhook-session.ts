import type { Page, PageRequest } from '@trueup/engine';

import type { Webhook, WebhookDelivery, WebhookEvent } from '../../hosting/webhook.ts';

export interface NewWebhook {
  readonly url: string;
  /** Name of a secret that may be used for the repository. */
  readonly secret: string;
  readonly events: readonly WebhookEvent[];
}

/** Of repositories that lie in the built-in forge. */
export interface WebhookSession {
  webhooks(repository: string): Promise<readonly Webhook[]>;
  addWebhook(repository: string, webhook: NewWebhook): Promise<Webhook>;
  /** What waits for it is sent no more. */
  removeWebhook(repository: string, id: string): Promise<void>;
  /** The outbox, the newest first. */
  webhookDeliveries(repository: string, page: PageRequest): Promise<Page<WebhookDelivery>>;
  retryWebhookDelivery(repository: string, id: string): Promise<WebhookDelivery>;
}
