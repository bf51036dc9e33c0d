import type { LeftBehind, OpenedRollback, Rollback, StackRollback } from '@trueup/api';

import { nameOf } from '../report/plan-report.ts';
import { count } from './count.ts';
import { emptyLine, indent, type Line, line, span } from './line.ts';
import { resourceText } from './resource-span.ts';
import { wrapLine } from './wrap-line.ts';

/** What going back would do, stack by stack: what comes back, and what stays as it is. */
export function rollbackView(
  { repository, revision, before, stacks, obstacle }: Rollback,
  width: number,
): readonly Line[] {
  const range = before === undefined ? '' : ` on top of ${before.slice(0, 12)}`;
  return [
    [
      span(repository, 'strong'),
      span(`: ${revision.slice(0, 12)} came${range}, to ${count(stacks.length, 'stack')}`),
    ],
    ...stacks.flatMap((stack) => [emptyLine, ...stackLines(stack, width)]),
    ...(obstacle === undefined ? [] : [emptyLine, line(obstacle, 'warn')]),
  ];
}

function stackLines(
  { stack, target, provider, state, count: changed, restores, leaves }: StackRollback,
  width: number,
): readonly Line[] {
  const place = provider === '' ? '' : ` → ${target} (${provider})`;
  const done = `${count(changed, 'resource')} changed`;
  const head: Line = [
    span(stack, 'strong'),
    span(place),
    span(`  ${state}, ${changed === 0 ? 'nothing changed' : done}`, 'dim'),
  ];
  const says = (word: string, text: string, tone: 'good' | 'warn'): readonly Line[] =>
    indent(wrapLine([span(word, tone), span(text)], Math.max(width - 2, 20), hang), 2);
  return [
    head,
    ...(restores === undefined ? [] : says('comes back  ', restores, 'good')),
    ...leaves.flatMap((one) => says('stays       ', describeLeft(one), 'warn')),
  ];
}

/** As wide as the words in front. */
const hang = 12;

const mostNamed = 3;

function describeLeft({ says, resources }: LeftBehind): string {
  const named = resources
    .slice(0, mostNamed)
    .map((id) => resourceText(nameOf(id)))
    .join(', ');
  const rest = resources.length - mostNamed;
  return `${says} (${named}${rest > 0 ? ` and ${rest} more` : ''})`;
}

export function openedView({ repository, number, url, branch }: OpenedRollback): readonly Line[] {
  return [
    [
      span(`${repository}!${number}`, 'good'),
      span(` takes it back, from branch ${branch}${url === undefined ? '' : `: ${url}`}`),
    ],
    line(`\`trueup mr show ${repository} ${number}\` shows its plan.`, 'dim'),
  ];
}
