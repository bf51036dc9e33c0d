import type { Run } from '@trueup/api';

import type { PlanDocument } from './plan-report.ts';

/** The shape of `trueup apply -o json`: the plan, and what became of it. */
export interface ApplyDocument extends PlanDocument {
  readonly runs: readonly RunReport[];
}

/** What became of one stack. */
export interface RunReport {
  readonly stack: string;
  /** `skipped`: not begun, since a stack before it did not succeed. */
  readonly end: 'succeeded' | 'failed' | 'held' | 'cancelled' | 'skipped';
  /** How much of the plan was done. */
  readonly extent: 'nothing' | 'part' | 'all';
  readonly done: number;
  readonly total: number;
  /** Of all but what succeeded: why, in one sentence. */
  readonly message?: string;
  readonly code?: string;
}

export function reportRun(
  stack: string,
  { phase, counts }: Pick<Run, 'phase' | 'counts'>,
): RunReport {
  const { done, total } = counts;
  const part = done < total ? 'part' : 'all';
  const common = { stack, done, total, extent: done === 0 ? 'nothing' : part } as const;
  switch (phase.name) {
    case 'succeeded':
      return { ...common, end: 'succeeded', extent: phase.extent };
    case 'failed':
      return {
        ...common,
        end: 'failed',
        extent: phase.extent,
        message: phase.failure.message,
        code: phase.failure.code,
      };
    case 'cancelled':
    case 'superseded':
      return { ...common, end: 'cancelled', extent: phase.extent, message: stopMessage(common) };
    case 'awaiting-approval':
      return { ...common, end: 'held', message: phase.reason };
    case 'held':
    case 'waiting':
      return { ...common, end: 'held', message: phase.message };
    default:
      return { ...common, end: 'failed', message: `It ended while ${phase.name}.` };
  }
}

function stopMessage({ done, total }: Pick<RunReport, 'done' | 'total'>): string {
  if (done < total || total === 0) return 'It was stopped.';
  return 'All is applied; whether it gets healthy was not waited for.';
}
