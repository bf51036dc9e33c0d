/** What a plan says besides its changes: what was left alone, what is not known, what is in the way. */
import type { AskedReport, ForeignReport, GapReport, PlanReport } from '../report/plan-report.ts';
import { count } from './count.ts';
import type { ViewOptions } from './field-lines.ts';
import { formatWriter } from './format-writer.ts';
import { type Line, line, type Span, span, type Tone } from './line.ts';
import { cutLine } from './paint.ts';
import { resourceSpans, resourceText } from './resource-span.ts';
import { sealed, showValue } from './shown-value.ts';
import { withRemark } from './side-by-side.ts';
import { cutText } from './text-width.ts';
import { wrapLine } from './wrap-line.ts';

const most = 10;

export function remarkLines(plan: PlanReport, options: ViewOptions): readonly Line[] {
  const errors = plan.diagnostics.filter(({ severity }) => severity === 'error').length;
  const { width } = options;
  return [
    ...sourceLines(plan, width),
    ...(errors > 0 ? remark(['✗ refused', 'bad'], [span(refusal(errors))], width) : []),
    ...plan.findings.flatMap(({ guard, severity, message }) => {
      const tone = severity === 'error' ? 'bad' : 'warn';
      return remark(['✗ guard', tone], [span(`${guard}: ${message}`)], width);
    }),
    ...(plan.asked ?? []).flatMap((one) =>
      remark(['? approval', 'accent'], [span(sayAsked(one))], width),
    ),
    ...withheldLines(plan, options),
    ...gapLines(plan, options),
    ...foreignLines(plan.foreign, options),
  ];
}

function sourceLines({ sources = {} }: PlanReport, width: number): readonly Line[] {
  return Object.entries(sources).flatMap(([name, digest]) => {
    const made = `${name.replace(/^source:/, '')} ${digest.slice(0, 'sha256:'.length + 12)}`;
    return remark(['· made of', 'dim'], [span(made)], width);
  });
}

function sayAsked({ count: number, from, excludeAuthor, because }: AskedReport): string {
  const names = from.map((one) => (one.startsWith('owner:') ? one.slice('owner:'.length) : one));
  const whom = names.length > 0 ? ` from ${names.join(' or ')}` : '';
  const author = excludeAuthor ? ', not by who wrote it' : '';
  const why = because === undefined ? '' : `, since ${because}`;
  return `${count(number, 'approval')}${whom}${author}${why}`;
}

function refusal(errors: number): string {
  return `nothing of this is applied: ${count(errors, 'error')}, told below`;
}

const wordWidth = 12;

/** On as many lines as it needs. */
function remark(head: readonly [string, Tone], text: Line, width: number): readonly Line[] {
  return wrapLine(remarkLine(head, text), width, wordWidth + 2);
}

function remarkLine([word, tone]: readonly [string, Tone], text: Line): Line {
  return [span('  '), span(word.padEnd(wordWidth), tone), ...text];
}

function withheldLines({ withheld }: PlanReport, options: ViewOptions): readonly Line[] {
  const groups = Map.groupBy(withheld, ({ action, reason }) => `${action}\n${reason}`);
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (!first) return [];
    const names = listNames(group.map(resourceText), options);
    const what = [span(`${first.action} of ${names}: `), span(first.reason, 'dim')];
    return remark(['· withheld', 'warn'], what, options.width);
  });
}

function gapLines({ gaps }: PlanReport, options: ViewOptions): readonly Line[] {
  const said = gaps.map((gap) => ({ ...gap, message: withoutSubject(gap) }));
  const groups = [...Map.groupBy(said, (gap) => `${gap.extent}\n${gap.message}`).values()];
  const shown = options.all ? groups : groups.slice(0, mostGaps);
  const hidden = groups.length - shown.length;
  const more =
    hidden > 0 ? [line(`  … ${count(hidden, 'more gap')} (--all shows them)`, 'dim')] : [];
  const lines = shown.flatMap((group) => {
    const [first] = group;
    if (!first) return [];
    const subjects = group.flatMap(({ subject }) => (subject ? [resourceText(subject)] : []));
    const whose = subjects.length === 0 ? 'the target' : listNames(subjects, options);
    const text = [span(`${whose}: `), span(first.message, 'dim')];
    return remark([`? ${first.extent}`, 'warn'], text, options.width);
  });
  return [...lines, ...more];
}

/** The changes themselves say what is deferred; what these differ in is mostly the name of a place. */
const mostGaps = 5;

/** Providers name the subject first; grouped, it is named beside. */
function withoutSubject({ subject, message }: GapReport): string {
  const prefix = `${subject?.id}: `;
  return message.startsWith(prefix) ? message.slice(prefix.length) : message;
}

/** `ConfigMap a, ConfigMap b and 12 more` */
function listNames(names: readonly string[], { all }: ViewOptions): string {
  if (all || names.length <= 3) return names.join(', ');
  return `${names.slice(0, 2).join(', ')} and ${names.length - 2} more`;
}

export function foreignLines(
  foreign: readonly ForeignReport[],
  options: ViewOptions,
): readonly Line[] {
  const shown = options.all ? foreign : foreign.slice(0, most);
  const hidden = foreign.length - shown.length;
  return [
    ...shown.flatMap((one) => foreignLine(one, options)),
    ...(hidden > 0
      ? [[span(`  … ${count(hidden, 'more foreign field')} (--all shows them)`, 'dim')]]
      : []),
  ];
}

function foreignLine(one: ForeignReport, { width, all, nowMs }: ViewOptions): readonly Line[] {
  const { observed, sensitive, writer, path } = one;
  const [value = ''] = sensitive ? [sealed] : showValue(observed);
  const text: readonly Span[] = [
    ...resourceSpans(one),
    span(`  ${path}`),
    span(`  ${all ? value : cutText(value, 40)}`, 'dim'),
  ];
  const by = writer ? [span(`by ${formatWriter(writer, nowMs)}`, 'dim')] : [];
  const left = remarkLine(['* foreign', 'accent'], text);
  return withRemark(all ? left : cutLine(left, width), by, width);
}
