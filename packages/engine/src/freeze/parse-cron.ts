/**
 * Reads the five fields of cron: minute, hour, day of the month, month, day of the week, with
 * lists, ranges, steps, and names of months and days in English.
 *
 * A range may run over the end (`22-2`, `FRI-MON`). Where both days are restricted, one of them is
 * enough; a field that begins with `*` restricts nothing by itself (as crontab has it).
 */

/** When something begins, as sets of numbers. */
export interface CronTimes {
  /** Ascending, never empty, as the others. */
  readonly minutes: readonly number[];
  readonly hours: readonly number[];
  readonly monthDays: ReadonlySet<number>;
  /** 1 to 12. */
  readonly months: ReadonlySet<number>;
  /** 0 is Sunday. */
  readonly weekDays: ReadonlySet<number>;
  /** Whether one of the two kinds of days is enough. */
  readonly eitherDay: boolean;
}

interface Field {
  readonly name: string;
  readonly first: number;
  readonly last: number;
  /** Names of the values from `namedFrom` on. */
  readonly names?: readonly string[];
  readonly namedFrom?: number;
}

const monthNames = 'JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC'.split(' ');
const dayNames = 'SUN MON TUE WED THU FRI SAT'.split(' ');

const fields: readonly Field[] = [
  { name: 'minute', first: 0, last: 59 },
  { name: 'hour', first: 0, last: 23 },
  { name: 'day of the month', first: 1, last: 31 },
  { name: 'month', first: 1, last: 12, names: monthNames, namedFrom: 1 },
  { name: 'day of the week', first: 0, last: 7, names: dayNames, namedFrom: 0 },
];

/** The times, or what is wrong with the text: it ends a sentence. */
export function parseCron(
  written: string,
): { readonly times: CronTimes } | { readonly complaint: string } {
  const texts = written.trim().split(/\s+/);
  if (written.length > 200) return { complaint: 'is too long' };
  if (texts.length !== fields.length) return { complaint: `has ${texts.length} fields, not five` };
  const sets = fields.map((field, index) => parseField(texts[index] ?? '', field));
  const wrong = sets.indexOf(undefined);
  if (wrong >= 0) return { complaint: `has no valid ${fields[wrong]?.name}` };
  return { times: toTimes(texts, sets) };
}

function toTimes(
  texts: readonly string[],
  sets: readonly (ReadonlySet<number> | undefined)[],
): CronTimes {
  const [minutes, hours, monthDays, months, weekDays] = sets.map((set) => set ?? new Set<number>());
  const [, , monthDayText = '', , weekDayText = ''] = texts;
  const ascending = (set: ReadonlySet<number> = new Set()): readonly number[] =>
    [...set].sort((a, b) => a - b);
  return {
    minutes: ascending(minutes),
    hours: ascending(hours),
    monthDays: monthDays ?? new Set(),
    months: months ?? new Set(),
    weekDays: new Set([...(weekDays ?? [])].map((day) => day % 7)),
    eitherDay: !(monthDayText.startsWith('*') || weekDayText.startsWith('*')),
  };
}

function parseField(written: string, field: Field): ReadonlySet<number> | undefined {
  const values = new Set<number>();
  for (const part of written.split(',')) {
    const some = parsePart(part, field);
    if (!some) return undefined;
    for (const value of some) values.add(value);
  }
  return values;
}

/** `*`, `7`, `FRI`, `1-5`, each with a step behind a slash; `20/2` goes from 20 to the end. */
function parsePart(part: string, field: Field): readonly number[] | undefined {
  const [, range = '', stepText] = /^([^/]+)(?:\/([0-9]{1,2}))?$/.exec(part) ?? [];
  const step = stepText === undefined ? 1 : Number(stepText);
  const [from, to] = parseRange(range, stepText !== undefined, field) ?? [];
  if (from === undefined || to === undefined || step < 1) return undefined;
  const length = field.last === 7 ? 7 : field.last - field.first + 1;
  const end = to < from ? to + length : to;
  const values: number[] = [];
  for (let value = from; value <= end; value += step) {
    values.push(value > field.last ? value - length : value);
  }
  return values;
}

function parseRange(
  range: string,
  stepped: boolean,
  field: Field,
): readonly [number, number] | undefined {
  const end = field.last === 7 ? 6 : field.last;
  if (range === '*') return [field.first, end];
  const bounds = range.split('-').map((word) => parseValue(word, field));
  const [from, to] = bounds;
  if (from === undefined || bounds.length > 2) return undefined;
  if (bounds.length === 1) return [from, stepped ? Math.max(end, from) : from];
  return to === undefined ? undefined : [from, to];
}

function parseValue(word: string, field: Field): number | undefined {
  const named = field.names?.indexOf(word.toUpperCase()) ?? -1;
  if (named >= 0) return named + (field.namedFrom ?? 0);
  if (!/^[0-9]{1,2}$/.test(word)) return undefined;
  const value = Number(word);
  return value >= field.first && value <= field.last ? value : undefined;
}

/** Whether there is a day on which it begins: the 30th of February never comes. */
export function canBegin({ monthDays, months, weekDays, eitherDay }: CronTimes): boolean {
  if (eitherDay && weekDays.size > 0) return true;
  return [...months].some((month) => {
    const longest = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1] ?? 0;
    return [...monthDays].some((day) => day <= longest);
  });
}
