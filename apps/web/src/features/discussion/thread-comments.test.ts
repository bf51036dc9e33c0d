import type { Comment, Review } from '@trueup/api';
import { expect, it } from 'vitest';

import { isOpenThread, threadComments } from './thread-comments.ts';

function comment(id: string, second: number, besides: Partial<Comment> = {}): Comment {
  const at = `2026-01-01T00:00:${String(second).padStart(2, '0')}Z`;
  return {
    id,
    author: { id: '1', login: 'ada' },
    body: id,
    createdAt: at,
    updatedAt: at,
    ...besides,
  };
}

const review: Review = {
  id: 'r',
  author: { id: '2', login: 'ben' },
  verdict: 'approved',
  commit: 'a'.repeat(40),
  body: '',
  submittedAt: '2026-01-01T00:00:02Z',
};

it('puts answers below what they answer, and everything else in order', () => {
  const entries = threadComments(
    [comment('1', 1, { discussion: true }), comment('2', 3), comment('3', 4, { thread: '1' })],
    [review],
  );

  const shown = entries.map((entry) =>
    entry.kind === 'review' ? 'review' : [entry.first.id, ...entry.answers.map(({ id }) => id)],
  );
  expect(shown).toEqual([['1', '3'], 'review', ['2']]);
});

it('keeps an answer whose thread is gone', () => {
  expect(threadComments([comment('3', 4, { thread: '1' })], [])).toHaveLength(1);
});

it.each<[boolean, Partial<Comment>]>([
  [false, {}],
  [true, { discussion: true }],
  [true, { place: { path: 'a', line: 1, commit: 'c' } }],
  [false, { discussion: true, resolved: { by: { id: '1', login: 'ada' }, at: 'x' } }],
])('says %s for %j', (open, besides) => {
  expect(isOpenThread(comment('1', 1, besides))).toBe(open);
});
