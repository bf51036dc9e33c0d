/** May this be merged now, in this way? Pure: everything that counts was looked up before. */
import type { ForgeUser, MergeMethod, MergeOutcome } from '@trueup/forge-sdk';

import type {
  HostedMergeRequest,
  HostedReview,
  HostedStatus,
  Note,
} from './hosted-merge-request.ts';
import { systemUser } from './hosted-merge-request.ts';
import type { HostedRepository, Protection } from './hosted-repository.ts';
import { protectionsOf } from './match-branch.ts';

export interface MergeFacts {
  readonly repository: HostedRepository;
  readonly request: HostedMergeRequest;
  /** What git says of the two heads. `behind`: the target's head is not among the source's ancestors. */
  readonly fit: 'merges' | 'behind' | 'conflicts' | 'unrelated';
  /** On the head. */
  readonly statuses: readonly HostedStatus[];
  /** Oldest first. */
  readonly reviews: readonly HostedReview[];
  /** Ids of those who may write: others' approvals do not count. */
  readonly writers: ReadonlySet<string>;
  readonly notes: readonly Note[];
}

export type MergeObstacle = Extract<MergeOutcome, { readonly kind: 'conflict' | 'refused' }>;

/** The first thing that stands in the way; `undefined` when nothing does. */
export function findObstacle(facts: MergeFacts, method: MergeMethod): MergeObstacle | undefined {
  const { request, repository } = facts;
  if (request.state !== 'open') return refused('It is closed.');
  if (request.draft) return refused('It is a draft.');
  if (facts.fit === 'unrelated') return refused('Its branch has no history in common.');
  if (facts.fit === 'conflicts') return { kind: 'conflict' };
  if (!repository.mergeMethods.includes(method)) {
    return refused('The repository does not merge in this way.');
  }
  if (method === 'fast-forward' && facts.fit === 'behind') {
    return refused('Its branch is behind its target branch.');
  }
  const [reason] = protectionsOf(repository, request.targetBranch).flatMap((protection) =>
    unmetOf(protection, facts),
  );
  return reason === undefined ? undefined : refused(reason);
}

/**
 * Whether a merge that waits for it may happen: nothing stands in its way, and no check that anybody
 * posted is pending or bad, required or not.
 */
export function isGreen(facts: MergeFacts, method: MergeMethod): boolean {
  return (
    findObstacle(facts, method) === undefined &&
    facts.statuses.every(({ state }) => state === 'passed')
  );
}

/** What a protection still asks for, one sentence each. */
export function unmetOf(
  { checks, approvals, resolvedThreads }: Protection,
  facts: MergeFacts,
): readonly string[] {
  const missing = checks.filter((name) => !hasPassed(name, facts.statuses));
  const given = approversOf(facts).length;
  const open = resolvedThreads ? openThreads(facts.notes).length : 0;
  return [
    ...missing.map((name) => `The check ${JSON.stringify(name)} has not passed.`),
    ...(given < approvals ? [`It has ${given} of ${approvals} approvals.`] : []),
    ...(open > 0 ? [`${open} of its threads are not resolved.`] : []),
  ];
}

/** Nobody but Trueup says what is called `trueup/…`. */
function hasPassed(name: string, statuses: readonly HostedStatus[]): boolean {
  return statuses.some(
    ({ context, state, author }) =>
      context === name &&
      state === 'passed' &&
      (!context.startsWith('trueup/') || author.id === systemUser.id),
  );
}

/**
 * Whose newest verdict approves the head, and counts: of somebody else than who opened it or pushed to it,
 * given since it goes where it goes.
 */
export function approversOf({
  request,
  reviews,
  writers,
}: Pick<MergeFacts, 'request' | 'reviews' | 'writers'>): readonly ForgeUser[] {
  const { author: opener, pushers = [], reviewsAfter = 0 } = request;
  const own = new Set([opener, ...pushers].map(({ id }) => id));
  const newest = new Map<string, HostedReview>();
  for (const review of reviews.filter(({ id }) => Number(id) > reviewsAfter)) {
    if (review.verdict !== 'commented') newest.set(review.author.id, review);
  }
  return [...newest.values()]
    .filter(
      ({ verdict, commit, author }) =>
        verdict === 'approved' &&
        commit === request.sourceCommit &&
        !own.has(author.id) &&
        writers.has(author.id),
    )
    .map(({ author }) => author);
}

export function openThreads(notes: readonly Note[]): readonly Note[] {
  return notes.filter(({ discussion, resolved }) => discussion === true && !resolved);
}

function refused(reason: string): MergeObstacle {
  return { kind: 'refused', reason };
}
