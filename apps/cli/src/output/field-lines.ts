import type { FieldReport } from '../report/plan-report.ts';
import { formatAge } from './format-age.ts';
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

/** One field with both sides, who wrote the one and what sets the other. */
export function fieldLines(field: FieldReport, options: ViewOptions): readonly Line[] {
  const sides = showSides(field);
  const remark = remarkOf(field, options.nowMs);
  const inline = inlineOf(field, sides);
  if (inline && lineWidth(inline) + lineWidth(remark) + 2 <= options.width) {
    return withRemark(inline, remark, options.width);
  }
  const head = withRemark([span(margin), span(field.path)], remark, options.width);
  return [...head, ...sideLines(sides, options)];
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
function remarkOf({ writer, origin }: FieldReport, nowMs: number): Line {
  const parts: Span[] = [];
  if (writer) {
    parts.push(span(`by ${writer.name}, ${formatAge(writer.writtenAt, nowMs)}`, 'dim'));
  }
  if (writer && origin) parts.push(span(' · ', 'dim'));
  if (origin) parts.push(span(`${origin.file}:${origin.line}`, 'dim'));
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
