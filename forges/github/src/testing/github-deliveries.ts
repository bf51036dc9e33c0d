/**
 * Webhooks as GitHub sends them: the payloads of its documentation (`push`, `pull_request`,
 * `pull_request_review`, `issue_comment`, `status`, `ping`, `star`), as far as anybody reads them.
 */
import { createHmac } from 'node:crypto';

import type { WebhookRequest } from '@trueup/forge-sdk';
import type { StagedEvent } from '@trueup/forge-sdk/testing';

export function signAsGithub(body: Uint8Array, secret: string, event = 'push'): WebhookRequest {
  const digest = createHmac('sha256', secret).update(body).digest('hex');
  return {
    headers: {
      'content-type': 'application/json',
      'user-agent': 'GitHub-Hookshot/044aadd',
      'x-github-delivery': '72d3162e-cc78-11e3-81ab-4c9367dc0958',
      'x-github-event': event,
      'x-github-hook-id': '292430182',
      'x-hub-signature-256': `sha256=${digest}`,
    },
    body,
  };
}

export function deliverAsGithub(path: string, event: StagedEvent, secret: string): WebhookRequest {
  const [name, payload] = payloadOf(event);
  const repository = { id: 1, full_name: path };
  const whole = { ...payload, repository, sender: { id: 2, login: 'x' } };
  return signAsGithub(Buffer.from(JSON.stringify(whole)), secret, name);
}

function payloadOf(event: StagedEvent): readonly [name: string, payload: object] {
  switch (event.kind) {
    case 'push':
      return ['push', { ref: `refs/heads/${event.branch}`, after: event.commit, deleted: false }];
    case 'merge-request': {
      const { number } = event;
      return ['pull_request', { action: 'synchronize', number, pull_request: { number } }];
    }
    case 'comment': {
      const issue = { number: event.number, pull_request: { merged_at: null } };
      return ['issue_comment', { action: 'created', issue, comment: { id: 3 } }];
    }
    case 'review': {
      const pull_request = { number: event.number };
      return ['pull_request_review', { action: 'submitted', review: { id: 4 }, pull_request }];
    }
    case 'check':
      return ['status', { sha: event.commit, context: 'ci/test', state: 'success' }];
    case 'ping':
      return ['ping', { zen: 'Speak like a human.', hook_id: 5 }];
    case 'unknown':
      return ['star', { action: 'created' }];
  }
}
