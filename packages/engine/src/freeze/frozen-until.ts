import type { Freeze } from '../configuration/configuration.ts';
import { parseDuration } from '../configuration/parse-duration.ts';
import { findLatestBegin } from './latest-begin.ts';
import { parseCron } from './parse-cron.ts';
import { offsetsOf } from './zone-clock.ts';

export interface FrozenUntil {
  /**
   * Milliseconds since 1970: when it thaws, windows that follow or overlap each other taken together.
   * If they never leave a gap, some later time at which the question has to be asked again.
   */
  readonly untilMs: number;
  /** Of those in force, the one that ends last. */
  readonly freeze: Freeze;
}

/** Windows in a row that are looked through for a gap. */
const longestChain = 50;

/**
 * Whether something is frozen at this instant, a begin included and an end not. `undefined` when
 * nothing is. A freeze that cannot be read freezes nothing: the configuration refuses those.
 *
 * A begin counts by the clocks of its time zone, its duration as elapsed time. Where clocks are
 * set back, a time that comes twice begins twice; where they are set forward, what would begin
 * in the hour that is left out begins right then.
 */
export function frozenUntil(freezes: readonly Freeze[], atMs: number): FrozenUntil | undefined {
  const windows = freezes.flatMap(openWindow);
  const first = lastToEnd(windows, atMs);
  if (!first) return undefined;
  let { untilMs } = first;
  for (let step = 0; step < longestChain; step += 1) {
    const next = lastToEnd(windows, untilMs);
    if (!next) break;
    untilMs = next.untilMs;
  }
  return { untilMs, freeze: first.freeze };
}

interface FreezeWindow {
  readonly freeze: Freeze;
  /** When the window that an instant lies in ends. */
  readonly endOf: (atMs: number) => number | undefined;
}

function openWindow(freeze: Freeze): readonly FreezeWindow[] {
  const cron = parseCron(freeze.cron);
  const offsetAt = offsetsOf(freeze.timezone);
  const lengthMs = parseDuration(freeze.for);
  if ('complaint' in cron || !offsetAt || lengthMs === undefined) return [];
  const endOf = (atMs: number): number | undefined => {
    const span = { afterMs: atMs - lengthMs, upToMs: atMs };
    const begin = findLatestBegin(cron.times, offsetAt, span);
    return begin === undefined ? undefined : begin + lengthMs;
  };
  return [{ freeze, endOf }];
}

function lastToEnd(windows: readonly FreezeWindow[], atMs: number): FrozenUntil | undefined {
  let last: FrozenUntil | undefined;
  for (const { freeze, endOf } of windows) {
    const untilMs = endOf(atMs);
    if (untilMs !== undefined && (!last || untilMs > last.untilMs)) last = { untilMs, freeze };
  }
  return last;
}
