import type { ResourceId, Survey } from '@trueup/provider-sdk';

import type { Digest } from '../plan/digest.ts';
import { orderChanges } from '../plan/order-changes.ts';
import { type ScreenedPlan, screenPlan } from '../plan/screen-plan.ts';
import { sealWhenAsked } from '../plan/seal-desired.ts';
import type { Purpose } from './run.ts';
import { callOf, type OpenStack, observe } from './run-ports.ts';
import { type PlannedRun, stepsOf } from './run-session.ts';

export interface PlanStackRequest {
  /** The id under which it is registered. */
  readonly repository: string;
  readonly purpose: Purpose;
  /** What the stack owns. Found by the marks in the target if absent. */
  readonly inventory?: readonly ResourceId[];
  readonly executed: ReadonlyMap<ResourceId, Digest>;
  /** What the run that this is planned for has executed already. */
  readonly executedByRun?: ReadonlySet<ResourceId>;
  /** What it began to execute, and has no end of. */
  readonly begunByRun?: ReadonlySet<ResourceId>;
  /** Of the last run that succeeded; `undefined` before the first one. */
  readonly appliedDesired: Readonly<Record<string, string>> | undefined;
  readonly signal: AbortSignal;
}

/** Observes a stack, plans it, and screens and orders the plan. Writes nothing. */
export async function planStack(open: OpenStack, request: PlanStackRequest): Promise<PlannedRun> {
  const { provider, target, stack, prepared, rule } = open;
  const { signal, repository, purpose, executed, appliedDesired } = request;
  const { inventory, observed } = await look(open, request);
  const asked = { stack, prepared, observed, inventory, foreign: rule.foreign };
  const plan = await provider.plan(target, asked, callOf(open, signal));
  const place = { repository, targetIdentity: plan.targetIdentity };
  const passed = screenPlan({
    plan,
    place,
    purpose,
    rule,
    desired: sealWhenAsked(open),
    appliedDesired,
    executed,
    executedByRun: request.executedByRun ?? new Set(),
    begunByRun: request.begunByRun ?? new Set(),
    owned: inventory.length,
  });
  const denied = purpose === 'removal' ? [] : await rule.findDenied(stepsOf(passed), signal);
  const screened = { ...passed, findings: [...passed.findings, ...denied] };
  return { open, place, plan, screened, waves: toWaves(open, screened), inventory };
}

async function look(
  open: OpenStack,
  { inventory: known, signal }: PlanStackRequest,
): Promise<Survey> {
  const { provider, target, stack, prepared } = open;
  const call = callOf(open, signal);
  const desired = prepared.resources.map(({ id }) => id);
  if (known === undefined && provider.survey) {
    return provider.survey(target, { stack, ids: desired }, call);
  }
  const inventory = known ?? (await provider.discover(target, stack, call));
  const observed = await observe(open, [...new Set([...desired, ...inventory])], signal);
  return { inventory, observed: [...observed.values()] };
}

/** A tool that applies the whole of its plan orders it by itself. */
function toWaves({ provider }: OpenStack, screened: ScreenedPlan): PlannedRun['waves'] {
  if (provider.applies === 'changes') {
    return orderChanges(screened.changes.map(({ change }) => change));
  }
  const steps = stepsOf(screened);
  return steps.length > 0 ? [{ kind: 'apply', changes: steps, awaits: [] }] : [];
}
