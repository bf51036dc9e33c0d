import type { AdoptedField, Adoption, OpenedAdoption, RefusedField } from '@trueup/api';
import { formatFieldPath } from '@trueup/diagnostics';

import { nameOf } from '../report/plan-report.ts';
import { count } from './count.ts';
import { type Line, line, span } from './line.ts';
import { resourceSpans } from './resource-span.ts';

/** What is taken into Git, where, and what stays. */
export function adoptionView({
  stack,
  fields,
  refused,
  readers,
  opened,
}: Adoption): readonly Line[] {
  const [repository = ''] = stack.split('/');
  return [
    [span(stack, 'strong'), span(`: ${count(fields.length, 'field')} to be asked for as observed`)],
    ...fields.map(adoptedLine),
    ...refused.map(refusedLine),
    ...(readers.length === 0 ? [] : [line(`read by ${readers.join(', ')} as well`, 'warn')]),
    ...(opened ? openedLines(repository, opened) : []),
  ];
}

function adoptedLine({ id, path, origin, writer }: AdoptedField): Line {
  const by = writer ? `, written by ${writer.name}` : '';
  const place = `${origin.file}:${origin.line}`;
  return [
    span('  ✓ ', 'good'),
    ...resourceSpans(nameOf(id)),
    span(` ${formatFieldPath(path)}`),
    span(`  ${place}${by}`, 'dim'),
  ];
}

function refusedLine({ id, path, reason }: RefusedField): Line {
  const field = path.length === 0 ? '' : ` ${formatFieldPath(path)}`;
  return [span('  – ', 'warn'), ...resourceSpans(nameOf(id)), span(`${field}: ${reason}`)];
}

function openedLines(repository: string, opened: OpenedAdoption): readonly Line[] {
  const { mergeRequest, branch, url } = opened;
  const rest = url === undefined ? '' : `: ${url}`;
  return [
    [
      span(`${repository}!${mergeRequest}`, 'good'),
      span(` brings it, from branch ${branch}${rest}`),
    ],
    line(`\`trueup mr show ${repository} ${mergeRequest}\` shows its plan.`, 'dim'),
  ];
}
