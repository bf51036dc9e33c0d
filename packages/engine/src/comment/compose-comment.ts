/**
 * Writes the one comment of a merge request.
 *
 * C1. Totals and what may harm stand above the fold, whatever has to be left out.
 * C2. It never exceeds its limit: what matters least loses its details first, and what is left out
 *     is counted. Nothing is cut within a fence or an element.
 * C3. The same view gives the same text, so that a comment is written again only when it changed.
 */
import type { Change } from '@trueup/provider-sdk';

import { nameOf, weightOf } from './change-text.ts';
import type { CommentView, StackComment } from './comment-view.ts';
import {
  approvableDigest,
  composeSection,
  type Detail,
  listDiagnostics,
  stepsOf,
  weightOfGroup,
} from './compose-section.ts';
import { groupStacks, type StackGroup } from './group-stacks.ts';
import { codeSpan, fence, linkTo, prose } from './markdown.ts';
import { addTotals, describeTotals } from './totals.ts';

export interface CommentLimit {
  /** Characters, in UTF-16. At least 2,000. */
  readonly length: number;
}

export function composeComment(view: CommentView, { length }: CommentLimit): string {
  const head = headOf(view);
  const foot = [...listWords(view, length / 4), footOf(view)].join('\n\n');
  const groups = groupStacks(view.stacks).toSorted(
    (one, other) => weightOfGroup(one) - weightOfGroup(other),
  );
  const sections = fillRoom(groups, length - head.length - foot.length - 200);
  return [head, ...sections, foot].filter((part) => part !== '').join('\n\n');
}

function headOf(view: CommentView): string {
  const { stacks } = view;
  const planned = stacks.flatMap(({ state }) =>
    state.name === 'planned' ? [state.plan.totals] : [],
  );
  const failed = stacks.filter(({ state }) => state.name === 'failed').length;
  const touched = stacks.length === 1 ? '1 stack' : `${stacks.length} stacks`;
  const title = `### Trueup: ${describeTotals(addTotals(planned))} in ${touched}`;
  const trouble = failed > 0 ? [`**${failed} cannot be planned.**`] : [];
  const notices = (view.notices ?? []).map((one) => `**${prose(one)}**`);
  const applied = appliedOf(view);
  const waits = view.applied ? '' : approvalOf(view);
  return [title, ...trouble, ...notices, applied, mistakesOf(view), risksOf(stacks), waits]
    .filter((part) => part !== '')
    .join('\n\n');
}

const shownRuns = 30;

function appliedOf({ applied }: CommentView): string {
  if (!applied) return '';
  const lines = applied.stacks
    .slice(0, shownRuns)
    .map(({ stack, state, url }) => `- ${linkTo(codeSpan(stack), url)}: ${prose(state)}`);
  const more = applied.stacks.length - lines.length;
  return [
    `**${prose(applied.title)}**`,
    '',
    ...lines,
    ...(more > 0 ? [`- and ${more} more`] : []),
  ].join('\n');
}

/** What was said to people who asked for something: the newest that there is room for. */
function listWords({ refusals = [], explanation = [] }: CommentView, room: number): string[] {
  const lines = refusals.map(
    ({ who, what, reason }) => `- ${codeSpan(who)}, ${codeSpan(what)}: ${prose(reason)}`,
  );
  return [
    listNewest('**Not done, or not counted**', lines, room),
    listNewest(
      '**How it is decided**',
      explanation.map((line) => `- ${prose(line)}`),
      room,
    ),
  ].filter((text) => text !== '');
}

function listNewest(title: string, lines: readonly string[], room: number): string {
  const shown: string[] = [];
  let left = room - title.length - 40;
  for (const line of lines.toReversed()) {
    left -= line.length + 1;
    if (left < 0) break;
    shown.unshift(line);
  }
  if (shown.length === 0) return '';
  const more = lines.length - shown.length;
  return [title, '', ...shown, ...(more > 0 ? [`- and ${more} before`] : [])].join('\n');
}

const shownMistakes = 10;

function mistakesOf({ diagnostics = [] }: CommentView): string {
  if (diagnostics.length === 0) return '';
  const more = diagnostics.length - shownMistakes;
  return [
    '**`trueup.yaml` would have mistakes.** What they are about is not planned.',
    '',
    listDiagnostics(diagnostics.slice(0, shownMistakes)),
    ...(more > 0 ? [`- and ${more} more`] : []),
  ].join('\n');
}

const shownRisks = 10;

/** What somebody should see who reads nothing else. */
function risksOf(stacks: readonly StackComment[]): string {
  const risks = stacks.flatMap(({ stack, state }) =>
    state.name === 'planned'
      ? stepsOf(state)
          .filter((change) => weightOf(change) <= harmful)
          .map((change) => ({ stack, change }))
      : [],
  );
  const sorted = risks.toSorted((one, other) => weightOf(one.change) - weightOf(other.change));
  const lines = sorted
    .slice(0, shownRisks)
    .map(({ stack, change }) => `- ${describeRisk(change)} in ${codeSpan(stack)}`);
  const more = risks.length - lines.length;
  return [...lines, ...(more > 0 ? [`- and ${more} more like these`] : [])].join('\n');
}

/** Up to hazards; see `weightOf`. */
const harmful = 3;

function describeRisk(change: Change): string {
  const { action, hazards } = change;
  const effects = hazards.map((hazard) => hazard.replace('-', ' ')).join(', ');
  const verb = { delete: '**deletes**', replace: '**replaces**' }[String(action)] ?? action;
  return `${verb} ${codeSpan(nameOf(change))}${effects === '' ? '' : ` (${effects})`}`;
}

function approvalOf({ stacks, digest }: CommentView): string {
  const approvals = stacks.flatMap(({ state }) =>
    state.name === 'planned' ? (state.approval ?? []) : [],
  );
  const waiting = approvals.filter(({ required, covered }) => required !== '' && !covered).length;
  if (waiting === 0) return '';
  const noun = waiting === 1 ? 'plan waits' : 'plans wait';
  const command = fence('', [`/trueup approve ${approvableDigest(digest)}`]);
  return `**${waiting} ${noun} for approval.** Who may, approves exactly what stands here by\n\n${command}`;
}

function footOf({ head, url }: CommentView): string {
  const link = url === undefined ? '' : ` · ${linkTo('all of it', url)}`;
  return `<sub>Planned for ${codeSpan(head.slice(0, 12))} against what was observed${link}</sub>`;
}

/** Gives every group a line, then details to the weightier ones as long as there is room. */
function fillRoom(groups: readonly StackGroup[], room: number): readonly string[] {
  const lines = cutLines(groups, room);
  let left = room - lines.reduce((sum, line) => sum + line.length + 2, 0);
  const texts = lines.map((line, index) => {
    const group = groups[index];
    if (!group) return line;
    for (const detail of details) {
      const text = composeSection(group, detail, left + line.length);
      if (text === undefined) continue;
      left -= text.length - line.length;
      return text;
    }
    return line;
  });
  const omitted = groups.slice(lines.length).reduce((sum, group) => sum + group.length, 0);
  return omitted > 0 ? [...texts, prose(`And ${omitted} more stacks.`)] : texts;
}

const details: readonly Detail[] = ['full', 'brief'];

function cutLines(groups: readonly StackGroup[], room: number): readonly string[] {
  const lines: string[] = [];
  let left = room;
  for (const group of groups) {
    const line = composeSection(group, 'line', left - 2);
    if (line === undefined) break;
    left -= line.length + 2;
    lines.push(line);
  }
  return lines;
}
