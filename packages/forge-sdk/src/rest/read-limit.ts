import type { RestAnswer } from './rest-request.ts';

/** A forge that names no time is asked again after this one, and then less and less often by the engine. */
const unnamedLimitMs = 60_000;
/** Nobody means more; a clock that is wrong does. */
const longestLimitMs = 24 * 60 * 60 * 1000;

/**
 * When a forge answers again that refuses by status 429, milliseconds since 1970: `retry-after` in
 * seconds, else the header `reset` in seconds since 1970.
 */
export function readLimit(
  { status, headers }: RestAnswer,
  nowMs: number,
  reset = 'ratelimit-reset',
): number | undefined {
  return status === 429 ? limitUntil(headers, nowMs, reset) : undefined;
}

/** The same for an answer that is known to be about a limit. */
export function limitUntil(headers: RestAnswer['headers'], nowMs: number, reset: string): number {
  const after = readSeconds(headers.get('retry-after'));
  const at = readSeconds(headers.get(reset));
  const until = after === undefined ? (at ?? 0) * 1000 : nowMs + after * 1000;
  const isNamed = after !== undefined || at !== undefined;
  return isNamed ? Math.min(until, nowMs + longestLimitMs) : nowMs + unnamedLimitMs;
}

function readSeconds(value: string | undefined): number | undefined {
  return value !== undefined && /^\d{1,12}$/.test(value) ? Number(value) : undefined;
}
