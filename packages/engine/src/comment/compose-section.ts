/** One group of stacks in a comment, at the level of detail that there is room for. */
import type { Diagnostic } from '@trueup/diagnostics';
import type { Change } from '@trueup/provider-sdk';

import { groupedHeadLine, headLine, linesOfFields, weightOf } from './change-text.ts';
import type { StackCommentState } from './comment-view.ts';
import { groupScopes, type ScopeGroup } from './group-scopes.ts';
import type { StackGroup } from './group-stacks.ts';
import { codeElement, codeSpan, fence, linkTo, prose, visibleText } from './markdown.ts';
import { gapLines, madeOf, warningLines } from './remark-lines.ts';
import { describeTotals } from './totals.ts';

/** `line`: that there is something; `brief`: a line for each change; `full`: field by field. */
export type Detail = 'line' | 'brief' | 'full';

/** `undefined` when that detail takes more than `room` characters. */
export function composeSection(
  group: StackGroup,
  detail: Detail,
  room: number,
): string | undefined {
  const text = detail === 'line' ? lineOf(group) : unfolded(group, detail, room);
  return text !== undefined && text.length <= room ? text : undefined;
}

/** Shows what may harm first, then what failed or waits, then what is plain. */
export function weightOfGroup([{ state }]: StackGroup): number {
  if (state.name === 'planned') return Math.min(9, ...stepsOf(state).map(weightOf));
  return { failed: 0, orphaned: 2, refused: 3, deferred: 4, planning: 10 }[state.name];
}

type Planned = Extract<StackCommentState, { readonly name: 'planned' }>;

export function stepsOf({ changes }: Planned): readonly Change[] {
  return changes.map(({ change }) => change).filter(({ action }) => action !== 'none');
}

function lineOf(group: StackGroup): string {
  return `- ${namesOf(group, codeSpan)}: ${summaryOf(group)}`;
}

/** All that are few; of many how many there are. */
function namesOf(group: StackGroup, format: (name: string) => string): string {
  const shown = group.slice(0, 3).map(({ stack }) => format(stack));
  const more = group.length - shown.length;
  return more > 0 ? `${shown.join(', ')} and ${more} more` : shown.join(', ');
}

function summaryOf([{ state }, ...others]: StackGroup): string {
  switch (state.name) {
    case 'planned': {
      const totals = describeTotals(state.plan.totals);
      const same = others.length > 0 ? ` each, the same in ${others.length + 1} stacks` : '';
      return `${totals}${totals === nothing ? '' : same}`;
    }
    case 'deferred':
      return 'planned later';
    case 'refused':
      return 'not planned';
    case 'failed':
      return '<b>cannot be planned</b>';
    case 'orphaned':
      return 'no longer written';
    case 'planning':
      return 'being planned';
  }
}

const nothing = 'no change';

function unfolded(group: StackGroup, detail: Detail, room: number): string | undefined {
  const body = bodyOf(group, detail, room);
  if (body === undefined) return undefined;
  const summary = `<b>${namesOf(group, codeElement)}</b> · ${summaryOf(group)}`;
  const names = group.length > 3 ? [`Stacks: ${listStacks(group)}`, ''] : [];
  return ['<details>', `<summary>${summary}</summary>`, '', ...names, body, '', '</details>'].join(
    '\n',
  );
}

const listed = 100;

function listStacks(group: StackGroup): string {
  const shown = group.slice(0, listed).map(({ stack }) => codeSpan(stack));
  return group.length > listed
    ? `${shown.join(', ')} and ${group.length - listed} more`
    : shown.join(', ');
}

function bodyOf(group: StackGroup, detail: Detail, room: number): string | undefined {
  const [{ state }] = group;
  switch (state.name) {
    case 'planned':
      return bodyOfPlan(group, state, { detail, room });
    case 'deferred':
    case 'refused':
      return prose(state.reason);
    case 'failed':
      return listDiagnostics(state.diagnostics);
    case 'orphaned':
      return 'Its resources stay as they are. To delete them, name the stack under `removed`; to keep them for good, with `resources: keep`.';
    case 'planning':
      return 'Being planned.';
  }
}

/** What is wrong, where, and what to write instead. */
export function listDiagnostics(diagnostics: readonly Diagnostic[]): string {
  return diagnostics
    .map(({ summary, advice, origin }) => {
      const place = origin ? `${codeSpan(`${origin.file}:${origin.line}`)} ` : '';
      return `- ${place}${prose(summary)}${advice ? ` ${prose(advice)}` : ''}`;
    })
    .join('\n');
}

interface Extent {
  readonly detail: Detail;
  readonly room: number;
}

function bodyOfPlan(group: StackGroup, state: Planned, extent: Extent): string | undefined {
  const lines = planLines(state, extent);
  if (lines === undefined) return undefined;
  const { plan, freshness } = state;
  return [
    ...warningLines(plan.diagnostics),
    ...(lines.length > 0 ? [fence('diff', lines)] : []),
    ...plan.findings.map(({ guard, message }) => `- Guard ${codeSpan(guard)}: ${prose(message)}`),
    ...gapLines(plan.gaps),
    ...plan.withheld
      .slice(0, 10)
      .map(({ change, reason }) => `- Not done: ${codeSpan(headLine(change))}: ${prose(reason)}`),
    ...(freshness === undefined ? [] : [`- ${prose(freshness)}`]),
    ...group.slice(0, listed).map(approvalLine),
  ].join('\n');
}

/** `undefined` when it takes more than the room; brief lists end where it does, and say so. */
function planLines(state: Planned, { detail, room }: Extent): readonly string[] | undefined {
  const lines: string[] = [];
  let length = 0;
  for (const line of linesOf(state, detail)) {
    length += line.length + 1;
    if (length > room) return detail === 'full' ? undefined : cutShort(lines, state);
    lines.push(line);
  }
  return lines;
}

/** What the revision causes, then what drifted. */
function* linesOf(state: Planned, detail: Detail): Iterable<string> {
  const format = (group: ScopeGroup): readonly string[] =>
    detail === 'full'
      ? [groupedHeadLine(group), ...linesOfFields(group[0])]
      : [groupedHeadLine(group)];
  const steps = stepsOf(state).toSorted((one, other) => weightOf(one) - weightOf(other));
  const drifted = steps.filter(({ cause }) => cause === 'drift');
  const caused = steps.filter(({ cause }) => cause !== 'drift');
  for (const group of groupScopes(caused)) yield* format(group);
  if (drifted.length > 0) yield '# Drift: the target moved; this merge request does not cause it';
  for (const group of groupScopes(drifted)) yield* format(group);
}

/** Some lines go, so that there is room for what stands around them. */
function cutShort(lines: readonly string[], state: Planned): readonly string[] {
  const kept = lines.slice(0, Math.floor(lines.length * 0.8));
  return [...kept, `# and ${stepsOf(state).length - kept.length} more`];
}

function approvalLine({ stack, state, url }: StackGroup[number]): string {
  if (state.name !== 'planned') return '';
  const { plan, approval } = state;
  const name = `${linkTo(codeSpan(stack), url)}${madeOf(plan.sources)}`;
  const digest = codeSpan(approvableDigest(plan.digest));
  if (approval === undefined) return `- ${name} · digest ${digest}`;
  const { required, covered, given, dropped } = approval;
  if (required === '') return `- ${name} · digest ${digest} · no approval needed`;
  const by = given.length > 0 ? `, given by ${given.map(codeSpan).join(', ')}` : '';
  const moved = dropped === undefined ? '' : ` · dropped: ${prose(visibleText(dropped))}`;
  const state_ = covered ? '**approved**' : `waits for ${prose(required)}`;
  return `- ${name} · digest ${digest} · ${state_}${by}${moved}`;
}

/**
 * As people copy it. Who writes the changes could make two plans that begin alike, and have the second
 * one approved by who saw the first: of 12 digits that takes a moment, of these nobody can.
 */
export function approvableDigest(digest: string): string {
  return digest.slice(digest.indexOf(':') + 1).slice(0, 32);
}
