/**
 * How every store pages: by the place of the last item, never by a count of items to skip, so that a
 * page neither repeats nor leaves out what was there all the time while others write.
 */
import { StalledError } from '@trueup/diagnostics';

import type { Page } from './store.ts';

/** Whoever asks for more gets this many, and a `next`. Bounds what one request can hold in memory. */
export const largestPage = 1000;

export function boundLimit(limit: number): number {
  return Math.min(Math.max(Math.trunc(limit) || 1, 1), largestPage);
}

/** `items` holds one more than `limit` where there are more: that one is left for the next page. */
export function toPage<T>(
  items: readonly T[],
  limit: number,
  cursorOf: (item: T) => string,
): Page<T> {
  const page = items.slice(0, limit);
  const last = page.at(-1);
  if (items.length <= limit || last === undefined) return { items: page };
  return { items: page, next: cursorOf(last) };
}

/**
 * The place that a cursor names; `undefined` at the beginning.
 *
 * @throws StalledError `STORE_BAD_CURSOR` for a text that no store has given out.
 */
export function parsePosition(after: string | undefined): number | undefined {
  if (after === undefined) return undefined;
  if (!/^\d{1,15}$/.test(after)) {
    throw new StalledError('STORE_BAD_CURSOR', 'The page cursor is not one that was given out');
  }
  return Number(after);
}

/** Of a list that shows what is open before what is closed. */
export function formatStandingCursor(place: StandingPlace): string {
  return `${place.closed ? 1 : 0}${String(place.position).padStart(14, '0')}`;
}

/** Undoes {@link formatStandingCursor}. @throws StalledError `STORE_BAD_CURSOR`. */
export function parseStandingCursor(after: string | undefined): StandingPlace | undefined {
  const number = parsePosition(after);
  if (number === undefined) return undefined;
  return { closed: number >= standingUnit, position: number % standingUnit };
}

export interface StandingPlace {
  readonly closed: boolean;
  readonly position: number;
}

const standingUnit = 10 ** 14;
