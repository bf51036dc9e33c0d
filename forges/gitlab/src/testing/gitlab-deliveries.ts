/**
 * Webhooks as GitLab sends them: the payloads of its documentation (push, merge request, comment,
 * pipeline, issue events), as far as anybody reads them.
 */
import type { WebhookRequest } from '@trueup/forge-sdk';
import type { StagedEvent } from '@trueup/forge-sdk/testing';

export function signAsGitlab(
  body: Uint8Array,
  secret: string,
  event = 'Push Hook',
): WebhookRequest {
  return {
    headers: {
      'content-type': 'application/json',
      'user-agent': 'GitLab/18.0.0',
      'idempotency-key': 'f5e5f430-f57b-4e6e-9fac-d9128cd7232f',
      'x-gitlab-event': event,
      'x-gitlab-event-uuid': '13792a34-cac6-4fda-95a8-c58e00a3954e',
      'x-gitlab-instance': 'https://gitlab.test',
      ...(secret !== '' && { 'x-gitlab-token': secret }),
    },
    body,
  };
}

export function deliverAsGitlab(path: string, event: StagedEvent, secret: string): WebhookRequest {
  const [name, payload] = payloadOf(event);
  const whole = { ...payload, project: { id: 1, path_with_namespace: path } };
  return signAsGitlab(Buffer.from(JSON.stringify(whole)), secret, name);
}

function payloadOf(event: StagedEvent): readonly [name: string, payload: object] {
  switch (event.kind) {
    case 'push': {
      const { branch, commit } = event;
      return ['Push Hook', { object_kind: 'push', ref: `refs/heads/${branch}`, after: commit }];
    }
    case 'merge-request': {
      const object_attributes = { iid: event.number, action: 'update' };
      return ['Merge Request Hook', { object_kind: 'merge_request', object_attributes }];
    }
    case 'comment': {
      const object_attributes = { id: 3, noteable_type: 'MergeRequest' };
      const merge_request = { iid: event.number };
      return ['Note Hook', { object_kind: 'note', object_attributes, merge_request }];
    }
    case 'review': {
      const object_attributes = { iid: event.number, action: 'approved' };
      return ['Merge Request Hook', { object_kind: 'merge_request', object_attributes }];
    }
    case 'check': {
      const object_attributes = { id: 4, sha: event.commit, status: 'success' };
      return ['Pipeline Hook', { object_kind: 'pipeline', object_attributes }];
    }
    case 'ping':
      return ['Tag Push Hook', { object_kind: 'tag_push', ref: 'refs/tags/v1' }];
    case 'unknown':
      return ['Issue Hook', { object_kind: 'issue', object_attributes: { iid: 9 } }];
  }
}
