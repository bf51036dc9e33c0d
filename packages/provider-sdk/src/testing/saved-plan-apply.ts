/** Carries out a saved plan as a whole, if nothing moved since it was saved. */
import {
  type Failure,
  type JsonObject,
  OperationError,
  StalledError,
  toFailure,
} from '@trueup/diagnostics';

import type { Outcome } from '../outcome.ts';
import type { ApplyRequest } from '../provider.ts';
import type { ResourceId } from '../resource.ts';
import { meetFault, StreamBreak } from './fault-script.ts';
import type { PlanState, SavedPlanCloud } from './saved-plan-cloud.ts';
import { referenceOf } from './saved-plan-prepare.ts';
import type { SavedPlan, SavedStep } from './saved-plan-steps.ts';

export async function* applySaved(
  request: ApplyRequest,
  cloud: SavedPlanCloud,
  signal: AbortSignal,
): AsyncGenerator<Outcome, void, undefined> {
  const { changes, stack } = request;
  const ids = changes.filter(({ action }) => action !== 'none').map(({ id }) => id);
  const refusal = await reach(cloud, signal);
  const plan = parsePlan(request.artifact);
  const state = cloud.stateOf([stack.owner, ...stack.formerOwners]);
  const failure = refusal ?? refuse(plan, ids);
  if (failure) {
    yield* changes.map(({ id }): Outcome => ({ kind: 'failed', id, failure }));
    return;
  }
  if (!plan || plan.lineage !== state.lineage || plan.serial !== state.serial) {
    yield* changes.map(({ id }): Outcome => ({ kind: 'moved', id }));
    return;
  }
  const still = changes.filter(({ action }) => action === 'none');
  yield* still.map(({ id }): Outcome => ({ kind: 'done', id }));
  yield* takeSteps(plan.steps, { cloud, owner: stack.owner, state, signal });
}

async function reach(cloud: SavedPlanCloud, signal: AbortSignal): Promise<Failure | undefined> {
  try {
    await cloud.link.admit(signal);
    return undefined;
  } catch (error) {
    if (error instanceof OperationError) return toFailure(error);
    throw error;
  }
}

function parsePlan(artifact: Uint8Array | undefined): SavedPlan | undefined {
  return artifact && JSON.parse(new TextDecoder().decode(artifact));
}

/** A part of a saved plan cannot be applied, so a change that is withheld withholds all of it. */
function refuse(plan: SavedPlan | undefined, ids: readonly ResourceId[]): Failure | undefined {
  if (!plan) {
    return ids.length > 0
      ? toFailure(new StalledError('SAVED_PLAN_MISSING', 'There is no saved plan to apply.'))
      : undefined;
  }
  const saved = new Set(plan.steps.map(({ id }) => id));
  if (ids.every((id) => saved.has(id)) && plan.steps.every(isNamed(ids))) return undefined;
  const message = 'A saved plan is applied as a whole, and these are not its changes.';
  return toFailure(new StalledError('SAVED_PLAN_PARTIAL', message));
}

/** Steps that only make the state forget what is gone have no change. */
function isNamed(ids: readonly ResourceId[]): (step: SavedStep) => boolean {
  return ({ id, action, after }) => ids.includes(id) || !(action || after);
}

interface Walk {
  readonly cloud: SavedPlanCloud;
  readonly owner: string;
  readonly state: PlanState;
  readonly signal: AbortSignal;
}

async function* takeSteps(
  steps: readonly SavedStep[],
  { cloud, owner, state, signal }: Walk,
): AsyncGenerator<Outcome, void, undefined> {
  const lost = new Set<ResourceId>();
  let written = state;
  const perform = (step: SavedStep) => {
    signal.throwIfAborted();
    written = cloud.remember(owner, written, enact(step, written, cloud));
    return { kind: 'done', id: step.id } as const;
  };
  for (const step of steps) {
    const { id, action, after } = step;
    if (!(action || after)) {
      perform(step);
      continue;
    }
    yield { kind: 'progress', id, message: `${id}: ${action ?? 'remember'}` };
    const events: Outcome[] = [];
    const needed = step.dependsOn.find((one) => lost.has(one));
    const end = needed
      ? unmet(id, needed)
      : await attempt(step, { cloud, signal, perform, emit: (one) => events.push(one) });
    if (end.kind !== 'done') lost.add(id);
    yield* [...events, end];
  }
}

interface AttemptContext {
  readonly cloud: SavedPlanCloud;
  readonly signal: AbortSignal;
  readonly perform: (step: SavedStep) => Outcome;
  readonly emit: (outcome: Outcome) => void;
}

async function attempt(step: SavedStep, context: AttemptContext): Promise<Outcome> {
  const { cloud, signal, emit } = context;
  const { id } = step;
  try {
    const perform = async () => context.perform(step);
    return await meetFault(cloud.faults.begin(id), { id, signal, emit, perform });
  } catch (error) {
    if (error instanceof StreamBreak) throw error.toTransient();
    if (!(error instanceof OperationError)) throw error;
    return { kind: 'failed', id, failure: toFailure(error) };
  }
}

function unmet(id: ResourceId, needed: ResourceId): Outcome {
  const message = `${id}: not tried, since ${needed} was not done`;
  const error = new StalledError('SAVED_PLAN_DEPENDENCY_FAILED', message, id);
  return { kind: 'failed', id, failure: toFailure(error) };
}

/** Brings one step about, and tells what the state holds afterwards. */
function enact(
  { id, action, from, after }: SavedStep,
  { resources }: PlanState,
  cloud: SavedPlanCloud,
): PlanState['resources'] {
  const next = new Map(resources);
  if (from) {
    cloud.rename(from, id);
    next.delete(from);
  }
  if (!after) {
    if (action) cloud.enact(id, action, undefined);
    next.delete(id);
    return next;
  }
  const attributes = resolveAll(after.attributes, cloud);
  const real = action && cloud.enact(id, action, attributes);
  next.set(id, { ...after, attributes: real ?? attributes });
  return next;
}

function resolveAll(attributes: JsonObject, cloud: SavedPlanCloud): JsonObject {
  return Object.fromEntries(
    Object.entries(attributes).map(([name, value]) => {
      const reference = referenceOf(value);
      return [name, reference ? (cloud.real(reference)?.attributes['id'] ?? null) : value];
    }),
  );
}
