import type { Review, Verdict } from '@trueup/forge-sdk';

import { toUser } from '../merge-request/to-merge-request.ts';
import type { GithubReview } from '../schema.ts';

const verdicts: ReadonlyMap<string, Verdict> = new Map([
  ['APPROVED', 'approved'],
  ['CHANGES_REQUESTED', 'changes-requested'],
  ['COMMENTED', 'commented'],
  ['DISMISSED', 'dismissed'],
]);

/** Pure. In the order in which GitHub tells them, which is that of their time. */
export function toReviews(reviews: readonly GithubReview[]): readonly Review[] {
  return reviews.flatMap(toReview);
}

/** What is not sent yet is no review. */
function toReview(review: GithubReview): readonly Review[] {
  const verdict = verdicts.get(review.state);
  if (!verdict || !review.submitted_at) return [];
  return [
    {
      id: String(review.id),
      author: toUser(review.user),
      verdict,
      ...(review.commit_id && { commit: review.commit_id }),
      submittedAt: review.submitted_at,
    },
  ];
}
