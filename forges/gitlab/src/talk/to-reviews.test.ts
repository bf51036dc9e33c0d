import { describe, expect, it } from 'vitest';

import type { GitlabNote } from '../schema.ts';
import { type ReviewSources, toReviews } from './to-reviews.ts';

const ann = { id: 1, username: 'ann' };
const bob = { id: 2, username: 'bob' };

describe('toReviews', () => {
  it.each<[string, Partial<ReviewSources>, readonly string[]]>([
    ['an approval that stands', { notes: [approve(1)], approvals: by(ann) }, ['1 approved h1']],
    ['one that GitLab took back by itself', { notes: [approve(1)] }, ['1 dismissed h1']],
    [
      'one that was taken back and given again',
      { notes: [approve(1), unapprove(2), approve(3)], approvals: by(ann) },
      ['1 dismissed h1', '3 approved h2'],
    ],
    [
      'one of somebody else, whose words another copied',
      { notes: [{ ...approve(1), system: false }], approvals: { approved_by: [] } },
      [],
    ],
    [
      'one that no note tells of, with its time',
      { approvals: { approved_by: [{ user: bob, approved_at: at(4) }] } },
      ['approval-2 approved h2'],
    ],
    ['one that no note tells of, without a time', { approvals: by(bob) }, []],
    [
      'changes that are still asked for',
      {
        notes: [note(1, 'requested changes')],
        reviewers: [{ user: ann, state: 'requested_changes' }],
      },
      ['1 changes-requested h1'],
    ],
    [
      'changes that are asked for no more',
      { notes: [note(1, 'requested changes')], reviewers: [{ user: ann, state: 'unreviewed' }] },
      ['1 dismissed h1'],
    ],
    [
      'changes, and then an approval',
      { notes: [note(1, 'requested changes'), approve(3)], approvals: by(ann) },
      ['1 dismissed h1', '3 approved h2'],
    ],
    ['what GitLab tells besides', { notes: [note(1, 'changed the description')] }, []],
  ])('tells %s', (_name, sources, expected) => {
    const versions = [
      { id: 12, head_commit_sha: 'h2', created_at: at(2) },
      { id: 11, head_commit_sha: 'h1', created_at: at(0) },
    ];
    const none: ReviewSources = {
      approvals: { approved_by: [] },
      reviewers: [],
      notes: [],
      versions,
    };

    const reviews = toReviews({ ...none, ...sources });

    expect(reviews.map(({ id, verdict, commit }) => `${id} ${verdict} ${commit}`)).toEqual(
      expected,
    );
  });
});

function at(second: number): string {
  return `2026-01-01T00:00:0${second}.500Z`;
}

function note(id: number, body: string): GitlabNote {
  return { id, author: ann, body, system: true, created_at: at(id), updated_at: at(id) };
}

function approve(id: number): GitlabNote {
  return note(id, 'approved this merge request');
}

function unapprove(id: number): GitlabNote {
  return note(id, 'unapproved this merge request');
}

function by(user: typeof ann): ReviewSources['approvals'] {
  return { approved_by: [{ user }] };
}
