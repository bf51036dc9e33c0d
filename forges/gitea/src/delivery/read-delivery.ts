/** Reads what Gitea and Forgejo send: https://docs.gitea.com/usage/webhooks. As JSON, not as a form. */
import {
  branchAt,
  type Delivery,
  deliveryId,
  type ForgeHint,
  memberAt,
  numberAt,
  type Payload,
  parsePayload,
  textAt,
  toCommitHint,
  toMergeRequestHint,
  verifyHmac,
  type WebhookRequest,
} from '@trueup/forge-sdk';

/** Pure. See `Forge.readDelivery`. */
export function readDelivery(
  { headers, body }: WebhookRequest,
  secrets: readonly string[],
): Delivery {
  const signature = headers['x-forgejo-signature'] ?? headers['x-gitea-signature'];
  const refusal = verifyHmac({ body, signature, secrets });
  if (refusal) return refusal;
  const payload = parsePayload(body);
  const repository = payload && textAt(payload, 'repository', 'full_name');
  if (!payload || repository === undefined) return { kind: 'refused', reason: 'malformed' };
  // Not signed, so whoever sends it again may name another event: that makes us look elsewhere, no more.
  const event = headers['x-forgejo-event'] ?? headers['x-gitea-event'] ?? '';
  const hint = toHint(event, payload, repository);
  return { kind: 'hints', id: deliveryId(body), hints: hint ? [hint] : [] };
}

function toHint(event: string, payload: Payload, repository: string): ForgeHint | undefined {
  switch (event) {
    case 'push':
      return toBranch(branchAt(payload, 'ref'), repository);
    case 'delete':
      return memberAt(payload, 'ref_type') === 'branch'
        ? toBranch(textAt(payload, 'ref'), repository)
        : undefined;
    case 'status':
      return toCommit(payload, repository);
    case 'issue_comment':
    case 'pull_request_comment':
      return toTalk(payload, repository);
    default:
      return event.startsWith('pull_request') ? toMergeRequest(payload, repository) : undefined;
  }
}

function toBranch(branch: string | undefined, repository: string): ForgeHint | undefined {
  return branch === undefined ? undefined : { kind: 'branch', repository, branch };
}

/** What we post ourselves tells us nothing. */
function toCommit(payload: Payload, repository: string): ForgeHint | undefined {
  const commit = textAt(payload, 'sha');
  return toCommitHint(repository, commit, textAt(payload, 'context'));
}

/** Also of issues, which are no merge requests; and a review that only comments bears this name too. */
function toTalk(payload: Payload, repository: string): ForgeHint | undefined {
  if (memberAt(payload, 'review')) return toMergeRequest(payload, repository);
  const number = numberAt(payload, 'issue', 'number');
  const isPull =
    memberAt(payload, 'is_pull') === true || memberAt(payload, 'issue', 'pull_request');
  if (number === undefined || !isPull) return undefined;
  return { kind: 'merge-request', repository, number, about: 'comments' };
}

function toMergeRequest(payload: Payload, repository: string): ForgeHint | undefined {
  const number = numberAt(payload, 'number') ?? numberAt(payload, 'pull_request', 'number');
  const about = memberAt(payload, 'review') ? 'reviews' : 'merge-request';
  return toMergeRequestHint(repository, number, about);
}
