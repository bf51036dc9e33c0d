/** Reads what GitHub sends: https://docs.github.com/webhooks. As JSON, not as a form. */
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
  const refusal = verifyHmac({ body, signature: headers['x-hub-signature-256'], secrets });
  if (refusal) return refusal;
  const payload = parsePayload(body);
  if (!payload) return { kind: 'refused', reason: 'malformed' };
  // Not signed, so whoever sends it again may name another event: that makes us look elsewhere, no more.
  const event = headers['x-github-event'] ?? '';
  const repository = textAt(payload, 'repository', 'full_name');
  const hint = repository === undefined ? undefined : toHint(event, payload, repository);
  if (repository === undefined && !isAboutNoRepository(event)) {
    return { kind: 'refused', reason: 'malformed' };
  }
  return { kind: 'hints', id: deliveryId(body), hints: hint ? [hint] : [] };
}

/** What an app or an organisation is told. */
function isAboutNoRepository(event: string): boolean {
  return /^(?:ping|installation|github_app|organization|member|team)/.test(event);
}

function toHint(event: string, payload: Payload, repository: string): ForgeHint | undefined {
  switch (event) {
    case 'push': {
      const branch = branchAt(payload, 'ref');
      return branch === undefined ? undefined : { kind: 'branch', repository, branch };
    }
    case 'status':
      return toCommitHint(repository, textAt(payload, 'sha'), textAt(payload, 'context'));
    case 'check_run': {
      const run = ['check_run', 'head_sha'] as const;
      return toCommitHint(
        repository,
        textAt(payload, ...run),
        textAt(payload, 'check_run', 'name'),
      );
    }
    case 'pull_request':
      return toMergeRequestHint(repository, numberAt(payload, 'number'), 'merge-request');
    case 'pull_request_review':
      return toMergeRequestHint(repository, numberAt(payload, 'pull_request', 'number'), 'reviews');
    case 'issue_comment':
      // Also of issues, which are no merge requests.
      return memberAt(payload, 'issue', 'pull_request')
        ? toMergeRequestHint(repository, numberAt(payload, 'issue', 'number'), 'comments')
        : undefined;
    default:
      return undefined;
  }
}
