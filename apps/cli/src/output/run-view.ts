/** One run for people: what is known of it, who approved it, and what happened. Its plan has a view. */
import type { Approval, JournalLine, Run } from '@trueup/api';

import { count } from './count.ts';
import { factLines } from './fact-lines.ts';
import { formatAge, formatDuration } from './format-age.ts';
import { journalLines } from './journal-lines.ts';
import { emptyLine, type Line, line, span } from './line.ts';
import { phaseTone, whyOf } from './run-table.ts';
import { shortId } from './short-id.ts';

export interface RunViewOptions {
  readonly width: number;
  readonly nowMs: number;
}

export function runHead(run: Run, { width, nowMs }: RunViewOptions): readonly Line[] {
  const { id, stack, phase, purpose, revision, requestedBy, rollout, counts, retries } = run;
  const { brokenGlass: glass } = run;
  const why = whyOf(run);
  const tookMs = Date.parse(run.updatedAt) - Date.parse(run.createdAt);
  const took = hasEnded(run) ? `, took ${formatDuration(tookMs)}` : '';
  const { done, failed, total } = counts;
  return [
    line(shortId(id), 'strong'),
    ...factLines(
      [
        ['stack', span(stack)],
        ['phase', span(phase.name, phaseTone(phase.name))],
        ['why', span(why)],
        ['purpose', span(`${purpose} ${revision.slice(0, 12)}, by ${requestedBy}`)],
        ['glass', span(glass ? `broken by ${glass.by}: ${glass.reason}` : '', 'bad')],
        ['begun', span(`${formatAge(run.createdAt, nowMs)}${took}`)],
        ['changes', span(`${done} of ${total} done${failed > 0 ? `, ${failed} failed` : ''}`)],
        ['retries', span(retries > 0 ? String(retries) : '')],
        ['rollout', span(rollout === undefined ? '' : shortId(rollout))],
      ],
      width,
    ),
  ];
}

export function hasEnded({ phase }: Pick<Run, 'phase'>): boolean {
  return ['succeeded', 'failed', 'superseded', 'cancelled'].includes(phase.name);
}

export interface RunStory {
  readonly approvals: readonly Approval[];
  readonly journal: readonly JournalLine[];
}

export function runStory({ approvals, journal }: RunStory, nowMs: number): readonly Line[] {
  const given = approvals.map(({ actor, digests, at, state }): Line => {
    const text = `by ${actor}, ${count(digests.length, 'change')}, ${formatAge(at, nowMs)}`;
    return [span('Approved: ', 'strong'), span(text), span(state === 'given' ? '' : `, ${state}`)];
  });
  return [...(given.length > 0 ? [...given, emptyLine] : []), ...journalLines(journal)];
}
