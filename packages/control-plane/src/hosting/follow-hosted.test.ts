import type { HostedEvent } from '@trueup/forge-hosted';
import { systemUser } from '@trueup/forge-hosted';
import { describe, expect, it } from 'vitest';

import { followHosted } from './follow-hosted.ts';
import { systemId } from './hosted-people.ts';

const by = { id: 'ada:1', login: 'ada' };
const repository = 'shop/gitops';
const forge = { kind: 'hosted', path: repository };
const record = {
  id: 'r1',
  name: 'gitops',
  url: '',
  branch: 'main',
  intervalMs: 1,
  diagnostics: [],
};
const records = [
  { ...record, forge },
  { ...record, id: 'r2', name: 'production', branch: 'production', forge },
  { ...record, id: 'r3', name: 'elsewhere', forge: { kind: 'gitea', path: repository } },
];

describe('followHosted', () => {
  it.each<readonly [string, HostedEvent, readonly string[]]>([
    ['a push', { kind: 'push', repository, by, branch: 'main' }, ['fetch gitops']],
    ['a push to another branch', { kind: 'push', repository, by, branch: 'x' }, []],
    ['a push elsewhere', { kind: 'push', repository: 'shop/x', by, branch: 'main' }, []],
    [
      'what somebody said',
      { kind: 'comment', repository, by, number: 7 },
      ['look gitops 7', 'look production 7'],
    ],
    ['what we said', { kind: 'comment', repository, by: systemUser, number: 7 }, []],
    [
      'what we did',
      { kind: 'merge-request', repository, by: systemUser, number: 7, action: 'opened' },
      ['look gitops 7', 'look production 7'],
    ],
    [
      'a check',
      { kind: 'check', repository, by, commit: 'a', name: 'ci', state: 'passed' },
      ['look gitops', 'look production'],
    ],
    [
      'our own status',
      { kind: 'check', repository, by: systemUser, commit: 'a', name: 'x', state: 'passed' },
      [],
    ],
  ])('looks because of %s', (_case, event, expected) => {
    const done: string[] = [];

    followHosted([event], {
      repositories: () => records,
      fetch: (name) => done.push(`fetch ${name}`),
      look: (name, number) => done.push(['look', name, number].join(' ').trim()),
    });

    expect(done).toEqual(expected);
  });

  it('knows Trueup by the account that the forge gives it', () => {
    expect(systemId).toBe(systemUser.id);
  });
});
