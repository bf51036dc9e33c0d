import type { Review, Verdict } from '@trueup/forge-sdk';

import { toUser } from '../merge-request/to-merge-request.ts';
import type { GiteaReview } from '../schema.ts';

const verdicts: ReadonlyMap<string, Verdict> = new Map([
  ['APPROVED', 'approved'],
  ['REQUEST_CHANGES', 'changes-requested'],
  ['COMMENT', 'commented'],
]);

/** Pure. In the order in which they were given. */
export function toReviews(reviews: readonly GiteaReview[]): readonly Review[] {
  return reviews.flatMap(toReview).sort(byTime);
}

/** What is not sent yet, and what asks for a review, is no review. */
function toReview(review: GiteaReview): readonly Review[] {
  const verdict = verdicts.get(review.state);
  if (!verdict || !review.user) return [];
  return [
    {
      id: String(review.id),
      author: toUser(review.user),
      verdict: review.dismissed ? 'dismissed' : verdict,
      ...(review.commit_id && { commit: review.commit_id }),
      submittedAt: review.submitted_at,
    },
  ];
}

function byTime(one: Review, other: Review): number {
  const byDate = Date.parse(one.submittedAt) - Date.parse(other.submittedAt);
  return byDate === 0 ? Number(one.id) - Number(other.id) : byDate;
}
