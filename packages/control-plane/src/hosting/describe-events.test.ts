import { type HostedEvent, systemUser } from '@trueup/forge-hosted';
import { describe, expect, it } from 'vitest';

import { describeEvents } from './describe-events.ts';

const at = '2026-01-01T00:00:00Z';
const repository = 'shop/gitops';
const by = { id: 'ada:1', login: 'ada' };

describe('describeEvents', () => {
  it.each<readonly [HostedEvent, object | undefined]>([
    [
      { kind: 'push', repository, by, branch: 'main', before: 'a', after: 'b' },
      { event: 'branch:moved', subject: repository, detail: { before: 'a', after: 'b' } },
    ],
    [
      { kind: 'merge-request', repository, by, number: 7, action: 'merged' },
      { event: 'merge-request:merged', subject: 'shop/gitops!7', actor: 'member:ada' },
    ],
    [
      { kind: 'merge-request', repository, by: systemUser, number: 7, action: 'opened' },
      { event: 'merge-request:opened', actor: 'system' },
    ],
    [{ kind: 'review', repository, by, number: 7 }, { event: 'merge-request:reviewed' }],
    [{ kind: 'merge-request', repository, by, number: 7, action: 'updated' }, undefined],
    [{ kind: 'comment', repository, by, number: 7 }, undefined],
    [{ kind: 'check', repository, by, commit: 'a', name: 'ci', state: 'passed' }, undefined],
  ])('puts a name on %j', (event, line) => {
    const writes = describeEvents([event], at);

    expect(writes).toMatchObject(line ? [{ kind: 'audit', line }] : []);
    expect(writes).toHaveLength(line ? 1 : 0);
  });
});
