import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { formatRetention, parseRetention } from './parse-retention.ts';
import { agingKinds, defaultRetention } from './retention.ts';

const dayMs = 24 * 3600_000;

describe('parseRetention', () => {
  it('changes what is named, and leaves the rest', () => {
    expect(parseRetention('event=7d, audit=2d12h,run=forever,runs-per-stack=3')).toEqual({
      rules: {
        keepMs: {
          ...defaultRetention.keepMs,
          event: 7 * dayMs,
          audit: 2.5 * dayMs,
          run: undefined,
        },
        runsPerStack: 3,
      },
    });
  });

  it.each([
    ['events=7d', ['events=7d: there is no events; did you mean event?']],
    ['event=7', ['event=7: event takes a duration (30d, 12h) or forever']],
    ['event', ['event: event takes a duration (30d, 12h) or forever']],
    ['runs-per-stack=2d', ['runs-per-stack=2d: runs-per-stack takes a number up to 9999']],
    ['a=1d,b=2d', [expect.stringContaining('a=1d: there is no a'), expect.any(String)]],
    ['', [expect.stringContaining('there is no name in it')]],
    ['__proto__=1d', [expect.stringContaining('there is no __proto__')]],
  ])('says what is wrong with %j, all of it at once', (text, problems) => {
    expect(parseRetention(text)).toEqual({ problems });
  });

  it('reads what was written', () => {
    const age = fc.option(fc.integer({ min: 0, max: 5000 }), { nil: undefined });
    const ages = fc.tuple(...agingKinds.map(() => age));
    fc.assert(
      fc.property(ages, fc.integer({ min: 0, max: 9999 }), (days, runsPerStack) => {
        const keep = agingKinds.map((kind, at) => {
          const written = days[at];
          return [kind, written === undefined ? undefined : written * dayMs];
        });
        const rules = { keepMs: Object.fromEntries(keep), runsPerStack };

        expect(parseRetention(formatRetention(rules))).toEqual({ rules });
      }),
      { seed: 4, numRuns: 200 },
    );
  });
});
