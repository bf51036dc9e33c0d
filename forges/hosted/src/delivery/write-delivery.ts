/** What this forge sends: JSON, signed with HMAC-SHA-256 in hexadecimal digits. */
import { createHmac } from 'node:crypto';

import type { WebhookRequest } from '@trueup/forge-sdk';

import type { HostedEvent } from '../hosted-client.ts';

export const signatureHeader = 'x-trueup-signature-256';

/**
 * The body of a webhook: `event`, `repository`, `at`, `by`, and what the event has besides. A push has `ref`,
 * `before` and `after` (absent for a new branch, or one that is gone).
 */
export function composePayload(event: HostedEvent, at: string): Readonly<Record<string, unknown>> {
  const { kind, repository, by, ...rest } = event;
  const about = 'branch' in rest ? { ref: `refs/heads/${rest.branch}`, ...without(rest) } : rest;
  return { event: kind, repository, at, by, ...about };
}

function without({ branch: _named, ...rest }: { readonly branch: string }): object {
  return rest;
}

/** Pure. */
export function signDelivery(body: Uint8Array, secret: string): WebhookRequest {
  const digits = createHmac('sha256', secret).update(body).digest('hex');
  const headers = { 'content-type': 'application/json', [signatureHeader]: `sha256=${digits}` };
  return { headers, body };
}
