import type { Run } from '@trueup/api';

import { formatAge } from './format-age.ts';
import { type Line, line, type Span, span, type Tone } from './line.ts';
import { shortDigest } from './plan-view.ts';
import { shortId } from './short-id.ts';
import { type Column, table } from './table.ts';
import { withoutSubject } from './without-subject.ts';

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
  { title: 'STACK', flexible: true, least: 24 },
  { title: 'WHEN', align: 'right' },
  { title: 'PURPOSE', spare: true },
  { title: 'REVISION', spare: true },
  { title: 'BY', flexible: true, spare: true },
  { title: 'CHANGES', align: 'right', spare: true },
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
  const why = whyOf(run);
  const isAsked = phase.name === 'awaiting-approval' && plan;
  const digest = isAsked ? [`digest ${shortDigest(plan.digest)}`] : [];
  return [
    span(shortId(id)),
    span(stack, 'strong'),
    span(formatAge(createdAt, nowMs)),
    span(purpose),
    span(revision.slice(0, 12)),
    span(requestedBy, 'dim'),
    span(`${counts.done}/${counts.total}`),
    span(phase.name, phaseTone(phase.name)),
    span([...digest, ...(why === '' ? [] : [why])].join(': '), 'dim'),
  ];
}

/** Why it is as it is, where that is not plain. The stack is named beside. */
export function whyOf({ phase, stack }: Pick<Run, 'phase' | 'stack'>): string {
  if (phase.name === 'failed') return withoutSubject(phase.failure.message, stack);
  if (phase.name === 'awaiting-approval') return withoutSubject(phase.reason, stack);
  return 'message' in phase ? withoutSubject(phase.message, stack) : '';
}

export const phaseTone = (name: Run['phase']['name']): Tone => tones[name] ?? 'accent';
