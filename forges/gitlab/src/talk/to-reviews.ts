/**
 * Who approved. GitLab itself only says who approves now; when that was, and what was taken back, stands
 * in the notes that it writes by itself; and the head at that time in the list of versions.
 */
import type { Review, Verdict } from '@trueup/forge-sdk';

import { toUser } from '../merge-request/to-merge-request.ts';
import type { GitlabApprovals, GitlabNote, GitlabReviewer, GitlabVersion } from '../schema.ts';

export interface ReviewSources {
  readonly approvals: GitlabApprovals;
  readonly reviewers: readonly GitlabReviewer[];
  /** Oldest first. */
  readonly notes: readonly GitlabNote[];
  readonly versions: readonly GitlabVersion[];
}

type Given = Review & { readonly verdict: Verdict };

/** Pure. In the order in which they were given. */
export function toReviews({
  approvals,
  reviewers,
  notes,
  versions,
}: ReviewSources): readonly Review[] {
  const told = notes.filter(({ system }) => system).flatMap(toGiven);
  const approving = new Set(approvals.approved_by.map(({ user }) => String(user.id)));
  const refusing = new Set(
    reviewers
      .filter(({ state }) => state === 'requested_changes')
      .map(({ user }) => String(user.id)),
  );
  const reviews = told.map((review) => {
    const isLast = told.findLast((other) => isSameKind(other, review)) === review;
    const holders = review.verdict === 'approved' ? approving : refusing;
    const stands = isLast && holders.has(review.author.id);
    return withHead(stands ? review : { ...review, verdict: 'dismissed' }, versions);
  });
  const untold = approvals.approved_by.filter(({ user }) => !isTold(told, String(user.id)));
  return [...reviews, ...untold.flatMap(toUntold).map((review) => withHead(review, versions))].sort(
    (one, other) => Date.parse(one.submittedAt) - Date.parse(other.submittedAt),
  );
}

const verdicts: ReadonlyMap<string, Verdict> = new Map([
  ['approved this merge request', 'approved'],
  ['requested changes', 'changes-requested'],
  ['requested changes to this merge request', 'changes-requested'],
]);

function toGiven(note: GitlabNote): readonly Given[] {
  const verdict = verdicts.get(note.body.trim());
  if (!verdict) return [];
  const author = toUser(note.author);
  return [{ id: String(note.id), author, verdict, submittedAt: note.created_at }];
}

function isSameKind(one: Given, other: Given): boolean {
  return one.author.id === other.author.id && one.verdict === other.verdict;
}

function isTold(told: readonly Given[], id: string): boolean {
  return told.some(({ author, verdict }) => author.id === id && verdict === 'approved');
}

/** An approval without a time cannot be said to come after anything, so it counts for nothing. */
function toUntold({
  user,
  approved_at,
}: GitlabApprovals['approved_by'][number]): readonly Review[] {
  if (!approved_at) return [];
  const id = `approval-${user.id}`;
  return [{ id, author: toUser(user), verdict: 'approved', submittedAt: approved_at }];
}

/** The head that the merge request had at that time. */
function withHead(review: Review, versions: readonly GitlabVersion[]): Review {
  const at = Date.parse(review.submittedAt);
  const before = versions.filter(({ created_at }) => Date.parse(created_at) <= at);
  const [newest] = before.sort((one, other) => other.id - one.id);
  return newest ? { ...review, commit: newest.head_commit_sha } : review;
}
