import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import type { Freeze } from '../configuration/configuration.ts';
import { parseDuration } from '../configuration/parse-duration.ts';
import { frozenUntil } from './frozen-until.ts';

const weekend = freeze('0 18 * * FRI', '62h', 'Europe/Berlin');

describe('frozenUntil', () => {
  it.each<[string, Freeze[], string, string | undefined]>([
    ['nothing without a freeze', [], '2026-07-04T00:00:00Z', undefined],
    ['nothing before it begins', [weekend], '2026-07-03T15:59:59Z', undefined],
    ['from the begin on', [weekend], '2026-07-03T16:00:00Z', '2026-07-06T06:00:00Z'],
    ['to the last millisecond', [weekend], '2026-07-06T05:59:59.999Z', '2026-07-06T06:00:00Z'],
    ['not at the end', [weekend], '2026-07-06T06:00:00Z', undefined],
    ['by winter time', [weekend], '2026-01-10T00:00:00Z', '2026-01-12T07:00:00Z'],
    ['elapsed time over a set clock', [weekend], '2026-03-28T12:00:00Z', '2026-03-30T07:00:00Z'],
    ['a day of the month', [freeze('0 0 20 DEC *', '14d')], date('2027-01-02'), date('2027-01-03')],
    [
      'names in any case',
      [freeze('0 0 * dec-jan mon', '1h')],
      date('2026-12-07'),
      '2026-12-07T01:00:00Z',
    ],
    [
      'either of two kinds of days',
      [freeze('0 0 13 * FRI', '1h')],
      date('2026-07-17'),
      '2026-07-17T01:00:00Z',
    ],
    [
      'both where one begins with a star',
      [freeze('0 0 */2 * FRI', '1h')],
      date('2026-07-10'),
      undefined,
    ],
    ['Sunday as 7', [freeze('0 0 * * 7', '1h')], date('2026-07-05'), '2026-07-05T01:00:00Z'],
    [
      'a range over the end of the week',
      [freeze('0 0 * * FRI-MON', '1h')],
      date('2026-07-05'),
      '2026-07-05T01:00:00Z',
    ],
    [
      'a range over midnight',
      [freeze('0 22-2 * * *', '1h')],
      '2026-07-05T01:30:00Z',
      '2026-07-05T03:00:00Z',
    ],
    [
      'from an earlier hour',
      [freeze('45 5-6 * * *', '3h')],
      '2026-07-05T06:10:00Z',
      '2026-07-05T09:45:00Z',
    ],
    ['steps', [freeze('20/20 * * * *', '1m')], '2026-07-05T01:40:30Z', '2026-07-05T01:41:00Z'],
    [
      'nothing where the day never comes',
      [freeze('0 0 30 FEB *', '92d')],
      date('2026-03-01'),
      undefined,
    ],
    [
      'windows that follow each other as one',
      [freeze('0 0 * * 1-3', '1d')],
      date('2026-07-06'),
      date('2026-07-09'),
    ],
    [
      'overlapping windows as one',
      [weekend, freeze('0 0 * * SUN', '48h', 'Europe/Berlin')],
      '2026-07-03T16:00:00Z',
      '2026-07-06T22:00:00Z',
    ],
    [
      'nothing of what cannot be read',
      [freeze('x', '1h'), freeze('* * * * *', 'x'), freeze('* * * * *', '1h', 'x/y')],
      date('2026-07-06'),
      undefined,
    ],
  ])('freezes %s', (_name, some, at, expected) => {
    expect(ask(some, at)).toBe(expected);
  });

  it.each<[string, Freeze, string, string | undefined]>([
    [
      'begins when the clocks skip its time',
      berlin('30 2 * * *', '1h'),
      '2026-03-29T01:00:00Z',
      '2026-03-29T02:00:00Z',
    ],
    ['and not before', berlin('30 2 * * *', '1h'), '2026-03-29T00:59:59Z', undefined],
    [
      'begins the first time',
      berlin('30 2 * * *', '5m'),
      '2026-10-25T00:31:00Z',
      '2026-10-25T00:35:00Z',
    ],
    [
      'begins the second time as well',
      berlin('30 2 * * *', '5m'),
      '2026-10-25T01:31:00Z',
      '2026-10-25T01:35:00Z',
    ],
    [
      'counts half hours',
      freeze('45 1 * * *', '5m', 'Australia/Lord_Howe'),
      '2026-04-04T15:16:00Z',
      '2026-04-04T15:20:00Z',
    ],
    [
      'skips a whole day',
      freeze('0 12 30 12 *', '1h', 'Pacific/Apia'),
      '2011-12-30T10:30:00Z',
      '2011-12-30T11:00:00Z',
    ],
  ])('%s', (_name, one, at, expected) => {
    expect(ask([one], at)).toBe(expected);
  });

  it('ends its search where freezes never end', () => {
    const until = frozenUntil([freeze('* * * * *', '2m')], Date.parse('2026-07-06T00:00:00Z'));

    expect(until?.untilMs).toBeGreaterThan(Date.parse('2026-07-06T00:10:00Z'));
  });

  it('names the freeze that ends last', () => {
    const short = freeze('0 0 * * *', '1h');
    const long = freeze('0 0 * * *', '2h');

    expect(frozenUntil([short, long, short], Date.parse('2026-07-06T00:10:00Z'))?.freeze).toBe(
      long,
    );
  });

  it('agrees with a walk minute by minute', () => {
    fc.assert(
      fc.property(freezes('1d2h'), instants(), (some, atMs) => {
        const found = frozenUntil(some, atMs);

        expect(found !== undefined).toBe(some.some((one) => isFrozenNaively(one, atMs)));
      }),
      { seed: 7, numRuns: 300 },
    );
  });

  it('thaws at the first instant at which no freeze is in force', () => {
    fc.assert(
      fc.property(freezes(), instants(), (some, atMs) => {
        const found = frozenUntil(some, atMs);
        if (!found) return;
        const thawed = !some.some((one) => isFrozenNaively(one, found.untilMs));
        const before = some.some((one) => isFrozenNaively(one, found.untilMs - 1));

        expect([thawed, before]).toEqual([true, true]);
      }),
      { seed: 8, numRuns: 200 },
    );
  });
});

function freeze(cron: string, length: string, timezone = 'UTC'): Freeze {
  return { cron, for: length, timezone };
}

function berlin(cron: string, length: string): Freeze {
  return freeze(cron, length, 'Europe/Berlin');
}

function date(day: string): string {
  return `${day}T00:00:00Z`;
}

function ask(some: readonly Freeze[], at: string): string | undefined {
  const found = frozenUntil(some, Date.parse(at));
  return found && new Date(found.untilMs).toISOString().replace('.000', '');
}

/** Around the times at which clocks are set. */
function instants(): fc.Arbitrary<number> {
  const days = ['2026-03-29', '2026-10-25', '2026-04-05', '2026-10-04', '2026-07-15', '2026-03-08'];
  return fc
    .tuple(fc.constantFrom(...days), fc.integer({ min: -26 * 3600, max: 26 * 3600 }))
    .map(([day, seconds]) => Date.parse(`${day}T00:00:00Z`) + seconds * 1000);
}

/** Few begins of short windows, so that there are gaps between them. */
function freezes(...lengths: readonly string[]): fc.Arbitrary<Freeze[]> {
  const field = (min: number, max: number): fc.Arbitrary<string> => {
    const value = fc.integer({ min, max });
    return fc.oneof(
      { weight: 4, arbitrary: fc.constant('*') },
      value.map(String),
      fc.tuple(value, value).map(([a, b]) => `${a}-${b}`),
      fc.tuple(value, fc.integer({ min: 7, max: 40 })).map(([a, b]) => `${a}/${b}`),
      fc.array(value, { minLength: 1, maxLength: 3 }).map((list) => list.join(',')),
    );
  };
  const some = fc.record({
    cron: fc
      .tuple(
        fc.integer({ min: 0, max: 59 }),
        fc.integer({ min: 0, max: 23 }),
        field(1, 31),
        field(1, 12),
        field(0, 7),
      )
      .map(
        ([minute, hour, ...rest]) =>
          `${minute} ${minute % 2 === 0 ? `${hour}-${hour + 1 > 23 ? 0 : hour + 1}` : hour} ${rest.join(' ')}`,
      ),
    for: fc.constantFrom('10m', '45m', '3h', ...lengths),
    timezone: fc.constantFrom(
      'UTC',
      'Europe/Berlin',
      'America/New_York',
      'Australia/Lord_Howe',
      'Asia/Kolkata',
    ),
  });
  return fc.array(some, { minLength: 1, maxLength: 3 });
}

/** Goes back minute by minute, by the words of the contract and by other means. */
function isFrozenNaively({ cron, for: length, timezone }: Freeze, atMs: number): boolean {
  const lengthMs = parseDuration(length) ?? 0;
  const lastMinute = Math.floor(atMs / 60_000) * 60_000;
  const accepts = naiveCron(cron);
  let later = localOf(timezone, lastMinute + 60_000);
  for (let minute = lastMinute; minute + lengthMs > atMs; minute -= 60_000) {
    const local = localOf(timezone, minute);
    const before = localOf(timezone, minute - 60_000);
    if (accepts(local)) return true;
    // Clocks are set forward at this minute: what was left out begins now.
    for (let skipped = before + 60_000; skipped < local; skipped += 60_000) {
      if (accepts(skipped)) return true;
    }
    later = local;
  }
  return later < 0;
}

const offsets = new Map<string, number>();

function localOf(timezone: string, atMs: number): number {
  // Offsets change at quarters of an hour in all of these zones.
  const quarter = Math.floor(atMs / 900_000) * 900_000;
  const key = `${timezone} ${quarter}`;
  const known = offsets.get(key);
  if (known !== undefined) return atMs + known;
  const name = new Intl.DateTimeFormat('en-US', { timeZone: timezone, timeZoneName: 'longOffset' })
    .formatToParts(quarter)
    .find(({ type }) => type === 'timeZoneName')?.value;
  const [, sign, hours = '0', minutes = '0'] = /GMT(?:([+-])(\d\d):(\d\d))?/.exec(name ?? '') ?? [];
  const offset = (Number(hours) * 60 + Number(minutes)) * 60_000 * (sign === '-' ? -1 : 1);
  offsets.set(key, offset);
  return atMs + offset;
}

function naiveCron(cron: string): (local: number) => boolean {
  const [minute = '', hour = '', day = '', month = '', week = ''] = cron.split(' ');
  return (local) => {
    const at = new Date(local);
    const byDay = isListed(day, at.getUTCDate(), 31);
    const sunday = at.getUTCDay() === 0 && isListed(week, 7, 7);
    const byWeek = sunday || isListed(week, at.getUTCDay(), 6);
    const days = day.startsWith('*') || week.startsWith('*') ? byDay && byWeek : byDay || byWeek;
    return (
      days &&
      isListed(minute, at.getUTCMinutes(), 59) &&
      isListed(hour, at.getUTCHours(), 23) &&
      isListed(month, at.getUTCMonth() + 1, 12)
    );
  };
}

function isListed(field: string, value: number, last: number): boolean {
  return field.split(',').some((item) => item === '*' || isInRange(item, value, last));
}

function isInRange(item: string, value: number, last: number): boolean {
  const [range = '', step] = item.split('/');
  const [from = 0, written] = range.split('-').map(Number);
  const to = written ?? (step ? Math.max(last, from) : from);
  if (from > to) return value >= from || value <= to;
  return value >= from && value <= to && (value - from) % Number(step ?? 1) === 0;
}
