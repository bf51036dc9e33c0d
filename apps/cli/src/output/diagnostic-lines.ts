/** Remarks on what somebody wrote, as compilers print them: place, source line, caret, advice. */
import type { DiagnosticReport } from '../report/plan-report.ts';
import { type Line, span } from './line.ts';
import { plainText } from './plain-text.ts';
import { cutText, textWidth } from './text-width.ts';

/** The line of a file, for those who have the file. */
export type SourceLine = (file: string, line: number) => string | undefined;

/** Enough for what one person mends in one go; behind more of them the first ones scroll away. */
export const mostDiagnostics = 25;

/** `most`: what comes after so many is counted only. */
export function diagnosticLines(
  diagnostics: readonly DiagnosticReport[],
  sourceLine: SourceLine,
  most: number = Number.POSITIVE_INFINITY,
): readonly Line[] {
  // Errors first, so that no warning takes the place of one.
  const isCut = diagnostics.length > most;
  const shown = isCut ? diagnostics.toSorted(bySeverity).slice(0, most) : diagnostics;
  const hidden = diagnostics.length - shown.length;
  return [
    ...shown.flatMap((one, index) => [
      ...(index > 0 ? [[]] : []),
      ...diagnosticLine(one, sourceLine),
    ]),
    ...(isCut ? [[], [span(`… ${hidden} more of them (--all shows them)`, 'dim')]] : []),
  ];
}

function bySeverity(one: DiagnosticReport, other: DiagnosticReport): number {
  return Number(one.severity !== 'error') - Number(other.severity !== 'error');
}

function diagnosticLine(
  { severity, code, origin, summary, advice, path, repository }: DiagnosticReport,
  sourceLine: SourceLine,
): readonly Line[] {
  const tone = severity === 'error' ? 'bad' : 'warn';
  const column = origin?.column === undefined ? '' : `:${origin.column}`;
  const place = origin ? [span(`${origin.file}:${origin.line}${column}: `, 'strong')] : [];
  const about = [repository ?? '', origin ? '' : path].filter((one) => one !== '');
  const head = [
    ...about.map((one) => span(`${one}: `, 'strong')),
    ...place,
    span(`${severity} ${code}: `, tone),
    span(summary),
  ];
  const source = origin && sourceLine(origin.file, origin.line);
  return [
    head,
    ...(origin && source !== undefined ? quoteLines(source, origin.line, origin.column) : []),
    ...(advice === undefined ? [] : [[span('  = ', 'dim'), span(advice, 'accent')]]),
  ];
}

/** Longer ones are generated, and nobody reads them. */
const longest = 160;

function quoteLines(source: string, line: number, column: number | undefined): readonly Line[] {
  const number = String(line);
  const text = source.replaceAll('\t', '  ');
  const quoted: Line = [span(`  ${number} │ `, 'dim'), span(cutText(plainText(text), longest))];
  if (column === undefined) return [quoted];
  const before = textWidth(plainText(source.slice(0, column - 1).replaceAll('\t', '  ')));
  if (before > longest) return [quoted];
  const margin = ' '.repeat(number.length + 2);
  return [quoted, [span(`${margin} │ `, 'dim'), span(' '.repeat(before)), span('^', 'bad')]];
}
