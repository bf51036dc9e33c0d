import type { OpenedStandAlone, ProjectStack, StandAlonePlan } from '@trueup/control-plane';
import { OperationError } from '@trueup/diagnostics';

import type { Cli } from '../command.ts';
import { count } from '../output/count.ts';
import { type PlanReport, reportStandAlone } from '../report/plan-report.ts';
import { mapBounded } from './map-bounded.ts';

/**
 * What became of planning one stack. `waits`: it could not be planned yet, since it comes after stacks
 * that have changes (their namespaces and definitions are not there).
 */
export type StackPlanned =
  | {
      readonly kind: 'planned' | 'waits';
      readonly stack: ProjectStack;
      readonly plan: StandAlonePlan;
      readonly report: PlanReport;
    }
  | { readonly kind: 'failed'; readonly stack: ProjectStack; readonly error: OperationError };

const sideBySide = 4;

/** Plans every stack; a failure of one leaves the others alone. In the order of the stacks. */
export async function planStacks(
  cli: Cli,
  { standAlone }: OpenedStandAlone,
  stacks: readonly ProjectStack[],
): Promise<readonly StackPlanned[]> {
  const { stop } = cli.surroundings.interrupts;
  using progress = cli.openProgress();
  progress.phase(`Planning ${count(stacks.length, 'stack')}`);
  let done = 0;
  const planned = await mapBounded(stacks, sideBySide, async (stack) => {
    const result = await planOne(standAlone, stack, stop);
    done += 1;
    progress.update({ done, total: stacks.length, detail: stack.definition.name });
    return result;
  });
  return markWaiting(planned);
}

async function planOne(
  standAlone: OpenedStandAlone['standAlone'],
  stack: ProjectStack,
  signal: AbortSignal,
): Promise<StackPlanned> {
  try {
    const plan = await standAlone.plan(stack, signal);
    return { kind: 'planned', stack, plan, report: reportStandAlone(plan) };
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof OperationError) return { kind: 'failed', stack, error };
    throw error;
  }
}

export function hasErrors(report: PlanReport): boolean {
  return report.diagnostics.some(({ severity }) => severity === 'error');
}

function markWaiting(planned: readonly StackPlanned[]): readonly StackPlanned[] {
  const pending = new Set<string>();
  return planned.map((one) => {
    const { name, after } = one.stack.definition;
    const waits = after.some((before) => pending.has(before));
    if (one.kind === 'failed') return one;
    if (one.report.changes.length > 0 || waits) pending.add(name);
    return waits && hasErrors(one.report) ? { ...one, kind: 'waits' } : one;
  });
}
