import { describe, expect, it } from 'vitest';

import { type Digest, digestPlan } from '../plan/digest.ts';
import {
  createChangeSet,
  digestChangeSet,
  endChangeSet,
  noteStack,
  waitingStacks,
} from './advance-change-set.ts';
import type { ChangeSet, ChangeSetStack } from './change-set.ts';
import { describeStatuses } from './describe-statuses.ts';
import { findApproved } from './find-approved.ts';
import { type Command, parseCommands } from './parse-command.ts';

const at = '2026-01-01T00:00:00.000Z';
const later = '2026-01-01T00:01:00.000Z';

function setOf(...stacks: readonly string[]): ChangeSet {
  const [head, base, merged] = ['a', 'b', 'c'].map((digit) => digit.repeat(40));
  const place = {
    id: 'c1',
    repository: 'r1',
    number: 7,
    author: '42',
    headSeenAt: at,
    createdAt: at,
  };
  return createChangeSet({
    ...place,
    head: head ?? '',
    base: base ?? '',
    outcome: { merged: merged ?? '', stacks, diagnostics: [] },
  });
}

function digestOf(text: string): Digest {
  return digestPlan(new Set<Digest>([`sha256:${text}`]));
}

function planned(...steps: readonly string[]): ChangeSetStack {
  const digests = steps.map(digestOf);
  const digest = digestPlan(new Set(digests));
  return { name: 'planned', plan: 'p', digest, digests, plannedAt: at };
}

describe('a change set', () => {
  it('is planned when every stack has an answer', () => {
    const begun = setOf('r/a', 'r/b');
    expect(waitingStacks(begun)).toEqual(['r/a', 'r/b']);

    const half = noteStack(begun, 'r/a', planned('1'), later);
    expect(half).toMatchObject({ phase: { name: 'planning' }, updatedAt: later });
    expect(waitingStacks(half)).toEqual(['r/b']);

    const whole = noteStack(half, 'r/b', { name: 'deferred', reason: 'later' }, later);
    expect(whole.phase).toEqual({ name: 'planned' });
    expect(waitingStacks(whole)).toEqual([]);
  });

  it('is planned at once when it touches nothing', () => {
    expect(setOf().phase).toEqual({ name: 'planned' });
  });

  it('plans nothing while its branches do not merge', () => {
    const { head, base, createdAt } = setOf();
    const place = {
      id: 'c1',
      repository: 'r1',
      number: 7,
      author: '42',
      headSeenAt: at,
      head,
      base,
      createdAt,
    };
    const set = createChangeSet({ ...place, outcome: { conflicts: ['a.yaml'] } });

    expect(waitingStacks(set)).toEqual([]);
    expect(noteStack(set, 'r/a', planned('1'), later)).toBe(set);
    expect(describeStatuses({ set, unapproved: new Set(), asksPeople: true })).toMatchObject([
      { state: 'failed', description: 'conflicts with the target branch in 1 file' },
      { state: 'pending' },
    ]);
    expect(endChangeSet(set, { name: 'closed' }, later).phase).toEqual({ name: 'closed' });
  });

  it('knows its own stacks only, and what has ended stays as it is', () => {
    const set = setOf('r/a');
    expect(noteStack(set, 'r/x', planned('1'), later)).toBe(set);
    expect(noteStack(set, '__proto__', planned('1'), later)).toBe(set);

    const ended = endChangeSet(set, { name: 'superseded', by: 'c2' }, later);
    expect(noteStack(ended, 'r/a', planned('1'), later)).toBe(ended);
    expect(endChangeSet(ended, { name: 'closed' }, later)).toBe(ended);
  });

  it('has the same digest in whatever order its stacks were planned', () => {
    const one = noteStack(
      noteStack(setOf('r/a', 'r/b'), 'r/a', planned('1'), at),
      'r/b',
      planned('2'),
      at,
    );
    const other = noteStack(
      noteStack(setOf('r/b', 'r/a'), 'r/b', planned('2'), at),
      'r/a',
      planned('1'),
      at,
    );

    expect(digestChangeSet(one)).toBe(digestChangeSet(other));
    expect(digestChangeSet(noteStack(one, 'r/a', planned('3'), at))).not.toBe(digestChangeSet(one));
  });
});

describe('findApproved', () => {
  const set = [
    ['r/a', planned('1', '2')],
    ['r/b', planned('3')],
    ['r/c', planned()],
    ['r/d', { name: 'deferred', reason: 'later' }],
  ].reduce(
    (all, [stack, state]) => noteStack(all, stack as string, state as ChangeSetStack, at),
    setOf('r/a', 'r/b', 'r/c', 'r/d'),
  );
  const a = { stack: 'r/a', digests: ['1', '2'].map(digestOf) };
  const b = { stack: 'r/b', digests: [digestOf('3')] };
  const digits = (digest: Digest, count: number): string => digest.slice(7, 7 + count);

  it.each([
    ['the change set', digits(digestChangeSet(set), 12), [a, b]],
    ['the change set in full', digestChangeSet(set), [a, b]],
    ['one stack', digits(digestPlan(new Set(b.digests)), 12), [b]],
    ['one stack, in capitals', digits(digestPlan(new Set(a.digests)), 20).toUpperCase(), [a]],
  ])('takes the digest of %s', (_name, digest, stacks) => {
    expect(findApproved(set, digest)).toEqual({ kind: 'approved', stacks });
  });

  it.each([
    ['too few digits', digits(digestChangeSet(set), 11), 'too-short'],
    ['none', '', 'too-short'],
    ['another one', '0'.repeat(64), 'unknown'],
    ['a single step', digits(digestOf('1'), 64), 'unknown'],
    ['a plan without steps', digits(digestPlan(new Set()), 64), 'unknown'],
    ['no digits', '../../etc/passwd', 'unknown'],
  ])('takes nothing for %s', (_name, digest, kind) => {
    expect(findApproved(set, digest)).toEqual({ kind });
  });

  it('covers no more what was planned again and came to something else', () => {
    const digest = digits(digestChangeSet(set), 12);

    expect(findApproved(noteStack(set, 'r/a', planned('1'), later), digest).kind).toBe('unknown');
  });

  it('covers both of two stacks with the same plan', () => {
    const same = noteStack(set, 'r/c', planned('3'), at);

    expect(findApproved(same, digits(digestPlan(new Set(b.digests)), 12))).toEqual({
      kind: 'approved',
      stacks: [b, { ...b, stack: 'r/c' }],
    });
  });
});

describe('parseCommands', () => {
  it.each<[string, readonly Command[]]>([
    ['/trueup plan', [{ name: 'plan' }]],
    [
      'looks good\n\n/trueup approve 0123456789ab\r\nthanks',
      [{ name: 'approve', digest: '0123456789ab' }],
    ],
    ['/trueup approve `0123456789ab`', [{ name: 'approve', digest: '0123456789ab' }]],
    ['  /TrueUp  HOLD  ', [{ name: 'hold' }]],
    ['/trueup apply\n/trueup explain', [{ name: 'apply' }, { name: 'explain' }]],
    ['/trueup', [{ name: 'unknown', text: '/trueup' }]],
    ['/trueup approve', [{ name: 'unknown', text: '/trueup approve' }]],
    ['/trueup plan --force', [{ name: 'unknown', text: '/trueup plan --force' }]],
    ['/trueup approve a b', [{ name: 'unknown', text: '/trueup approve a b' }]],
    ['> /trueup apply', []],
    ['I said /trueup apply', []],
    ['    /trueup apply', []],
    ['```\n/trueup apply\n```', []],
    ['~~~~\n/trueup apply\n~~~\n/trueup hold\n~~~~\n/trueup plan', [{ name: 'plan' }]],
    ['```\n/trueup apply', []],
    ['/trueupapply', []],
    ['', []],
  ])('reads %j', (body, commands) => {
    expect(parseCommands(body)).toEqual(commands);
  });

  it('takes no more than a person would write', () => {
    expect(parseCommands('/trueup apply\n'.repeat(1000))).toHaveLength(20);
  });
});

describe('describeStatuses', () => {
  const states = (set: ChangeSet, unapproved: readonly string[], asksPeople = true) =>
    describeStatuses({ set, unapproved: new Set(unapproved), asksPeople }).map(
      ({ state, description }) => `${state}: ${description}`,
    );
  it('lead to where all of it stands', () => {
    const asked = { set: both, unapproved: new Set<string>(), asksPeople: false };
    const url = 'https://t.example.com/repositories/r/merge-requests/7';

    expect(describeStatuses({ ...asked, url }).map((status) => status.url)).toEqual([url, url]);
    expect(describeStatuses(asked).every((status) => !('url' in status))).toBe(true);
  });

  const one = setOf('r/a', 'r/b');
  const both = noteStack(noteStack(one, 'r/a', planned('1'), at), 'r/b', planned('2'), at);

  it.each<[string, ChangeSet, readonly string[], readonly string[]]>([
    [
      'it is planned',
      noteStack(one, 'r/a', planned('1'), at),
      [],
      ['pending: planned 1 of 2 stacks', 'pending: waits for the plan'],
    ],
    [
      'it waits for a word',
      both,
      ['r/a'],
      ['passed: planned 2 stacks', 'pending: 1 stack to be approved'],
    ],
    ['it is approved', both, [], ['passed: planned 2 stacks', 'passed: approved']],
    ['it touches nothing', setOf(), [], ['passed: touches no stack', 'passed: approved']],
    [
      'a stack fails',
      noteStack(both, 'r/a', { name: 'failed', diagnostics: [] }, at),
      [],
      ['failed: 1 stack cannot be planned', 'pending: waits for the plan'],
    ],
    [
      'a stack waits for trust',
      noteStack(both, 'r/a', { name: 'refused', reason: '' }, at),
      [],
      [
        'pending: 1 stack not planned before somebody who may says so',
        'pending: waits for the plan',
      ],
    ],
    [
      'a stack is planned later',
      noteStack(both, 'r/a', { name: 'deferred', reason: '' }, at),
      [],
      ['passed: planned 1 stack, 1 later', 'passed: approved'],
    ],
    [
      'the configuration has mistakes',
      { ...both, diagnostics: [{ severity: 'error', code: 'X', path: [], summary: 'x' }] },
      [],
      ['failed: trueup.yaml has mistakes', 'passed: approved'],
    ],
    ['it was superseded', endChangeSet(both, { name: 'superseded', by: 'x' }, at), [], []],
  ])('say that %s', (_name, set, unapproved, expected) => {
    expect(states(set, unapproved)).toEqual(expected);
  });

  it('say when nobody is asked', () => {
    expect(states(both, [], false)[1]).toBe('passed: nobody has to approve');
  });
});
