/**
 * Webhooks as Gitea sends them: the payloads of `modules/structs/hook.go` (PushPayload, PullRequestPayload,
 * IssueCommentPayload, CommitStatusPayload), as far as anybody reads them. The integration test reads
 * those that a real one sends.
 */
import { createHmac } from 'node:crypto';

import type { WebhookRequest } from '@trueup/forge-sdk';
import type { StagedEvent } from '@trueup/forge-sdk/testing';

export function signAsGitea(body: Uint8Array, secret: string, event = 'push'): WebhookRequest {
  const signature = createHmac('sha256', secret).update(body).digest('hex');
  return {
    headers: {
      'content-type': 'application/json',
      'x-gitea-delivery': 'f6266f16-1bf3-46a5-9ea4-602e06ead473',
      'x-gitea-event': event,
      'x-gitea-event-type': event,
      'x-gitea-signature': signature,
      'x-hub-signature-256': `sha256=${signature}`,
    },
    body,
  };
}

export function deliverAsGitea(path: string, event: StagedEvent, secret: string): WebhookRequest {
  const [name, payload] = payloadOf(event);
  const whole = {
    ...payload,
    repository: { id: 1, full_name: path },
    sender: { id: 2, login: 'x' },
  };
  return signAsGitea(Buffer.from(JSON.stringify(whole)), secret, name);
}

function payloadOf(event: StagedEvent): readonly [name: string, payload: object] {
  switch (event.kind) {
    case 'push':
      return ['push', { ref: `refs/heads/${event.branch}`, after: event.commit, commits: [] }];
    case 'merge-request': {
      const { number } = event;
      return ['pull_request', { action: 'synchronized', number, pull_request: { number } }];
    }
    case 'comment': {
      const issue = { number: event.number, pull_request: { merged: false } };
      return ['issue_comment', { action: 'created', issue, is_pull: true, comment: { id: 3 } }];
    }
    case 'review': {
      const { number } = event;
      const review = { type: 'pull_request_review_approved', content: '' };
      return ['pull_request_approved', { action: 'reviewed', number, review }];
    }
    case 'check':
      return ['status', { sha: event.commit, context: 'ci/test', state: 'success' }];
    case 'ping':
      return ['repository', { action: 'created' }];
    case 'unknown':
      return ['wiki', { action: 'edited', page: 'Home' }];
  }
}
