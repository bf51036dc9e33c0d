/**
 * Reads what GitLab sends: https://docs.gitlab.com/user/project/integrations/webhook_events. GitLab signs
 * nothing, but sends the secret itself along: it belongs on an encrypted way.
 */
import {
  branchAt,
  type Delivery,
  deliveryId,
  type ForgeHint,
  numberAt,
  type Payload,
  parsePayload,
  textAt,
  toCommitHint,
  toMergeRequestHint,
  verifyToken,
  type WebhookRequest,
} from '@trueup/forge-sdk';

/** Pure. See `Forge.readDelivery`. */
export function readDelivery(
  { headers, body }: WebhookRequest,
  secrets: readonly string[],
): Delivery {
  const refusal = verifyToken({ body, signature: headers['x-gitlab-token'], secrets });
  if (refusal) return refusal;
  const payload = parsePayload(body);
  const kind = payload && (textAt(payload, 'object_kind') ?? textAt(payload, 'event_name'));
  if (!payload || kind === undefined) return { kind: 'refused', reason: 'malformed' };
  const repository = textAt(payload, 'project', 'path_with_namespace');
  const hint = repository === undefined ? undefined : toHint(kind, payload, repository);
  return { kind: 'hints', id: deliveryId(body), hints: hint ? [hint] : [] };
}

function toHint(kind: string, payload: Payload, repository: string): ForgeHint | undefined {
  switch (kind) {
    case 'push': {
      const branch = branchAt(payload, 'ref');
      return branch === undefined ? undefined : { kind: 'branch', repository, branch };
    }
    case 'merge_request': {
      const action = textAt(payload, 'object_attributes', 'action') ?? '';
      const about = /^(?:un)?approv/.test(action) ? 'reviews' : 'merge-request';
      return toMergeRequestHint(repository, numberAt(payload, 'object_attributes', 'iid'), about);
    }
    case 'note':
      // Also of issues and commits, which name no merge request.
      return toMergeRequestHint(repository, numberAt(payload, 'merge_request', 'iid'), 'comments');
    case 'pipeline':
      return toCommitHint(repository, textAt(payload, 'object_attributes', 'sha'));
    case 'build':
      return toCommitHint(repository, textAt(payload, 'sha'), textAt(payload, 'build_name'));
    default:
      return undefined;
  }
}
