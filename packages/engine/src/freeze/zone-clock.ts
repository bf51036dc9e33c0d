/** Milliseconds to add to an instant to get what clocks on the wall show, as if that were UTC. */
export type OffsetAt = (atMs: number) => number;

/**
 * The offsets of an IANA time zone. `undefined` when the name is none.
 */
export function offsetsOf(timezone: string): OffsetAt | undefined {
  const format = openFormat(timezone);
  if (!format) return undefined;
  return (atMs) => {
    const parts = new Map(format.formatToParts(atMs).map(({ type, value }) => [type, value]));
    const part = (name: Intl.DateTimeFormatPartTypes): number => Number(parts.get(name));
    const wall = Date.UTC(
      part('year'),
      part('month') - 1,
      part('day'),
      part('hour'),
      part('minute'),
      part('second'),
    );
    return wall - Math.floor(atMs / 1000) * 1000;
  };
}

function openFormat(timezone: string): Intl.DateTimeFormat | undefined {
  try {
    return new Intl.DateTimeFormat('en-US', {
      timeZone: timezone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/**
 * The first instant in (`fromMs`, `toMs`] that has the offset of `toMs`, which is another one than
 * that of `fromMs`. Clocks are set once in between.
 */
export function findTransition(offsetAt: OffsetAt, fromMs: number, toMs: number): number {
  const after = offsetAt(toMs);
  let [before, found] = [fromMs, toMs];
  while (found - before > 1) {
    const middle = Math.floor((before + found) / 2);
    if (offsetAt(middle) === after) found = middle;
    else before = middle;
  }
  return found;
}
