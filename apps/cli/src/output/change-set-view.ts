import type { ChangeSet, ChangeSetStack } from '@trueup/api';

import { formatAge } from './format-age.ts';
import { emptyLine, type Line, line, type Span, span, type Tone } from './line.ts';
import { shortDigest } from './plan-view.ts';
import { type Column, table } from './table.ts';

const tones: Readonly<Record<ChangeSet['phase'] | ChangeSetStack['state'], Tone>> = {
  conflicting: 'bad',
  planning: 'accent',
  planned: 'good',
  superseded: 'dim',
  merged: 'good',
  closed: 'dim',
  waiting: 'dim',
  deferred: 'warn',
  refused: 'warn',
  failed: 'bad',
  orphaned: 'warn',
};

const listColumns: readonly Column[] = [
  { title: 'REPOSITORY' },
  { title: 'MR', align: 'right' },
  { title: 'TITLE', flexible: true },
  { title: 'STACKS', align: 'right' },
  { title: 'DIGEST', spare: true },
  { title: 'PHASE' },
  { title: 'MOVED', align: 'right', spare: true },
];

const stackColumns: readonly Column[] = [
  { title: 'STACK', flexible: true },
  { title: 'STATE' },
  { title: 'DIGEST' },
  { title: 'APPROVAL', flexible: true },
];

export function changeSetTable(rows: readonly (readonly Span[])[], width: number): readonly Line[] {
  return table(listColumns, rows, width);
}

/** One row of {@link changeSetTable}. */
export function changeSetRow(one: ChangeSet, nowMs: number): readonly Span[] {
  return [
    span(one.repository, 'strong'),
    span(`!${one.number}`),
    span(one.title ?? ''),
    span(String(Object.keys(one.stacks).length)),
    span(shortDigest(one.digest)),
    phaseSpan(one),
    span(formatAge(one.updatedAt, nowMs), 'dim'),
  ];
}

/** What is planned says little where a stack is not. */
function phaseSpan({ phase, applied, stacks }: ChangeSet): Span {
  if (applied) return span(`${phase}, ${applied}`, tones[phase]);
  const states = Object.values(stacks).map(({ state }) => state);
  const [worst, countOf] = (['failed', 'refused'] as const)
    .map((one) => [one, states.filter((state) => state === one).length] as const)
    .find(([, length]) => length > 0) ?? [phase, 0];
  if (phase !== 'planned' || countOf === 0) return span(phase, tones[phase]);
  return span(`${phase}, ${countOf} ${worst}`, tones[worst]);
}

/** Its stacks, who stands behind them, and what the table has no room for. */
export function changeSetView(
  one: ChangeSet,
  { width, nowMs }: { readonly width: number; readonly nowMs: number },
): readonly Line[] {
  const rows = Object.entries(one.stacks).map(([name, stack]) => stackRow(name, stack));
  return [
    ...changeSetTable([changeSetRow(one, nowMs)], width),
    emptyLine,
    ...table(stackColumns, rows, width),
    ...remarks(one).map((text) => line(text, 'warn')),
  ];
}

function stackRow(name: string, { state, digest, approval }: ChangeSetStack): readonly Span[] {
  return [
    span(name, 'strong'),
    span(state, tones[state]),
    span(digest === undefined ? '' : shortDigest(digest)),
    approvalSpan(approval),
  ];
}

function approvalSpan(approval: ChangeSetStack['approval']): Span {
  if (!approval || approval.required === '') return span(approval ? 'nobody is asked' : '', 'dim');
  const by = approval.given.length > 0 ? ` by ${approval.given.join(', ')}` : '';
  if (approval.covered) return span(`approved${by}`, 'good');
  return span(`waits for ${approval.required}${by === '' ? '' : `; given${by}`}`, 'warn');
}

function remarks({ stacks, conflicts = [], holdBy, refusals }: ChangeSet): readonly string[] {
  return [
    ...conflicts.map((file) => `${file}: does not merge`),
    ...Object.entries(stacks).flatMap(([name, stack]) => remarksOn(name, stack)),
    ...(holdBy === undefined ? [] : [`${holdBy} held it: once merged it waits for apply`]),
    ...refusals.map(({ who, what, reason }) => `${who}, ${what}: ${reason}`),
  ];
}

function remarksOn(name: string, stack: ChangeSetStack): readonly string[] {
  const { reason, diagnostics = [], approval } = stack;
  return [
    ...(reason === undefined ? [] : [`${name}: ${reason}`]),
    ...diagnostics.map(({ summary }) => `${name}: ${summary}`),
    ...(approval?.dropped === undefined ? [] : [`${name}: dropped: ${approval.dropped}`]),
    ...(approval?.uncounted ?? []).map(
      ({ who, reason: why }) => `${name}: ${who} does not count: ${why}`,
    ),
  ];
}
