/** How an apply ended, in sentences. */
import { type ExitCode, exitCodes, worstOf } from '../exit-code.ts';
import { count, formatNumber } from '../output/count.ts';
import { formatDuration } from '../output/format-age.ts';
import { emptyLine, type Line, span } from '../output/line.ts';
import { withoutSubject } from '../output/without-subject.ts';
import { wrapLine } from '../output/wrap-line.ts';
import type { RunReport } from '../report/run-report.ts';

export interface ApplySummary {
  readonly lines: readonly Line[];
  readonly code: ExitCode;
}

export interface ApplyEnd {
  readonly tookMs: number;
  readonly interrupted: boolean;
  /** Columns to fill. */
  readonly width: number;
}

export function summarizeRuns(
  runs: readonly RunReport[],
  { tookMs, interrupted, width }: ApplyEnd,
): ApplySummary {
  const good = runs.every(({ end }) => end === 'succeeded');
  const done = runs.reduce((sum, run) => sum + run.done, 0);
  const lines = runs.flatMap((run) => (run.end === 'succeeded' ? [] : [problemLine(run)]));
  const last = good && !interrupted ? doneLine(runs, done, tookMs) : notDoneLine(done, interrupted);
  return {
    lines: [emptyLine, ...[...lines, last].flatMap((one) => wrapLine(one, width))],
    code: interrupted ? exitCodes.interrupted : worstOf(runs.map(codeOfRun)),
  };
}

function doneLine(runs: readonly RunReport[], done: number, tookMs: number): Line {
  if (done === 0) return [span('Done: ', 'good'), span('there was nothing to do.')];
  const stacks = runs.filter(({ total }) => total > 0).length;
  const where = stacks > 1 ? ` in ${stacks} stacks` : '';
  const text = `${count(done, 'change')} applied${where} in ${formatDuration(tookMs)}.`;
  return [span('Done: ', 'good'), span(text)];
}

function notDoneLine(done: number, interrupted: boolean): Line {
  const head = interrupted ? span('Stopped: ', 'warn') : span('Not done: ', 'bad');
  return [head, span(`${count(done, 'change')} applied. \`trueup plan\` shows what is left.`)];
}

function problemLine({ stack, end, done, total, message, code }: RunReport): Line {
  const tone = end === 'failed' ? 'bad' : 'warn';
  const words = { failed: 'failed', held: 'held', cancelled: 'stopped', skipped: 'not begun' };
  const word = end === 'succeeded' ? '' : words[end];
  const extent = done > 0 ? ` after ${formatNumber(done)} of ${count(total, 'change')}` : '';
  return [
    span(`${stack}: `, 'strong'),
    span(`${word}${extent}: `, tone),
    span(withoutSubject(message ?? '', stack)),
    ...(code === undefined ? [] : [span(`  ${code}`, 'dim')]),
  ];
}

/** What the process ends with for one run. */
export function codeOfRun({ end, code }: RunReport): ExitCode {
  switch (end) {
    case 'succeeded':
      return exitCodes.done;
    case 'held':
    case 'skipped':
      return exitCodes.pending;
    case 'cancelled':
      return exitCodes.interrupted;
    case 'failed':
      return code !== undefined && /UNREACHABLE|TIMED_OUT/.test(code)
        ? exitCodes.noAnswer
        : exitCodes.failed;
  }
}
