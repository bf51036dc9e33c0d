import type { DriftReport } from '../report/drift-report.ts';
import { changeLines } from './change-lines.ts';
import { count } from './count.ts';
import type { ViewOptions } from './field-lines.ts';
import { groupChanges } from './group-changes.ts';
import { emptyLine, type Line, span } from './line.ts';
import { foreignLines } from './plan-remarks.ts';
import { wrapLine } from './wrap-line.ts';

/** What left desired, and who did it; then what others added. */
export function driftView(stacks: readonly DriftReport[], options: ViewOptions): readonly Line[] {
  const moved = stacks.filter(({ drifted, foreign }) => drifted.length + foreign.length > 0);
  return [
    ...moved.flatMap((one) => [...stackLines(one, options), emptyLine]),
    summaryLine(stacks),
    ...pendingLines(stacks),
  ];
}

function stackLines(
  { stack, target, drifted, foreign, unattributed }: DriftReport,
  options: ViewOptions,
): readonly Line[] {
  const remark =
    '  Nobody records there who wrote what: all that differs now is shown, applied before or not.';
  return [
    [span(stack, 'strong'), span(' → ', 'dim'), span(target, 'accent')],
    ...groupChanges(drifted).flatMap((group) => changeLines(group, options)),
    ...foreignLines(foreign, options),
    ...(unattributed ? wrapLine([span(remark, 'dim')], options.width, 2) : []),
  ];
}

function summaryLine(stacks: readonly DriftReport[]): Line {
  const drifted = stacks.reduce((sum, one) => sum + one.drifted.length, 0);
  const foreign = stacks.reduce((sum, one) => sum + one.foreign.length, 0);
  const unknown = stacks.filter(({ remark }) => remark !== undefined).length;
  const head = span('Drift: ', 'strong');
  const tail =
    unknown > 0 ? [span(` ${count(unknown, 'stack')} could not be looked at.`, 'bad')] : [];
  if (drifted + foreign === 0 && unknown === stacks.length && unknown > 0) {
    return [head, span('not known.', 'bad'), ...tail];
  }
  if (drifted + foreign === 0) return [head, span('none.', 'good'), ...tail];
  const resources = span(`${count(drifted, 'resource')} drifted`, drifted > 0 ? 'warn' : undefined);
  return [head, resources, span(`, ${count(foreign, 'foreign field')}.`), ...tail];
}

function pendingLines(stacks: readonly DriftReport[]): readonly Line[] {
  const pending = stacks.reduce((sum, one) => sum + one.pending, 0);
  if (pending === 0) return [];
  return [
    [span(`Besides, ${count(pending, 'change')} not applied yet: see \`trueup plan\`.`, 'dim')],
  ];
}
