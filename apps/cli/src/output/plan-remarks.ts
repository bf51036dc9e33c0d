/** What a plan says besides its changes: what was left alone, what is not known, what is in the way. */
import type { ForeignReport, GapReport, PlanReport } from '../report/plan-report.ts';
import { count } from './count.ts';
import type { ViewOptions } from './field-lines.ts';
import { formatAge } from './format-age.ts';
import { type Line, type Span, span, type Tone } from './line.ts';
import { cutLine } from './paint.ts';
import { resourceSpans, resourceText } from './resource-span.ts';
import { sealed, showValue } from './shown-value.ts';
import { withRemark } from './side-by-side.ts';
import { cutText } from './text-width.ts';

const most = 10;

export function remarkLines(plan: PlanReport, options: ViewOptions): readonly Line[] {
  const errors = plan.diagnostics.filter(({ severity }) => severity === 'error').length;
  return [
    ...(errors > 0 ? [remark('✗ refused', 'bad', [span(refusal(errors))])] : []),
    ...plan.findings.map(({ guard, severity, message }) =>
      remark('✗ guard', severity === 'error' ? 'bad' : 'warn', [span(`${guard}: ${message}`)]),
    ),
    ...withheldLines(plan, options),
    ...gapLines(plan, options),
    ...foreignLines(plan.foreign, options),
  ];
}

function refusal(errors: number): string {
  return `nothing of this is applied: ${count(errors, 'error')}, told below`;
}

const wordWidth = 12;

function remark(word: string, tone: Tone, text: Line): Line {
  return [span('  '), span(word.padEnd(wordWidth), tone), ...text];
}

function withheldLines({ withheld }: PlanReport, options: ViewOptions): readonly Line[] {
  const groups = Map.groupBy(withheld, ({ action, reason }) => `${action}\n${reason}`);
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (!first) return [];
    const names = listNames(group.map(resourceText), options);
    const what = [span(`${first.action} of ${names}: `), span(first.reason, 'dim')];
    return [remark('· withheld', 'warn', what)];
  });
}

function gapLines({ gaps }: PlanReport, options: ViewOptions): readonly Line[] {
  const said = gaps.map((gap) => ({ ...gap, message: withoutSubject(gap) }));
  const groups = Map.groupBy(said, ({ extent, message }) => `${extent}\n${message}`);
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (!first) return [];
    const subjects = group.flatMap(({ subject }) => (subject ? [resourceText(subject)] : []));
    const whose = subjects.length === 0 ? 'the target' : listNames(subjects, options);
    return [remark(`? ${first.extent}`, 'warn', [span(`${whose}: `), span(first.message, 'dim')])];
  });
}

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
  const by = writer
    ? [span(`by ${writer.name}, ${formatAge(writer.writtenAt, nowMs)}`, 'dim')]
    : [];
  const left = remark('* foreign', 'accent', text);
  return withRemark(all ? left : cutLine(left, width), by, width);
}
