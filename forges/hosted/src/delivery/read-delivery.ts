/** Reads what this forge itself sends, see `write-delivery.ts`: one Trueup can listen to another one's forge. */
import {
  branchAt,
  type Delivery,
  deliveryId,
  type ForgeHint,
  isOwnContext,
  numberAt,
  type Payload,
  parsePayload,
  textAt,
  verifyHmac,
  type WebhookRequest,
} from '@trueup/forge-sdk';

import { signatureHeader } from './write-delivery.ts';

/** Pure. See `Forge.readDelivery`. */
export function readDelivery(
  { headers, body }: WebhookRequest,
  secrets: readonly string[],
): Delivery {
  const refusal = verifyHmac({ body, signature: headers[signatureHeader], secrets });
  if (refusal) return refusal;
  const payload = parsePayload(body);
  const repository = payload && textAt(payload, 'repository');
  const event = payload && textAt(payload, 'event');
  if (!payload || repository === undefined || event === undefined) {
    return { kind: 'refused', reason: 'malformed' };
  }
  const hint = toHint(event, payload, repository);
  return { kind: 'hints', id: deliveryId(body), hints: hint ? [hint] : [] };
}

function toHint(event: string, payload: Payload, repository: string): ForgeHint | undefined {
  switch (event) {
    case 'push': {
      const branch = branchAt(payload, 'ref');
      return branch === undefined ? undefined : { kind: 'branch', repository, branch };
    }
    case 'check':
      return toCommit(payload, repository);
    case 'merge-request':
      return toRequest(payload, repository, 'merge-request');
    case 'comment':
      return toRequest(payload, repository, 'comments');
    case 'review':
      return toRequest(payload, repository, 'reviews');
    default:
      return undefined;
  }
}

/** What we post ourselves tells us nothing. */
function toCommit(payload: Payload, repository: string): ForgeHint | undefined {
  const commit = textAt(payload, 'commit');
  const isOwn = isOwnContext(textAt(payload, 'name') ?? '');
  return commit === undefined || isOwn ? undefined : { kind: 'commit', repository, commit };
}

function toRequest(
  payload: Payload,
  repository: string,
  about: 'merge-request' | 'comments' | 'reviews',
): ForgeHint | undefined {
  const number = numberAt(payload, 'number');
  return number === undefined ? undefined : { kind: 'merge-request', repository, number, about };
}
