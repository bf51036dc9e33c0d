/** Which stacks go side by side, and which wait for others. */
import type { RunReport } from '../report/run-report.ts';
import type { StackPlanned } from './plan-stacks.ts';

/** What can begin now, and what never will since a stack before it did not succeed. */
export interface Round {
  readonly ready: readonly StackPlanned[];
  readonly skipped: readonly RunReport[];
}

export function nextRound(
  waiting: readonly StackPlanned[],
  ended: ReadonlyMap<string, RunReport['end']>,
): Round {
  const names = new Set(waiting.map(nameOf));
  const failedBefore = (one: StackPlanned): string | undefined =>
    one.stack.definition.after.find((name) => !['succeeded', undefined].includes(ended.get(name)));
  const isReady = (one: StackPlanned): boolean =>
    one.stack.definition.after.every((name) => !names.has(name));
  return {
    ready: waiting.filter((one) => isReady(one) && failedBefore(one) === undefined),
    skipped: waiting.flatMap((one) => {
      const before = failedBefore(one);
      if (before === undefined) return [];
      const message = `Not begun, since ${before} did not succeed.`;
      const total = one.kind === 'failed' ? 0 : one.report.changes.length;
      return [{ stack: nameOf(one), end: 'skipped', extent: 'nothing', done: 0, total, message }];
    }),
  };
}

export function nameOf(one: StackPlanned): string {
  return one.stack.definition.name;
}
