/**
 * Finds when a freeze last began: without walking minute by minute, and right where clocks are set.
 *
 * B1. A local time that comes twice (clocks are set back) begins twice: too much is frozen rather
 *     than too little.
 * B2. A local time that does not come (clocks are set forward) begins when the clocks are set.
 *
 * Time is cut into pieces of a day at most in which the offset of the zone stays the same. Within
 * one of them local time runs evenly, so the latest begin is found by looking at two dates.
 */
import { dayMs } from '../configuration/parse-duration.ts';
import type { CronTimes } from './parse-cron.ts';
import { findTransition, type OffsetAt } from './zone-clock.ts';

const minuteMs = 60_000;

/** The latest begin in (`afterMs`, `upToMs`]. The work grows with the days in between. */
export function findLatestBegin(
  times: CronTimes,
  offsetAt: OffsetAt,
  span: { readonly afterMs: number; readonly upToMs: number },
): number | undefined {
  let end = span.upToMs;
  let endOffset = offsetAt(end);
  while (end > span.afterMs) {
    const start = Math.max(end - dayMs, span.afterMs);
    const startOffset = offsetAt(start);
    const piece = { start, startOffset, end, endOffset };
    const found =
      startOffset === endOffset
        ? latestInEven(times, { start, end, offset: endOffset })
        : latestInUneven(times, offsetAt, piece);
    if (found !== undefined) return found;
    end = start;
    endOffset = startOffset;
  }
  return undefined;
}

/** In (start, end], all with one offset. */
function latestInEven(
  times: CronTimes,
  { start, end, offset }: { readonly start: number; readonly end: number; readonly offset: number },
): number | undefined {
  const local = latestLocal(times, start + 1 + offset, end + offset);
  return local === undefined ? undefined : local - offset;
}

interface UnevenPiece {
  readonly start: number;
  readonly startOffset: number;
  readonly end: number;
  readonly endOffset: number;
}

function latestInUneven(
  times: CronTimes,
  offsetAt: OffsetAt,
  { start, startOffset, end, endOffset }: UnevenPiece,
): number | undefined {
  const set = findTransition(offsetAt, start, end);
  const later = latestInEven(times, { start: set - 1, end, offset: endOffset });
  if (later !== undefined) return later;
  const skipped = latestLocal(times, set + startOffset, set + endOffset - 1);
  if (skipped !== undefined) return set;
  return latestInEven(times, { start, end: set - 1, offset: startOffset });
}

/** The latest local time from `from` to `to`, both included; `undefined` if `to` comes first. */
function latestLocal(times: CronTimes, from: number, to: number): number | undefined {
  for (let date = Math.floor(to / dayMs); date * dayMs + dayMs > from; date -= 1) {
    if (!beginsOn(times, date)) continue;
    const minute = latestMinute(times, Math.floor((to - date * dayMs) / minuteMs));
    if (minute === undefined) continue;
    const local = date * dayMs + minute * minuteMs;
    return local >= from && local <= to ? local : undefined;
  }
  return undefined;
}

function beginsOn({ months, monthDays, weekDays, eitherDay }: CronTimes, date: number): boolean {
  const day = new Date(date * dayMs);
  if (!months.has(day.getUTCMonth() + 1)) return false;
  const byMonth = monthDays.has(day.getUTCDate());
  const byWeek = weekDays.has(day.getUTCDay());
  return eitherDay ? byMonth || byWeek : byMonth && byWeek;
}

/** Of the day, up to and including `limit`. */
function latestMinute({ hours, minutes }: CronTimes, limit: number): number | undefined {
  const limitHour = Math.floor(limit / 60);
  const sameHour = hours.includes(limitHour)
    ? minutes.findLast((minute) => limitHour * 60 + minute <= limit)
    : undefined;
  if (sameHour !== undefined) return limitHour * 60 + sameHour;
  const hour = hours.findLast((one) => one < limitHour);
  const last = minutes.at(-1);
  return hour === undefined || last === undefined ? undefined : hour * 60 + last;
}
