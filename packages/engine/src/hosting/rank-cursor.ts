import { StalledError } from '@trueup/diagnostics';

import type { HostedRecord } from './hosted-record.ts';

/** The place of a record in its list. */
export type RankPlace = Pick<HostedRecord, 'rank' | 'id'>;

export function formatRankCursor({ rank, id }: RankPlace): string {
  return `${rank} ${id}`;
}

/** Undoes {@link formatRankCursor}. @throws StalledError `STORE_BAD_CURSOR`. */
export function parseRankCursor(after: string | undefined): RankPlace | undefined {
  if (after === undefined) return undefined;
  const blank = after.indexOf(' ');
  if (blank < 0) {
    throw new StalledError('STORE_BAD_CURSOR', 'The page cursor is not one that was given out');
  }
  return { rank: after.slice(0, blank), id: after.slice(blank + 1) };
}

/** As texts are compared by their characters' numbers; negative where `one` comes first. */
export function compareRanks(one: RankPlace, other: RankPlace): number {
  return compareTexts(one.rank, other.rank) || compareTexts(one.id, other.id);
}

function compareTexts(one: string, other: string): number {
  if (one === other) return 0;
  return one < other ? -1 : 1;
}
