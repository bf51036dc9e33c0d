import type { TextRules } from './shape.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
export const dayMs: number = 24 * hourMs;

/**
 * Milliseconds of `62h`, `30m`, `90s`, `2d`, `1d12h`. A day is 24 hours. `undefined` when the text
 * is no duration.
 */
export function parseDuration(written: string): number | undefined {
  const match = /^(?:(\d{1,6})d)?(?:(\d{1,6})h)?(?:(\d{1,6})m)?(?:(\d{1,6})s)?$/.exec(written);
  if (!match || written === '') return undefined;
  const [, days = '0', hours = '0', minutes = '0', seconds = '0'] = match;
  return (
    Number(days) * dayMs +
    Number(hours) * hourMs +
    Number(minutes) * minuteMs +
    Number(seconds) * 1000
  );
}

/** A duration between two bounds, which are themselves written as durations. */
export function durationRules(shortest: string, longest: string): TextRules {
  const [least = 0, most = 0] = [shortest, longest].map(parseDuration);
  return {
    is: 'a duration',
    maxLength: 40,
    check: (written) => {
      const length = parseDuration(written);
      if (length === undefined) return 'is no duration';
      if (length >= least && length <= most) return undefined;
      return `is not between ${shortest} and ${longest}`;
    },
    advice: 'Write numbers and units: `62h`, `30m`, `2d`, `1d12h`.',
    schema: { pattern: '^(?=.)(\\d+d)?(\\d+h)?(\\d+m)?(\\d+s)?$' },
  };
}
