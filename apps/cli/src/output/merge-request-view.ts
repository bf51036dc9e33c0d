import type { Comment, Conflicts, MergeRequest, MergeRequestView, Review } from '@trueup/api';

import { type Fact, factLines } from './fact-lines.ts';
import { formatAge } from './format-age.ts';
import { emptyLine, indent, type Line, line, span, type Tone } from './line.ts';
import { plainLines } from './plain-text.ts';
import { textWidth } from './text-width.ts';

export interface ViewOptions {
  readonly nowMs: number;
  readonly width: number;
}

const tones: Readonly<Record<MergeRequest['state'], Tone>> = {
  open: 'accent',
  merged: 'good',
  closed: 'dim',
};

function stateOf({ state, draft, autoMerge }: MergeRequest): string {
  if (state !== 'open') return state;
  if (draft) return 'draft';
  return autoMerge ? 'waits for green' : 'open';
}

export interface ShownRequest {
  readonly repository: string;
  readonly request: MergeRequestView;
  readonly comments: readonly Comment[];
  readonly reviews: readonly Review[];
  readonly conflicts: Conflicts['files'];
}

export function requestView(
  { repository, request, comments, reviews, conflicts }: ShownRequest,
  options: ViewOptions,
): readonly Line[] {
  const { number, title, description } = request;
  // The plan has a place of its own.
  const talk = comments.filter((one) => !isPlan(one));
  return [
    [span(`${repository}!${number} `, 'strong'), span(title)],
    ...factLines(factsOf(request, options.nowMs), options.width),
    ...indent(description === '' ? [] : [emptyLine, ...textLines(description)], 2),
    ...conflicts.flatMap(conflictLines),
    ...(request.checks.length > 0 ? [emptyLine, line('Checks', 'strong')] : []),
    ...checkLines(request.checks),
    ...(reviews.length > 0 ? [emptyLine, line('Reviews', 'strong')] : []),
    ...reviews.map(({ author, verdict, commit }) =>
      line(`  ${author.login}: ${verdict} at ${commit.slice(0, 12)}`),
    ),
    ...(talk.length > 0 ? [emptyLine, line('Comments', 'strong')] : []),
    ...talk.flatMap((comment) => commentLines(comment, options.nowMs)),
  ];
}

function isPlan({ author, body }: Comment): boolean {
  return author.login === 'trueup' && body.startsWith('<!-- trueup:plan -->');
}

function checkLines(checks: MergeRequestView['checks']): readonly Line[] {
  const width = Math.max(...checks.map(({ name }) => textWidth(name)));
  return checks.map(({ name, state, description: says }) => [
    span(`  ${name}${' '.repeat(width - textWidth(name))}  `),
    span(state, state === 'passed' ? 'good' : checkTone(state)),
    span(says === '' ? '' : `  ${says}`, 'dim'),
  ]);
}

function checkTone(state: 'pending' | 'failed' | 'error' | 'passed'): Tone {
  return state === 'pending' ? 'warn' : 'bad';
}

function factsOf(request: MergeRequestView, nowMs: number): readonly Fact[] {
  const { source, target, author, labels, reviewers, approvedBy, owners, openThreads } = request;
  const { obstacle = '', merged } = request;
  const from = source.repository === '' ? '' : ` (${source.commit.slice(0, 12)})`;
  const people = (users: readonly { readonly login: string }[]): string =>
    users.map(({ login }) => login).join(', ');
  return [
    ['state', span(stateOf(request), tones[request.state])],
    ['branches', span(`${source.branch}${from} → ${target.branch}`)],
    ['author', span(`${author.login}, ${formatAge(request.createdAt, nowMs)}`)],
    ['labels', span(labels.join(', '))],
    ['reviewers', span(people(reviewers))],
    ['approved', span(people(approvedBy), 'good')],
    ['owners', span(owners.map(({ owners: own }) => own.join(' or ')).join('; '))],
    ['threads', span(openThreads === 0 ? '' : `${openThreads} not resolved`, 'warn')],
    ['obstacle', span(obstacle, 'warn')],
    ['merged', span(merged ? `${merged.commit.slice(0, 12)} by ${merged.by.login}` : '')],
  ];
}

function conflictLines({ path, hunks = [] }: Conflicts['files'][number]): readonly Line[] {
  return [
    emptyLine,
    line(`conflict ${path}`, 'bad'),
    ...hunks.flatMap(({ line: at, target, source }) => [
      line(`  @@ line ${at} @@`, 'accent'),
      ...plainLines(target).map((text) => line(`  - ${text}`, 'bad')),
      ...plainLines(source).map((text) => line(`  + ${text}`, 'good')),
    ]),
  ];
}

function commentLines(
  { id, author, createdAt, body, thread, place, discussion, resolved }: Comment,
  nowMs: number,
): readonly Line[] {
  const at = place ? ` at ${place.path}:${place.line}` : '';
  const open = resolved ? ' (resolved)' : ' (open thread)';
  const standing = discussion ? open : '';
  const head = `#${id} ${author.login}, ${formatAge(createdAt, nowMs)}${at}${standing}`;
  const text = body.replace(/^<!-- trueup:[a-z0-9-]+ -->\n/, '');
  return indent(
    [line(head, 'strong'), ...indent(textLines(text), 2)],
    thread === undefined ? 2 : 4,
  );
}

function textLines(text: string): readonly Line[] {
  return plainLines(text).map((one) => line(one));
}
