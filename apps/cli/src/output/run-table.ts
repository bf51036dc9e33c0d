import type { Run } from '@trueup/api';

import { formatAge } from './format-age.ts';
import { type Line, line, type Span, span, type Tone } from './line.ts';
import { shortDigest } from './plan-view.ts';
import { type Column, table } from './table.ts';

const tones: Readonly<Record<string, Tone>> = {
  succeeded: 'good',
  failed: 'bad',
  held: 'warn',
  'awaiting-approval': 'warn',
  waiting: 'warn',
  superseded: 'dim',
  cancelled: 'dim',
};

const columns: readonly Column[] = [
  { title: 'RUN' },
  { title: 'STACK', flexible: true },
  { title: 'WHEN', align: 'right' },
  { title: 'PURPOSE' },
  { title: 'REVISION' },
  { title: 'BY', flexible: true },
  { title: 'CHANGES', align: 'right' },
  { title: 'PHASE' },
  { title: '', flexible: true },
];

export function runTable(
  runs: readonly Run[],
  { width, nowMs }: { readonly width: number; readonly nowMs: number },
): readonly Line[] {
  if (runs.length === 0) return [line('There are no runs.')];
  return table(
    columns,
    runs.map((run) => runRow(run, nowMs)),
    width,
  );
}

function runRow(run: Run, nowMs: number): readonly Span[] {
  const { id, stack, createdAt, purpose, revision, requestedBy, counts, phase, plan } = run;
  return [
    span(id),
    span(stack, 'strong'),
    span(formatAge(createdAt, nowMs)),
    span(purpose),
    span(revision.slice(0, 12)),
    span(requestedBy, 'dim'),
    span(`${counts.done}/${counts.total}`),
    span(phase.name, tones[phase.name] ?? 'accent'),
    span(whyOf(phase) || (plan ? `digest ${shortDigest(plan.digest)}` : ''), 'dim'),
  ];
}

function whyOf(phase: Run['phase']): string {
  if (phase.name === 'failed') return phase.failure.message;
  if (phase.name === 'awaiting-approval') return phase.reason;
  return 'message' in phase ? phase.message : '';
}
