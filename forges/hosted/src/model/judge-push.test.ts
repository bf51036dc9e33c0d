import { describe, expect, it } from 'vitest';

import { judgePush } from './judge-push.ts';

const none = '0'.repeat(40);
const [a, b] = ['a'.repeat(40), 'b'.repeat(40)];
const facts = {
  repository: {
    protections: [{ pattern: 'main', checks: [], approvals: 0, resolvedThreads: false }],
  },
  heads: new Map([['main', a]]),
  permission: 'write',
} as const;

describe('judgePush', () => {
  it.each([
    ['a new branch', none, 'refs/heads/change', undefined],
    ['another branch', a, 'refs/heads/change', undefined],
    ['a protected branch', a, 'refs/heads/main', /protected/],
    ['a protected branch that is said to be new', none, 'refs/heads/main', /protected/],
    ['a new tag', none, 'refs/tags/v1', undefined],
    ['a tag that is there', a, 'refs/tags/v1', /stays/],
    ['the head of a merge request', none, 'refs/merge-requests/1/head', /only branches/],
    ['what is ours', none, 'refs/trueup/x', /only branches/],
    ['no ref at all', none, 'main', /only branches/],
    ['an option', none, 'refs/heads/--upload-pack=x', /not a name/],
    ['a branch that is called like a commit', none, `refs/heads/${a}`, /something else/],
    ['a tag that is called so', none, `refs/tags/${'A1'.repeat(32)}`, /something else/],
    ['a branch that is called like a ref', none, 'refs/heads/refs/heads/main', /something else/],
    ['a way out', none, 'refs/heads/../../config', /not a name/],
  ])('judges %s', (_case, before, ref, reason) => {
    const found = judgePush([{ before, after: b, ref }], facts).get(ref);

    expect(found ?? 'let through').toMatch(reason ?? /let through/);
  });

  it('lets the push through that makes a protected branch', () => {
    const command = { before: none, after: b, ref: 'refs/heads/main' };

    expect(judgePush([command], { ...facts, heads: new Map() }).size).toBe(0);
    const later = { ...command, before: a };
    expect(judgePush([later], { ...facts, heads: new Map() }).size).toBe(1);
  });

  it('lets go what is called like a commit', () => {
    const ref = `refs/heads/${a}`;

    expect(judgePush([{ before: a, after: none, ref }], facts).size).toBe(0);
  });

  it('lets administrators move tags, and nobody protected branches', () => {
    const commands = ['refs/tags/v1', 'refs/heads/main'].map((ref) => ({
      before: a,
      after: b,
      ref,
    }));

    expect([...judgePush(commands, { ...facts, permission: 'admin' }).keys()]).toEqual([
      'refs/heads/main',
    ]);
  });
});
