import type { Change, Plan, ResourceId } from '@trueup/provider-sdk';

import type { Claims } from '../claim/claims.ts';
import type { ChangePlace } from '../plan/digest.ts';
import type { Wave } from '../plan/order-changes.ts';
import type { ScreenedPlan } from '../plan/screen-plan.ts';
import type { AskedRequirement } from '../rules/asked-requirement.ts';
import { parseStackId } from '../stack/stack-record.ts';
import type { Lease, Write } from '../store/store.ts';
import { formatInstant } from './format-instant.ts';
import type { Extent, Phase, Run } from './run.ts';
import type { OpenStack, RunPorts } from './run-ports.ts';
import type { TargetHold } from './target-hold.ts';

/** A plan after the guards and the rules. */
export interface JudgedScreen extends ScreenedPlan {
  /** Requirements of approval that the rules make of it, those that hold always included. */
  readonly asked: readonly AskedRequirement[];
}

/** What a supervisor holds in memory between two steps. All of it can be computed again. */
export interface PlannedRun {
  readonly open: OpenStack;
  readonly place: ChangePlace;
  readonly plan: Plan;
  readonly screened: JudgedScreen;
  readonly waves: readonly Wave[];
  readonly claims: Claims;
  /** Everything that the stack owned when it was planned. */
  readonly inventory: readonly ResourceId[];
}

export interface StepContext {
  readonly ports: RunPorts;
  readonly lease: Lease;
  readonly hold: TargetHold;
  readonly signal: AbortSignal;
  /** Absent right after a restart, and whenever the stack has to be looked at anew. */
  readonly planned: PlannedRun | undefined;
  /** A plan that somebody made and showed just now: it is not made again. */
  readonly handed: PlannedRun | undefined;
}

/** Where one step leads: the run as it is now, and what has to be written together with that. */
export interface StepResult {
  readonly run: Run;
  readonly writes: readonly Write[];
  readonly planned: PlannedRun | undefined;
}

/** The run in another phase. Every change of phase is journalled and told. */
export function moveTo(
  run: Run,
  phase: Phase,
  { ports, planned }: Pick<StepContext, 'ports' | 'planned'>,
  extra: readonly Write[] = [],
): StepResult {
  const at = formatInstant(ports.now());
  const moved = { ...run, phase, updatedAt: at };
  return {
    run: moved,
    writes: [
      ...extra,
      { kind: 'run', run: moved },
      { kind: 'journal', run: run.id, entry: { kind: 'phase', at, phase } },
      { kind: 'event', event: describeMove(moved, at) },
    ],
    planned,
  };
}

function describeMove({ id, phase, stack, revision, purpose, counts }: Run, at: string) {
  const { repository } = parseStackId(stack);
  const message = 'message' in phase ? { message: phase.message } : {};
  const failure = phase.name === 'failed' ? { failure: phase.failure.message } : {};
  return {
    at,
    type: `run:${phase.name}`,
    repository,
    stack,
    body: { run: id, revision, purpose, ...counts, ...message, ...failure },
  };
}

/** How much of all that the run set out to do is done. */
export function extentOf({ counts }: Run): Extent {
  if (counts.done === 0) return 'nothing';
  return counts.done < counts.total ? 'part' : 'all';
}

export function stepsOf(plan: ScreenedPlan): readonly Change[] {
  return plan.changes.map(({ change }) => change).filter(({ action }) => action !== 'none');
}
