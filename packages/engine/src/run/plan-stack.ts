import type { Plan, ResourceId, Survey } from '@trueup/provider-sdk';

import { type Claims, explainElsewhere, noClaims } from '../claim/claims.ts';
import { type Digest, sourcesOf } from '../plan/digest.ts';
import { orderChanges } from '../plan/order-changes.ts';
import { screenPlan } from '../plan/screen-plan.ts';
import { sealWhenAsked } from '../plan/seal-desired.ts';
import type { AppliedRun } from '../stack/stack-record.ts';
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
  readonly applied: Pick<AppliedRun, 'desired' | 'targetIdentity'> | undefined;
  /** Where there may be other stacks: what they have to do with the plan. */
  readonly resolveClaims?: (plan: Plan, inventory: readonly ResourceId[]) => Promise<Claims>;
  readonly signal: AbortSignal;
}

/** Observes a stack, plans it, and screens and orders the plan. Writes nothing. */
export async function planStack(open: OpenStack, request: PlanStackRequest): Promise<PlannedRun> {
  const { rule } = open;
  const { signal, repository, purpose, executed, applied } = request;
  const looked = await look(open, request);
  const first = await askProvider(open, looked, request);
  const claims = (await request.resolveClaims?.(first, looked.inventory)) ?? noClaims;
  const claimed = claims.marks.length > 0 ? withMarks(open, claims.marks) : open;
  const answer = claimed === open ? first : await askProvider(claimed, looked, request);
  const plan = { ...answer, diagnostics: [...claims.diagnostics, ...answer.diagnostics] };
  const sources = sourcesOf(open.prepared.inputsRead);
  const place = { repository, targetIdentity: plan.targetIdentity, ...(sources && { sources }) };
  const passed = screenPlan({
    plan,
    place,
    purpose,
    rule,
    desired: sealWhenAsked(open),
    appliedDesired: applied?.desired,
    isMoved: applied !== undefined && applied.targetIdentity !== plan.targetIdentity,
    executed,
    executedByRun: request.executedByRun ?? new Set(),
    begunByRun: request.begunByRun ?? new Set(),
    elsewhere: explainElsewhere(claims),
    owned: looked.inventory.length,
  });
  const judged = { steps: stepsOf(passed), gaps: plan.coverage.gaps, purpose };
  const verdict = await rule.judge({ ...judged, owned: looked.inventory.length }, signal);
  // A removal is written in Git in so many words.
  const denied = purpose === 'removal' ? [] : verdict.findings;
  const screened = {
    ...passed,
    findings: [...passed.findings, ...denied],
    asked: verdict.asked,
  };
  const waves = toWaves(open, screened);
  return { open: claimed, place, plan, screened, waves, claims, inventory: looked.inventory };
}

function askProvider(
  open: OpenStack,
  { inventory, observed }: Survey,
  { executed, signal }: PlanStackRequest,
): Promise<Plan> {
  const { provider, target, stack, prepared, rule } = open;
  const known = { observed, inventory, executed: [...executed.keys()] };
  const asked = { stack, prepared, ...known, foreign: rule.foreign };
  return provider.plan(target, asked, callOf(open, signal));
}

/** What bears the mark of a stack that lets it go is taken for what had our own former mark. */
function withMarks(open: OpenStack, marks: readonly string[]): OpenStack {
  const formerOwners = [...new Set([...open.stack.formerOwners, ...marks])];
  return { ...open, stack: { ...open.stack, formerOwners } };
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
function toWaves({ provider }: OpenStack, screened: PlannedRun['screened']): PlannedRun['waves'] {
  if (provider.applies === 'changes') {
    return orderChanges(screened.changes.map(({ change }) => change));
  }
  const steps = stepsOf(screened);
  return steps.length > 0 ? [{ kind: 'apply', changes: steps, awaits: [] }] : [];
}
