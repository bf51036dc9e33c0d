/**
 * Text for people, before it is known whether there are colours.
 *
 * All that is printed goes through lines of spans: whatever a repository, a target or a server says
 * is neutralised when it is painted, so that no view can forget to.
 */

/** What a span is for. How that looks is the business of `paint`. */
export type Tone =
  | 'strong'
  | 'dim'
  | 'good'
  | 'bad'
  | 'warn'
  | 'accent'
  | 'create'
  | 'update'
  | 'replace'
  | 'delete'
  | 'take-over'
  | 'execute';

export interface Span {
  readonly text: string;
  readonly tone?: Tone;
}

export type Line = readonly Span[];

export function span(text: string, tone?: Tone): Span {
  return tone === undefined ? { text } : { text, tone };
}

/** A line of one span. */
export function line(text: string, tone?: Tone): Line {
  return [span(text, tone)];
}

export const emptyLine: Line = [];

export function indent(lines: readonly Line[], columns: number): readonly Line[] {
  const margin = span(' '.repeat(columns));
  return lines.map((one) => (one.length === 0 ? one : [margin, ...one]));
}
