/** Why a resource is as it is: for each field the line that asks for it, and who wrote what is there. */
import { formatJson } from '@trueup/diagnostics';

import type { WhyField, WhyReport } from '../report/why-report.ts';
import { count } from './count.ts';
import { formatAge } from './format-age.ts';
import { formatWriter } from './format-writer.ts';
import { emptyLine, type Line, type Span, span, type Tone } from './line.ts';
import { resourceSpans } from './resource-span.ts';
import { cutLines, sealed, showValue } from './shown-value.ts';

export interface WhyViewOptions {
  readonly all: boolean;
  readonly nowMs: number;
}

interface FieldOptions extends WhyViewOptions {
  /** We looked at the target ourselves, just now: so no writer means that there is none. */
  readonly looked: boolean;
}

const mostFields = 40;
const mostLines = 6;

export function whyView(report: WhyReport, options: WhyViewOptions): readonly Line[] {
  const { fields, stack, health } = report;
  const shown = options.all ? fields : fields.slice(0, mostFields);
  const hidden = fields.length - shown.length;
  const looked = health !== undefined;
  return [
    [...resourceSpans(report), span(`  ${stack}`, 'dim'), ...healthSpans(health)],
    ...shown.flatMap((field) => [emptyLine, ...fieldLines(field, { ...options, looked })]),
    ...(hidden > 0
      ? [emptyLine, [span(`… ${count(hidden, 'more field')} (--all shows them)`, 'dim')]]
      : []),
  ];
}

function healthSpans(health: WhyReport['health']): readonly Span[] {
  if (!health) return [];
  const tone: Tone = health.health === 'current' ? 'good' : 'warn';
  return [span(`  ${health.health}`, tone)];
}

function fieldLines(field: WhyField, options: FieldOptions): readonly Line[] {
  const { all, nowMs } = options;
  const { desired, observed, sensitive, path } = field;
  const differs =
    desired !== undefined && observed !== undefined && formatJson(desired) !== formatJson(observed);
  const show = (value: typeof desired): readonly string[] => {
    if (value === undefined) return ['(nothing)'];
    const lines = sensitive ? [sealed] : showValue(value);
    return all ? lines : cutLines(lines, mostLines);
  };
  return [
    [span(path === '' ? '(the whole resource)' : path, 'strong')],
    ...rows('Git', show(desired), desired === undefined ? 'dim' : 'good', gitRemark(field, nowMs)),
    ...rows('target', show(observed), differs ? 'bad' : 'dim', writerRemark(field, options)),
  ];
}

function rows(
  title: string,
  values: readonly string[],
  tone: Tone,
  remark: readonly string[],
): readonly Line[] {
  const margin = `  ${title.padEnd(8)}`;
  const blank = ' '.repeat(margin.length);
  return [
    ...values.map((text, index): Line => [span(index === 0 ? margin : blank), span(text, tone)]),
    ...remark.map((text): Line => [span(blank), span(text, 'dim')]),
  ];
}

function gitRemark({ origin, author, desired }: WhyField, nowMs: number): readonly string[] {
  if (!origin) return desired === undefined ? [] : ['no line asks for it: a tool filled it in'];
  const place = `${origin.file}:${origin.line}`;
  if (!author) return [`${place}  not committed`];
  const { revision, author: name, committedAt, summary } = author;
  return [
    `${place}  ${name}, ${formatAge(committedAt, nowMs)}`,
    `${revision.slice(0, 12)} ${summary}`,
  ];
}

function writerRemark(
  { writer, observed, desired }: WhyField,
  { nowMs, looked }: FieldOptions,
): readonly string[] {
  if (writer) return [`written by ${formatWriter(writer, nowMs)}`];
  if (!looked || observed === undefined) return [];
  if (desired === undefined) return ['nobody claims it: the target filled it in'];
  // What names a resource is as Git has it, and belongs to nobody.
  return formatJson(desired) === formatJson(observed) ? [] : ['nobody claims it'];
}
