/** What is to be done about the merge requests of a stack's drift. Pure. */
import type { AdoptionRecord, DriftItem } from '@trueup/engine';
import type { Comment, MergeRequest, Review } from '@trueup/forge-sdk';

/** Of a rule, and not closed by anybody. */
export function ownProposal(known: readonly AdoptionRecord[]): AdoptionRecord | undefined {
  return known.findLast(({ by, declined }) => by === proposer && !declined);
}

/** In the place of a person's name. */
export const proposer = 'trueup';

export interface Patience {
  /** For how long nothing of it may have changed. */
  readonly stableMs: number;
  /** Between two moves of a stack's merge request, or two of them. */
  readonly restMs: number;
}

/** When these are to be proposed, in ms since the epoch (D1, D2). What was proposed before need not rest. */
export function dueAt(
  items: readonly DriftItem[],
  known: readonly AdoptionRecord[],
  { stableMs, restMs }: Patience,
): number {
  const own = known.filter(({ by }) => by === proposer);
  const isNews = items.some(({ id, changedAt }) => {
    const told = own.findLast((one) => one.items.includes(id));
    return told === undefined || Date.parse(changedAt) > Date.parse(told.at);
  });
  const stable = items.map(({ changedAt }) => Date.parse(changedAt) + stableMs);
  const rested = isNews ? own.map(({ at }) => Date.parse(at) + restMs) : [];
  return Math.max(0, ...stable, ...rested);
}

/** What nobody proposes yet by a merge request of their own. */
export function proposable(
  items: readonly DriftItem[],
  known: readonly AdoptionRecord[],
): readonly DriftItem[] {
  const taken = new Set(known.filter(({ by }) => by !== proposer).flatMap((one) => one.items));
  return items.filter(({ id, state }) => state === 'open' && !taken.has(id));
}

export interface SeenProposal {
  readonly request: Pick<MergeRequest, 'source'>;
  readonly comments: readonly Pick<Comment, 'author'>[];
  readonly reviews: readonly Pick<Review, 'author'>[];
  /** Our account there. */
  readonly selfId: string;
}

/** D3: whether somebody pushed, commented or reviewed. */
export function isTouched(
  { revision }: Pick<AdoptionRecord, 'revision'>,
  { request, comments, reviews, selfId }: SeenProposal,
): boolean {
  const isMoved = request.source.commit !== revision;
  return isMoved || reviews.length > 0 || comments.some(({ author }) => author.id !== selfId);
}
