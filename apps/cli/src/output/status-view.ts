/** How stacks are, for people. */
import type { ResourceReport, StackStatusReport } from '../report/status-report.ts';
import { count } from './count.ts';
import { healthTones } from './health-tones.ts';
import { emptyLine, type Line, line, type Span, span } from './line.ts';
import { lineWidth } from './paint.ts';
import { resourceSpans } from './resource-span.ts';
import { type Column, table } from './table.ts';
import { wrapLine } from './wrap-line.ts';

const stackColumns: readonly Column[] = [
  { title: 'STACK', flexible: true },
  { title: 'TARGET' },
  { title: 'HEALTH' },
  { title: 'RESOURCES', align: 'right' },
  { title: '', flexible: true },
];
const shortColumns: readonly Column[] = stackColumns.slice(0, -1);

const resourceColumns: readonly Column[] = [
  { title: 'RESOURCE', flexible: true },
  { title: 'HEALTH' },
  { title: 'WHY', flexible: true },
];

/** Every stack in a row; below them what is not as it should be, or everything where `all` is asked for. */
export function statusView(
  stacks: readonly StackStatusReport[],
  { width, all }: { readonly width: number; readonly all: boolean },
): readonly Line[] {
  if (stacks.length === 0) return [[span('There are no stacks.')]];
  const inline = table(stackColumns, stacks.map(stackRow), Number.POSITIVE_INFINITY);
  const fits = inline.every((one) => lineWidth(one) <= width);
  const short = table(shortColumns, stacks.map(stackRow), width);
  const overview = fits ? inline : [...short, ...remarkLines(stacks, width)];
  const details = stacks.flatMap(({ stack, resources }) => {
    const shown = all ? resources : resources.filter(({ health }) => health !== 'current');
    if (shown.length === 0) return [];
    return [
      emptyLine,
      line(stack, 'strong'),
      ...table(resourceColumns, shown.map(resourceRow), width),
    ];
  });
  return [...overview, ...details];
}

/** Each remark on lines of its own: cut, it would lose what it says. */
function remarkLines(stacks: readonly StackStatusReport[], width: number): readonly Line[] {
  const lines = stacks.flatMap(({ stack, remark }) =>
    remark === undefined
      ? []
      : wrapLine([span(`${stack}: `, 'strong'), span(remark, 'warn')], width, 2),
  );
  return lines.length === 0 ? [] : [emptyLine, ...lines];
}

function stackRow({
  stack,
  target,
  health,
  resources,
  remark,
}: StackStatusReport): readonly Span[] {
  const ill = resources.filter((one) => one.health !== 'current').length;
  const text = remark ?? (ill > 0 ? `${count(ill, 'resource')} not current` : '');
  return [
    span(stack, 'strong'),
    span(target, 'accent'),
    span(health, healthTones[health]),
    span(String(resources.length)),
    span(text, remark === undefined ? 'dim' : 'warn'),
  ];
}

function resourceRow(resource: ResourceReport): readonly (Span | Line)[] {
  const { health, reason, message } = resource;
  const why = health === 'current' ? '' : `${reason}: ${message}`;
  return [resourceSpans(resource), span(health, healthTones[health]), span(why, 'dim')];
}
