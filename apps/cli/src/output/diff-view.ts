/** Both sides of each resource as text, line by line, as `diff -u` has it. */
import type { DiffReport } from '../report/diff-report.ts';
import { actionLooks } from './change-lines.ts';
import { emptyLine, type Line, span } from './line.ts';
import { differLines, type LineDifference } from './line-difference.ts';
import { plainLines } from './plain-text.ts';
import { resourceSpans } from './resource-span.ts';

export interface DiffViewOptions {
  readonly toYaml: (body: NonNullable<DiffReport['before']>) => string;
  /** Equal lines around each difference. */
  readonly around: number;
}

export function diffView(
  diffs: readonly DiffReport[],
  { toYaml, around }: DiffViewOptions,
): readonly Line[] {
  return diffs.flatMap((diff) => {
    const { word, sign, tone } = actionLooks[diff.action];
    const before = diff.before ? plainLines(toYaml(diff.before)) : [];
    const after = diff.after ? plainLines(toYaml(diff.after)) : [];
    return [
      [span(`${sign} ${word} `, tone), ...resourceSpans(diff), span(`  ${diff.stack}`, 'dim')],
      ...differLines(before, after, around).map(diffLine),
      emptyLine,
    ];
  });
}

const looks = {
  same: ['  ', 'dim'],
  skipped: ['  ', 'accent'],
  removed: ['- ', 'bad'],
  added: ['+ ', 'good'],
} as const;

function diffLine({ kind, text }: LineDifference): Line {
  const [mark, tone] = looks[kind];
  return [span(`${mark}${text}`, tone)];
}
