/**
 * Reads what GitLab sends: https://docs.gitlab.com/user/project/integrations/webhook_events. GitLab signs
 * nothing, but sends the secret itself along: it belongs on an encrypted way.
 */
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
      return toMergeRequest(numberAt(payload, 'object_attributes', 'iid'), about, repository);
    }
    case 'note':
      // Also of issues and commits, which name no merge request.
      return toMergeRequest(numberAt(payload, 'merge_request', 'iid'), 'comments', repository);
    case 'pipeline':
      return toCommit(textAt(payload, 'object_attributes', 'sha'), undefined, repository);
    case 'build':
      return toCommit(textAt(payload, 'sha'), textAt(payload, 'build_name'), repository);
    default:
      return undefined;
  }
}

/** What we post ourselves tells us nothing. */
function toCommit(
  commit: string | undefined,
  name: string | undefined,
  repository: string,
): ForgeHint | undefined {
  const isOwn = isOwnContext(name ?? '');
  return commit === undefined || isOwn ? undefined : { kind: 'commit', repository, commit };
}

function toMergeRequest(
  number: number | undefined,
  about: Extract<ForgeHint, { kind: 'merge-request' }>['about'],
  repository: string,
): ForgeHint | undefined {
  return number === undefined ? undefined : { kind: 'merge-request', repository, number, about };
}
