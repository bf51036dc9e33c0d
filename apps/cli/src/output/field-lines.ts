import { type FieldReport, ourselves } from '../report/plan-report.ts';
import { formatWriter } from './format-writer.ts';
import { type Line, type Span, span } from './line.ts';
import { differLines, type LineDifference } from './line-difference.ts';
import { lineWidth } from './paint.ts';
import { cutLines, type ShownSides, showSides } from './shown-value.ts';
import { withRemark } from './side-by-side.ts';
import { cutText } from './text-width.ts';

export interface ViewOptions {
  /** Columns to fill. */
  readonly width: number;
  /** Nothing is cut, and nothing grouped away. */
  readonly all: boolean;
  readonly nowMs: number;
}

const margin = '      ';
const deepMargin = '        ';
/** Of a text of many lines. */
const mostLines = 8;

/**
 * One field with both sides, who wrote the one and what sets the other. `file` is where the resource
 * is described: where there is little room, it is not named again.
 */
export function fieldLines(
  field: FieldReport,
  file: string | undefined,
  options: ViewOptions,
): readonly Line[] {
  const { width, nowMs } = options;
  const sides = showSides(field);
  const remarks = [remarkOf(field, { nowMs }), remarkOf(field, { nowMs, file })];
  const [full = [], short = []] = remarks;
  const fits = (left: Line, right: Line): boolean =>
    lineWidth(left) + lineWidth(right) + 2 <= width;
  const inline = inlineOf(field, sides);
  const remark = inline && remarks.find((one) => fits(inline, one));
  if (inline && remark) return withRemark(inline, remark, width);
  const head = [span(margin), span(field.path)];
  return [
    ...withRemark(head, fits(head, full) ? full : short, width),
    ...sideLines(sides, options),
  ];
}

function inlineOf(
  { path, generated }: FieldReport,
  { before, after }: ShownSides,
): Line | undefined {
  if ((before?.length ?? 1) > 1 || (after?.length ?? 1) > 1) return undefined;
  const head = [span(margin), span(`${path}  `)];
  if (generated)
    return [...head, span(after?.[0] ?? '', 'dim'), span(' (chosen by the target)', 'dim')];
  const left = before ? span(before[0] ?? '', 'bad') : span('(not set)', 'dim');
  const right = after ? span(after[0] ?? '', 'good') : span('(removed)', 'bad');
  return [...head, left, span(' → ', 'dim'), right];
}

/** Who wrote what is observed, and which line asks for what is desired. */
function remarkOf(
  { writer, origin }: FieldReport,
  { nowMs, file }: { readonly nowMs: number; readonly file?: string | undefined },
): Line {
  const parts: Span[] = [];
  // That we wrote it ourselves is what everybody expects.
  const other = writer && writer.name !== ourselves;
  if (other) {
    parts.push(span(`by ${formatWriter(writer, nowMs)}`, 'dim'));
  }
  if (other && origin) parts.push(span(' · ', 'dim'));
  if (origin) {
    const place = origin.file === file ? `line ${origin.line}` : `${origin.file}:${origin.line}`;
    parts.push(span(place, 'dim'));
  }
  return parts;
}

function sideLines({ before, after }: ShownSides, { width, all }: ViewOptions): readonly Line[] {
  const lines = differLines(before ?? [], after ?? [], 2);
  const texts = lines.map(({ text }) => text);
  const shown = all ? lines.length : Math.min(cutLines(texts, mostLines).length, lines.length);
  const isCut = shown < lines.length;
  const kept = lines.slice(0, isCut ? shown - 1 : shown).map((one) => sideLine(one, width, all));
  if (!isCut) return kept;
  return [...kept, [span(deepMargin), span(`… ${lines.length - shown + 1} more lines`, 'dim')]];
}

const looks = {
  same: ['  ', 'dim'],
  skipped: ['  ', 'dim'],
  removed: ['- ', 'bad'],
  added: ['+ ', 'good'],
} as const;

function sideLine({ kind, text }: LineDifference, width: number, all: boolean): Line {
  const [mark, tone] = looks[kind];
  const room = Math.max(width - deepMargin.length - mark.length, 20);
  return [span(deepMargin), span(`${mark}${all ? text : cutText(text, room)}`, tone)];
}
