import { describe, expect, it } from 'vitest';

import { approversOf, findObstacle, isGreen, type MergeFacts } from './decide-merge.ts';
import { type HostedReview, type HostedStatus, systemUser } from './hosted-merge-request.ts';
import type { Protection } from './hosted-repository.ts';

const [ann, ben, cia] = ['ann', 'ben', 'cia'].map((login) => ({ id: login, login }));
const at = '2026-01-01T00:00:00Z';
const head = 'a'.repeat(40);

describe('findObstacle', () => {
  it.each([
    ['an open one that merges', {}, undefined],
    ['a closed one', { request: requestOf({ state: 'closed' }) }, 'It is closed.'],
    ['a draft', { request: requestOf({ draft: true }) }, 'It is a draft.'],
    ['no history in common', { fit: 'unrelated' }, 'Its branch has no history in common.'],
    ['one behind its target', { fit: 'behind' }, undefined],
  ] as const)('says what keeps from being merged: %s', (_case, facts, reason) => {
    const obstacle = findObstacle(factsOf(facts), 'merge');

    expect(obstacle && 'reason' in obstacle ? obstacle.reason : undefined).toBe(reason);
  });

  it('tells a conflict apart', () => {
    expect(findObstacle(factsOf({ fit: 'conflicts' }), 'merge')).toEqual({ kind: 'conflict' });
  });

  it('fast-forwards nothing that is behind, and merges in no way that is not offered', () => {
    expect(findObstacle(factsOf({ fit: 'behind' }), 'fast-forward')?.kind).toBe('refused');
    const repository = { ...factsOf({}).repository, mergeMethods: ['squash'] as const };
    expect(findObstacle(factsOf({ repository }), 'merge')?.kind).toBe('refused');
    expect(findObstacle(factsOf({ repository }), 'squash')).toBeUndefined();
  });

  it('waits for what a protection asks for', () => {
    const asking = { checks: ['ci'], approvals: 1, resolvedThreads: true };
    const facts = protectedBy(asking);
    const passed = { ...facts, statuses: [statusOf('ci', 'passed')] };
    const approved = { ...passed, reviews: [reviewOf(ben, 'approved')] };
    const thread = { id: '1', author: ben as never, body: '', createdAt: at, updatedAt: at };
    const open = { ...approved, notes: [{ ...thread, discussion: true }] };

    expect(findObstacle(facts, 'merge')).toEqual(refused('The check "ci" has not passed.'));
    expect(findObstacle(passed, 'merge')).toEqual(refused('It has 0 of 1 approvals.'));
    expect(findObstacle(open, 'merge')).toEqual(refused('1 of its threads are not resolved.'));
    expect(findObstacle(approved, 'merge')).toBeUndefined();
  });

  it('does not count who pushed to it, nor what was said when it was to go elsewhere', () => {
    const approved = { ...protectedBy({ approvals: 1 }), reviews: [reviewOf(ben, 'approved')] };
    const pushed = { ...approved, request: requestOf({ pushers: [ben as never] }) };
    const elsewhere = { ...approved, request: requestOf({ reviewsAfter: 1e9 }) };

    expect(approversOf(approved)).toEqual([ben]);
    expect(approversOf(pushed)).toEqual([]);
    expect(approversOf(elsewhere)).toEqual([]);
  });

  it('believes nobody but Trueup what is called trueup/…', () => {
    const facts = protectedBy({ checks: ['trueup/approval'] });
    const forged = { ...facts, statuses: [statusOf('trueup/approval', 'passed')] };
    const own = { ...statusOf('trueup/approval', 'passed'), author: systemUser };

    expect(findObstacle(forged, 'merge')?.kind).toBe('refused');
    expect(findObstacle({ ...facts, statuses: [own] }, 'merge')).toBeUndefined();
  });

  it('asks nothing of branches that the pattern does not fit', () => {
    const facts = protectedBy({ checks: ['ci'], pattern: 'release-*' });

    expect(findObstacle(facts, 'merge')).toBeUndefined();
  });
});

describe('isGreen', () => {
  it('wants every check to have passed, required or not', () => {
    const facts = factsOf({ statuses: [statusOf('ci', 'passed'), statusOf('lint', 'pending')] });

    expect(isGreen(facts, 'merge')).toBe(false);
    expect(isGreen({ ...facts, statuses: [statusOf('ci', 'passed')] }, 'merge')).toBe(true);
  });
});

describe('approversOf', () => {
  it.each([
    ['somebody else, of the head', [reviewOf(ben, 'approved')], ['ben']],
    ['its author', [reviewOf(ann, 'approved')], []],
    ['who may not write', [reviewOf(cia, 'approved')], []],
    ['of an older head', [reviewOf(ben, 'approved', 'b'.repeat(40))], []],
    ['who changed their mind', [reviewOf(ben, 'approved'), reviewOf(ben, 'changes-requested')], []],
    ['who only commented since', [reviewOf(ben, 'approved'), reviewOf(ben, 'commented')], ['ben']],
    ['who took it back', [reviewOf(ben, 'dismissed')], []],
  ])('counts an approval: %s', (_case, reviews, approvers) => {
    expect(approversOf(factsOf({ reviews })).map(({ id }) => id)).toEqual(approvers);
  });
});

function factsOf(facts: Partial<MergeFacts>): MergeFacts {
  return {
    repository: {
      id: 'r',
      path: 'shop/gitops',
      defaultBranch: 'main',
      createdAt: at,
      lastNumber: 1,
      lastId: 0,
      mergeMethods: ['merge', 'squash', 'fast-forward'],
      protections: [],
    },
    request: requestOf({}),
    fit: 'merges',
    statuses: [],
    reviews: [],
    writers: new Set(['ann', 'ben']),
    notes: [],
    ...facts,
  };
}

function protectedBy(protection: Partial<Protection>): MergeFacts {
  const whole = {
    pattern: 'main',
    checks: [],
    approvals: 0,
    resolvedThreads: false,
    ...protection,
  };
  const facts = factsOf({});
  return { ...facts, repository: { ...facts.repository, protections: [whole] } };
}

function requestOf(rest: Partial<MergeFacts['request']>): MergeFacts['request'] {
  return {
    number: 1,
    title: 'Change',
    body: '',
    author: ann as never,
    draft: false,
    labels: [],
    reviewers: [],
    sourceRepository: 'shop/gitops',
    sourceBranch: 'change',
    sourceCommit: head,
    targetBranch: 'main',
    targetCommit: 'c'.repeat(40),
    state: 'open',
    createdAt: at,
    updatedAt: at,
    ...rest,
  };
}

function statusOf(context: string, state: HostedStatus['state']): HostedStatus {
  return { context, state, description: '', author: ben as never, updatedAt: at };
}

function reviewOf(
  author: typeof ann,
  verdict: HostedReview['verdict'],
  commit = head,
): HostedReview {
  return { id: '1', author: author as never, verdict, commit, body: '', submittedAt: at };
}

function refused(reason: string) {
  return { kind: 'refused', reason };
}
