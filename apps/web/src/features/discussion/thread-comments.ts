import type { Comment, Review } from '@trueup/api';

/** A comment with its answers, or a review: what stands by itself in a discussion. */
export type DiscussionEntry =
  | { readonly kind: 'thread'; readonly first: Comment; readonly answers: readonly Comment[] }
  | { readonly kind: 'review'; readonly review: Review };

/** In the order in which they were begun. An answer whose thread is gone stands by itself. */
export function threadComments(
  comments: readonly Comment[],
  reviews: readonly Review[],
): readonly DiscussionEntry[] {
  const ids = new Set(comments.map(({ id }) => id));
  const isAnswer = ({ thread, id }: Comment): boolean =>
    thread !== undefined && thread !== id && ids.has(thread);
  const answers = Map.groupBy(comments.filter(isAnswer), ({ thread }) => thread);
  const threads = comments
    .filter((comment) => !isAnswer(comment))
    .map((first) => ({ kind: 'thread' as const, first, answers: answers.get(first.id) ?? [] }));
  const given = reviews.map((review) => ({ kind: 'review' as const, review }));
  return [...threads, ...given].toSorted((one, other) =>
    beganAt(one).localeCompare(beganAt(other)),
  );
}

function beganAt(entry: DiscussionEntry): string {
  return entry.kind === 'thread' ? entry.first.createdAt : entry.review.submittedAt;
}

/** Whether somebody has to say that it is resolved, and nobody has. */
export function isOpenThread({ discussion, place, resolved }: Comment): boolean {
  return (discussion === true || place !== undefined) && resolved === undefined;
}
