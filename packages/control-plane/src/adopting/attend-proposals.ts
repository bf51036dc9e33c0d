/** Looks after the merge requests of a stack's drift that are known: those that ended, and those that are moot. */
import type { AdoptionRecord, DriftItem } from '@trueup/engine';

import type { ForgePlace } from '../forges/forge-place.ts';
import { isTouched, proposer } from './proposal-state.ts';

export interface Attending {
  readonly known: readonly AdoptionRecord[];
  /** Those of the stack that are not closed. */
  readonly items: readonly DriftItem[];
  readonly place: ForgePlace;
  readonly signal: AbortSignal;
}

/** What is known from then on; the same list where nothing came of it. */
export async function attendProposals(attending: Attending): Promise<readonly AdoptionRecord[]> {
  const { known, items } = attending;
  const open = new Set(items.map(({ id }) => id));
  const kept = await Promise.all(
    known.map((one) =>
      one.items.some((id) => open.has(id)) ? attendOne(one, attending) : endMoot(one, attending),
    ),
  );
  const left = kept.filter((one) => one !== undefined);
  const isSame = left.length === known.length && left.every((one, index) => one === known[index]);
  return isSame ? known : left;
}

/** Closed by people: that of a person goes, that of a rule is remembered, so that it does not come again. */
async function attendOne(
  record: AdoptionRecord,
  { place, signal }: Attending,
): Promise<AdoptionRecord | undefined> {
  if (record.declined) return record;
  const { forge, repository } = place;
  const request = await forge.mergeRequest(repository, record.mergeRequest, { signal });
  if (request && request.state.name !== 'closed') return record;
  return record.by === proposer ? { ...record, declined: true } : undefined;
}

/** Its drift went away: by itself, by a run, or since this was merged. */
async function endMoot(record: AdoptionRecord, attending: Attending): Promise<undefined> {
  const { place, signal } = attending;
  const { forge, repository } = place;
  if (record.by !== proposer || record.declined) return undefined;
  const number = record.mergeRequest;
  const request = await forge.mergeRequest(repository, number, { signal });
  if (request?.state.name !== 'open' || (await isLeftToPeople(record, attending))) return undefined;
  const comment = {
    mark: commentMark,
    body: 'The drift that this takes into Git is gone, so that this is closed.',
  };
  await forge.putComment(repository, { number, comment }, { signal });
  await forge.closeMergeRequest(repository, number, { signal });
  return undefined;
}

/** Of our comment about the drift; that about the plan is another one. */
export const commentMark = 'drift';

/** See `isTouched`. */
export async function isLeftToPeople(
  record: AdoptionRecord,
  { place: { forge, repository }, signal }: Pick<Attending, 'place' | 'signal'>,
): Promise<boolean> {
  const number = record.mergeRequest;
  const request = await forge.mergeRequest(repository, number, { signal });
  if (!request) return true;
  const [comments, reviews, { self }] = await Promise.all([
    forge.comments(repository, { number }, { signal }),
    forge.reviews(repository, number, { signal }),
    forge.describe(repository, { signal }),
  ]);
  return isTouched(record, { request, comments, reviews, selfId: self.id });
}
