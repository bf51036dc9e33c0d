/** Writes one text in the style that go-yaml 2 would choose, folded where it would fold. */
import { resolveScalar } from '../yaml/resolve-scalar.ts';
import { type Analysis, analyseText, isBreak, isPrintable } from './analyse-text.ts';

export interface TextPlace {
  /** Of the lines after the first. */
  readonly indent: number;
  /** Characters in front of the text in its line. */
  readonly column: number;
  /** Stays on one line, as a key in front of its `:` has to. */
  readonly isKey: boolean;
}

/** The column behind which a blank becomes a line break. */
const bestWidth = 80;

export function writeText(text: string, place: TextPlace): string {
  const analysis = analyseText(text);
  switch (chooseStyle(text, analysis, place)) {
    case 'plain':
      return foldPlain(text, place);
    case 'single':
      return foldSingle(text, place);
    case 'double':
      return foldDouble(text, place);
    case 'literal':
      return writeLiteral(text, place);
  }
}

/** Others stand behind a `?`, with their value in a line of its own. */
export function isSimpleKey(text: string): boolean {
  return Buffer.byteLength(text) <= 128 && ![...text].some(isBreak);
}

type Style = 'plain' | 'single' | 'double' | 'literal';

function chooseStyle(text: string, analysis: Analysis, { isKey }: TextPlace): Style {
  if (looksLikeAnotherType(text)) return 'double';
  // Readers of YAML 1.1 and 1.2 disagree about these.
  if (analysis.hasForeignBreaks) return 'double';
  // kubectl prints `<<` without quotes, and then reads it as a merge.
  if (isKey && text === '<<') return 'double';
  if (text.includes('\n')) return analysis.literalAllowed && !isKey ? 'literal' : 'double';
  if (analysis.plainAllowed) return 'plain';
  return analysis.singleAllowed ? 'single' : 'double';
}

/** Also what only older or newer readers would take for a number or a time. */
function looksLikeAnotherType(text: string): boolean {
  return typeof resolveScalar(text) !== 'string' || sexagesimal.test(text) || isTime(text);
}

const sexagesimal = /^[-+]?\d[\d_]*(?::[0-5]?\d)+(?:\.[\d_]*)?$/;
const timePattern =
  /^\d{4}-(?<month>\d{1,2})-(?<day>\d{1,2})(?:(?:[Tt](?<time>\d{1,2}:\d{1,2}:\d{1,2})(?:[.,]\d+)?(?:Z|[-+]\d{2}:\d{2}))| (?<local>\d{1,2}:\d{1,2}:\d{1,2})(?:[.,]\d+)?)?$/;

/** Only what is a day and a time: `2024-13-45` is text. */
function isTime(text: string): boolean {
  const groups = timePattern.exec(text)?.groups;
  if (!groups) return false;
  const { month, day, time = '0:0:0', local = time } = groups;
  const [hour = 0, minute = 0, second = 0] = local.split(':').map(Number);
  const date = new Date(Date.UTC(Number(text.slice(0, 4)), Number(month) - 1, Number(day)));
  // Two-digit years mean others to Date; the length of a February is all that a year decides.
  const isDay = date.getUTCDate() === Number(day) && date.getUTCMonth() === Number(month) - 1;
  return isDay && hour < 24 && minute < 60 && second < 60;
}

function foldPlain(text: string, place: TextPlace): string {
  const line = new Line(place);
  let inSpaces = false;
  for (const [letter, next] of pairs(text)) {
    if (letter === ' ' && !inSpaces && next !== ' ' && line.isFull) line.break();
    else line.put(letter);
    inSpaces = letter === ' ';
  }
  return line.text;
}

function foldSingle(text: string, place: TextPlace): string {
  const line = new Line(place);
  line.put("'");
  let inSpaces = false;
  for (const [letter, next, index] of pairs(text)) {
    const folds = letter === ' ' && !inSpaces && index > 0 && next !== '' && next !== ' ';
    if (folds && line.isFull) line.break();
    else line.put(letter === "'" ? "''" : letter);
    inSpaces = letter === ' ';
  }
  return `${line.text}'`;
}

function foldDouble(text: string, place: TextPlace): string {
  const line = new Line(place);
  line.put('"');
  // go-yaml looks for a byte order mark at the start of the text wherever it is.
  const escapesAll = text.startsWith('\uFEFF');
  let inSpaces = false;
  for (const [letter, next, index] of pairs(text)) {
    const isSpace = letter === ' ' && !escapesAll;
    if (escapesAll || !isPrintable(letter) || isBreak(letter) || '"\\'.includes(letter)) {
      line.put(escapeLetter(letter));
    } else if (isSpace && !inSpaces && index > 0 && next !== '' && line.isFull) {
      line.break();
      if (next === ' ') line.put('\\');
    } else {
      line.put(letter);
    }
    inSpaces = isSpace;
  }
  return `${line.text}"`;
}

function writeLiteral(text: string, { indent }: TextPlace): string {
  const hint = /^[ \n]/.test(text) ? '2' : '';
  const lines = text.replaceAll(/^(?=.)/gm, ' '.repeat(indent));
  return `|${hint}${chompingOf(text)}\n${lines}`;
}

function chompingOf(text: string): string {
  if (!text.endsWith('\n')) return '-';
  return text === '\n' || text.endsWith('\n\n') ? '+' : '';
}

const shortEscapes: ReadonlyMap<string, string> = new Map([
  ['\0', '0'],
  ['\x07', 'a'],
  ['\b', 'b'],
  ['\t', 't'],
  ['\n', 'n'],
  ['\v', 'v'],
  ['\f', 'f'],
  ['\r', 'r'],
  ['\x1b', 'e'],
  ['"', '"'],
  ['\\', '\\'],
  ['\u0085', 'N'],
  ['\u00a0', '_'],
  ['\u2028', 'L'],
  ['\u2029', 'P'],
]);

function escapeLetter(letter: string): string {
  const short = shortEscapes.get(letter);
  if (short !== undefined) return `\\${short}`;
  const code = letter.codePointAt(0) ?? 0;
  const digits = code.toString(16).toUpperCase();
  if (code > 0xffff) return `\\U${digits.padStart(8, '0')}`;
  return code > 0xff ? `\\u${digits.padStart(4, '0')}` : `\\x${digits.padStart(2, '0')}`;
}

/** Each letter with the one behind it, which is empty at the end. */
function* pairs(text: string): Generator<readonly [string, string, number]> {
  const letters = [...text];
  for (const [index, letter] of letters.entries()) yield [letter, letters[index + 1] ?? '', index];
}

class Line {
  text = '';
  #column: number;
  readonly #place: TextPlace;

  constructor(place: TextPlace) {
    this.#place = place;
    this.#column = place.column;
  }

  /** Never for a key, which has to stay on one line. */
  get isFull(): boolean {
    return !this.#place.isKey && this.#column > bestWidth;
  }

  put(letters: string): void {
    this.text += letters;
    this.#column += [...letters].length;
  }

  break(): void {
    this.text += `\n${' '.repeat(this.#place.indent)}`;
    this.#column = this.#place.indent;
  }
}
