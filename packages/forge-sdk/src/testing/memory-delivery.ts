import { createHmac } from 'node:crypto';

import { isJsonObject } from '@trueup/diagnostics';

import type { Delivery, ForgeHint, WebhookRequest } from '../delivery.ts';
import { deliveryId, verifyHmac } from '../rest/verify-delivery.ts';
import type { StagedEvent } from './forge-fixture.ts';

const header = 'x-memory-signature';

/** Any body, signed as the forge in memory signs. */
export function signMemoryDelivery(body: Uint8Array, secret: string): WebhookRequest {
  const signature = createHmac('sha256', secret).update(body).digest('hex');
  return { headers: { [header]: signature, 'x-memory-delivery': '1' }, body };
}

/** What the forge in memory would send. */
export function writeMemoryDelivery(
  event: StagedEvent,
  { repository, secret }: { readonly repository: string; readonly secret: string },
): WebhookRequest {
  return signMemoryDelivery(Buffer.from(JSON.stringify({ ...event, repository })), secret);
}

export function readMemoryDelivery(
  { headers, body }: WebhookRequest,
  secrets: readonly string[],
): Delivery {
  const refusal = verifyHmac({ body, signature: headers[header], secrets });
  if (refusal) return refusal;
  const event = parse(body);
  const repository = event && Object.hasOwn(event, 'repository') ? event['repository'] : undefined;
  if (!event || typeof repository !== 'string') return { kind: 'refused', reason: 'malformed' };
  const hint = toHint(event, repository);
  return { kind: 'hints', id: deliveryId(body), hints: hint ? [hint] : [] };
}

function parse(body: Uint8Array): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
    return isJsonObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

const abouts = {
  'merge-request': 'merge-request',
  comment: 'comments',
  review: 'reviews',
} as const;

function toHint(
  { kind, branch, number, commit }: Readonly<Record<string, unknown>>,
  repository: string,
): ForgeHint | undefined {
  if (kind === 'push' && typeof branch === 'string') return { kind: 'branch', repository, branch };
  if (kind === 'check' && typeof commit === 'string') return { kind: 'commit', repository, commit };
  if (kind !== 'merge-request' && kind !== 'comment' && kind !== 'review') return undefined;
  if (typeof number !== 'number') return undefined;
  return { kind: 'merge-request', repository, number, about: abouts[kind] };
}
