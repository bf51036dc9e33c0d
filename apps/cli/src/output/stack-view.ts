/** One stack for people: what is known of it, its resources as a tree, and what was noted of them. */
import type { Health, StackView } from '@trueup/api';

import { nameOf } from '../report/plan-report.ts';
import type { StackReport } from '../server/read-stack.ts';
import { factLines } from './fact-lines.ts';
import { formatAge } from './format-age.ts';
import { healthTones } from './health-tones.ts';
import { emptyLine, type Line, line, type Span, span } from './line.ts';
import { resourceSpans, resourceText } from './resource-span.ts';
import { whyOf } from './run-table.ts';
import { shortId } from './short-id.ts';
import { type Cell, type Column, table } from './table.ts';

export interface StackViewOptions {
  readonly width: number;
  /** Every event, not only warnings. */
  readonly all: boolean;
  readonly nowMs: number;
}

/** More events nobody reads in a terminal; the newest ones are kept. */
const mostEvents = 20;

export function stackView(report: StackReport, options: StackViewOptions): readonly Line[] {
  const { stack, remark } = report;
  return [
    ...headLines(stack, options),
    ...(remark === undefined ? [] : [emptyLine, line(remark, 'bad')]),
    ...treeLines(report, options),
    ...eventLines(report, options),
  ];
}

function headLines(stack: StackView, { nowMs, width }: StackViewOptions): readonly Line[] {
  const { id, target, path, provider, standing, paused, applied, lastRun, driftCount } = stack;
  const run = lastRun && [`${shortId(lastRun.id)} ${lastRun.phase.name}`, whyOf(lastRun)];
  return [
    line(id, 'strong'),
    ...factLines(
      [
        ['health', span(stack.health, healthTones[stack.health])],
        ['path', span(path === '' ? 'the root' : path)],
        ['target', span(`${target} (${provider})`)],
        ['standing', span(standing === 'active' ? '' : standing, 'warn')],
        ['paused', span(paused ? describePaused(paused, nowMs) : '', 'warn')],
        ['applied', span(applied ? describeApplied(applied, nowMs) : 'never')],
        ['last run', span(run ? run.filter((one) => one !== '').join(': ') : 'none')],
        ['drifted', span(driftCount > 0 ? `${driftCount}: \`trueup drift -s ${id}\`` : '', 'warn')],
      ],
      width,
    ),
  ];
}

function describePaused(
  { by, at, reason }: NonNullable<StackView['paused']>,
  nowMs: number,
): string {
  return `by ${by}, ${formatAge(at, nowMs)}: ${reason}`;
}

function describeApplied(
  { revision, at, run }: NonNullable<StackView['applied']>,
  nowMs: number,
): string {
  return `${revision.slice(0, 12)}, ${formatAge(at, nowMs)}, by run ${shortId(run)}`;
}

const columns: readonly Column[] = [
  { title: 'RESOURCE', flexible: true },
  { title: 'HEALTH' },
  { title: 'WHY', flexible: true },
];

function treeLines(
  { resources, offspring }: StackReport,
  { width }: StackViewOptions,
): readonly Line[] {
  if (resources.length === 0) return [];
  const children = Map.groupBy(offspring, ({ parent }) => parent);
  const seen = new Set<string>();
  const below = (id: string, stem: string): readonly (readonly Cell[])[] => {
    const nodes = (children.get(id) ?? []).filter((node) => !seen.has(node.id));
    return nodes.flatMap((node, index) => {
      seen.add(node.id);
      const isLast = index === nodes.length - 1;
      const row = rowOf(node.id, node.health, `${stem}${isLast ? '└ ' : '├ '}`);
      return [row, ...below(node.id, `${stem}${isLast ? '  ' : '│ '}`)];
    });
  };
  const rows = resources.flatMap(({ id, health, drifted }) => [
    rowOf(id, health, '', drifted),
    ...below(id, ''),
  ]);
  return [emptyLine, ...table(columns, rows, width)];
}

function rowOf(id: string, health: Health, stem: string, drifted = false): readonly Cell[] {
  const { status, reason, message } = health;
  const why = status === 'current' ? '' : `${reason}: ${message}`;
  const marks: readonly Span[] = drifted ? [span('  drifted', 'accent')] : [];
  return [
    [span(stem, 'dim'), ...resourceSpans(nameOf(id)), ...marks],
    span(status, healthTones[status]),
    span(why, 'dim'),
  ];
}

const eventColumns: readonly Column[] = [
  { title: 'WHEN', align: 'right' },
  { title: 'ABOUT', flexible: true },
  { title: 'NOTED' },
  { title: '', flexible: true },
];

function eventLines({ events }: StackReport, options: StackViewOptions): readonly Line[] {
  const { all, nowMs, width } = options;
  const wanted = events
    .filter(({ severity }) => all || severity === 'warning')
    .toSorted((a, b) => a.at.localeCompare(b.at))
    .slice(all ? 0 : -mostEvents);
  if (wanted.length === 0) return [];
  const rows = wanted.map(({ id, at, reason, message, severity, count }) => [
    span(formatAge(at, nowMs), 'dim'),
    span(resourceText(nameOf(id))),
    span(count > 1 ? `${reason} ×${count}` : reason, severity === 'warning' ? 'warn' : undefined),
    span(message, 'dim'),
  ]);
  return [emptyLine, ...table(eventColumns, rows, width)];
}
