import type { Sink, Surroundings } from '../surroundings.ts';
import { isAscii } from './ascii-text.ts';
import type { Line } from './line.ts';
import { type Look, paint } from './paint.ts';
import { toJson, toJsonLine } from './to-json.ts';
import { wrapLines } from './wrap-line.ts';

export type OutputFormat = 'text' | 'json' | 'yaml';

export interface PrinterOptions {
  readonly format: OutputFormat;
  /** `false` for `--no-color`. */
  readonly color: boolean;
}

/** Writes what was found: to people as lines, to programs as one document. */
export interface Printer {
  readonly format: OutputFormat;
  /** Columns to lay out for. */
  readonly width: number;
  /** Columns that a table may fill: nothing is cut where nobody sees a right edge. */
  readonly tableWidth: number;
  /** What was asked for. Nothing where a program reads. */
  lines(lines: readonly Line[]): void;
  /** What was asked for, for programs. Nothing where a person reads. */
  document(document: unknown): Promise<void>;
  /** One of many that come one by one, for programs: a line of JSON each, or a document of YAML. */
  item(document: unknown): Promise<void>;
  /** What else is to be said; also where a program reads. */
  note(lines: readonly Line[]): void;
}

/** Wider lines are hard to read: the eye loses the way from one end to the other. */
const widest = 132;
const pipeWidth = 120;

export function createPrinter(surroundings: Surroundings, options: PrinterOptions): Printer {
  const { output, errors, environment } = surroundings;
  const { format } = options;
  const columns = output.columns();
  const lookOn = (sink: Sink): Look => lookOf(sink, environment, options.color);
  return {
    format,
    width: columns === undefined ? pipeWidth : Math.min(Math.max(columns, 40), widest),
    tableWidth: columns ?? Number.POSITIVE_INFINITY,
    lines(lines) {
      if (format === 'text') output.write(paint(lines, lookOn(output)));
    },
    async document(document) {
      if (format === 'json') output.write(toJson(document));
      if (format === 'yaml') output.write(await toYaml(document));
    },
    async item(document) {
      if (format === 'json') output.write(toJsonLine(document));
      if (format === 'yaml') output.write(`---\n${await toYaml(document)}`);
    },
    note: (lines) => errors.write(paint(wrapLines(lines, errors.columns()), lookOn(errors))),
  };
}

export function lookOf(
  sink: Sink,
  environment: Surroundings['environment'],
  wanted: boolean,
): Look {
  return { colours: hasColours(sink, environment, wanted), ascii: isAscii(environment) };
}

/** https://no-color.org: whatever NO_COLOR says counts, but for nothing. */
export function hasColours(
  sink: Sink,
  environment: Surroundings['environment'],
  wanted: boolean,
): boolean {
  const { NO_COLOR: none, FORCE_COLOR: force, TERM: terminal } = environment;
  if (!wanted || none) return false;
  if (force && force !== '0') return true;
  return sink.isTerminal && terminal !== 'dumb';
}

/** A round trip through JSON leaves out what is absent. */
async function toYaml(document: unknown): Promise<string> {
  const { formatYaml, parseYaml } = await import('@trueup/control-plane');
  const { value } = parseYaml(toJson(document), { file: 'output' });
  return value === undefined ? '' : formatYaml(value);
}
