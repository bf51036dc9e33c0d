import { type Diagnostic, StalledError, toFailure } from '@trueup/diagnostics';
import type { ResourceId } from '@trueup/provider-sdk';

import { decideAcceptance } from '../approval/decide-acceptance.ts';
import type { MergedWork } from '../approval/merged-request.ts';
import { resolveClaims } from '../claim/resolve-claims.ts';
import { digestExecuted } from '../plan/digest.ts';
import { lastingResources } from '../plan/lasting-resources.ts';
import type { StackRecord } from '../stack/stack-record.ts';
import type { Write } from '../store/store.ts';
import { afterFailure } from './after-failure.ts';
import { findFreeze } from './find-freeze.ts';
import { formatInstant } from './format-instant.ts';
import { holdForDoubt } from './hold-for-doubt.ts';
import { endedSteps, type JournalEntry, openSteps } from './journal.ts';
import { planStack } from './plan-stack.ts';
import type { Phase, Run } from './run.ts';
import { callOf, type OpenStack, type RunPorts } from './run-ports.ts';
import {
  moveTo,
  type PlannedRun,
  type StepContext,
  type StepResult,
  stepsOf,
} from './run-session.ts';
import { toPlanRecord } from './to-plan-record.ts';

/** Looks at both sides, computes what is left to do, and decides whether it may be done. */
export async function planStep(run: Run, context: StepContext): Promise<StepResult> {
  const { ports, signal } = context;
  const known = context.handed ?? context.planned;
  const open = known?.open ?? (await ports.openStack(run, signal));
  const { diagnostics } = open.prepared;
  const invalid = findRefusal(diagnostics, `${run.stack}: not planned`);
  if (invalid) return refuse(run, invalid, diagnostics, context);

  const planned = context.handed ?? (await planNow(run, open, context));
  const refused = findRefusal(planned.plan.diagnostics, `${run.stack}: not applied`);
  if (refused) return refuse(run, refused, planned.plan.diagnostics, context);
  const next = { ...context, planned, handed: undefined };
  const { id, writes: stored } = storePlan(run, planned, context);
  const writes = [...stored, ...(await noteDiagnostics(run, diagnostics, context))];
  const withPlan = {
    ...run,
    plan: { id, digest: planned.screened.digest, waves: planned.waves.length },
    counts: { ...run.counts, total: run.counts.done + stepsOf(planned.screened).length },
    replans: run.replans + 1,
  };

  const doubt = await findDoubt(withPlan, planned, context);
  if (doubt) return moveTo(withPlan, doubt, next, writes);
  return decide(withPlan, next, writes);
}

function findRefusal(
  diagnostics: readonly Diagnostic[],
  subject: string,
): StalledError | undefined {
  const errors = diagnostics.filter(({ severity }) => severity === 'error');
  const [error] = errors;
  if (!error) return undefined;
  const more = errors.length > 1 ? ` (and ${errors.length - 1} more)` : '';
  return new StalledError(error.code, `${subject}: ${error.summary}${more}`);
}

/** The run names the first finding; all of them stand with the stack. */
function refuse(
  run: Run,
  refusal: StalledError,
  diagnostics: readonly Diagnostic[],
  context: StepContext,
): StepResult {
  const result = afterFailure(run, toFailure(refusal), context);
  const note = { kind: 'stack-changed', id: run.stack, change: { diagnostics } } as const;
  return { ...result, writes: [note, ...result.writes] };
}

async function planNow(
  run: Run,
  open: OpenStack,
  { ports, signal, planned }: StepContext,
): Promise<PlannedRun> {
  const record = await ports.store.stack(run.stack);
  const inventory = await findInventory(run, open, record, { ports, signal, planned });
  const entries = await journalOf(run, ports);
  const { store, others } = ports;
  return planStack(open, {
    repository: run.repository,
    purpose: run.purpose,
    inventory,
    executed: await ports.store.executed(run.stack),
    executedByRun: endedSteps(entries),
    begunByRun: new Set(openSteps(entries).map(({ id }) => id)),
    applied: record?.applied,
    ...(others && {
      resolveClaims: (plan, owned) =>
        resolveClaims(plan, owned, { run, open, store, others, signal }),
    }),
    signal,
  });
}

async function journalOf({ id }: Run, { store }: RunPorts): Promise<readonly JournalEntry[]> {
  return (await store.journal(id)).map(({ entry }) => entry);
}

/** What the store has lost, the target's marks still know. */
async function findInventory(
  run: Run,
  open: OpenStack,
  record: StackRecord | undefined,
  { ports, signal, planned }: Pick<StepContext, 'ports' | 'signal' | 'planned'>,
): Promise<readonly ResourceId[]> {
  const known = await ports.store.inventory(run.stack);
  // Since it was last planned nobody but this run can have added to it.
  if (planned) return [...new Set([...known, ...planned.inventory])].sort();
  const certain = record?.applied !== undefined && open.stack.formerOwners.length === 0;
  if (certain) return known;
  const { provider, target, stack } = open;
  const marked = await provider.discover(target, stack, callOf(open, signal));
  return [...new Set([...known, ...marked])].sort();
}

/** Warnings are seen before somebody approves, not when all is done. */
async function noteDiagnostics(
  { stack }: Run,
  diagnostics: readonly Diagnostic[],
  { ports }: StepContext,
): Promise<readonly Write[]> {
  const record = await ports.store.stack(stack);
  if (!record || JSON.stringify(record.diagnostics) === JSON.stringify(diagnostics)) return [];
  return [{ kind: 'stack-changed', id: stack, change: { diagnostics } }];
}

interface StoredPlan {
  readonly id: string;
  readonly writes: readonly Write[];
}

function storePlan(run: Run, planned: PlannedRun, { ports }: StepContext): StoredPlan {
  const id = ports.newId();
  const createdAt = formatInstant(ports.now());
  const record = toPlanRecord(planned, { id, run: run.id, revision: run.revision, createdAt });
  const { artifact: plain } = planned.plan;
  const changes = planned.screened.changes.filter(({ digest }) => digest !== undefined);
  const artifact = plain && ports.encrypt(plain, id);
  return { id, writes: [{ kind: 'plan', record, changes, ...(artifact && { artifact }) }] };
}

/**
 * What may have happened, leaves no trace and is not safe to repeat waits for a person (P4). All
 * else that was begun shows in the plan: what happened is no longer in it.
 */
async function findDoubt(
  run: Run,
  planned: PlannedRun,
  { ports }: StepContext,
): Promise<Phase | undefined> {
  const steps = stepsOf(planned.screened).map((change) => [change.id, change] as const);
  const left = new Map(steps);
  const doubtful = openSteps(await journalOf(run, ports)).filter(({ id, action, digest }) => {
    const change = action === 'execute' ? left.get(id) : undefined;
    return change && digestExecuted(planned.place, change) === digest;
  });
  if (doubtful.length === 0) return undefined;
  return holdForDoubt(doubtful.map(({ id }) => id));
}

async function decide(
  run: Run,
  context: StepContext & { readonly planned: PlannedRun },
  writes: readonly Write[],
): Promise<StepResult> {
  const { ports, planned, signal } = context;
  const { screened, place, open } = planned;
  const { rule } = open;
  const approvals = await ports.store.approvals({ run: run.id });
  const merged = await findMerged(run, ports, signal);
  const acceptance = decideAcceptance({ run, plan: screened, place, approvals, merged, rule });
  if (acceptance.kind === 'hold') {
    const { reason, message } = acceptance;
    return moveTo(run, { name: 'held', reason, message }, context, writes);
  }
  if (acceptance.kind === 'ask') {
    const { missing, reason } = acceptance;
    return moveTo(run, { name: 'awaiting-approval', missing, reason }, context, writes);
  }
  const accepted = { ...run, accepted: acceptance.accepted };
  if (planned.waves.length === 0) {
    return moveTo(accepted, { name: 'verifying' }, context, writes);
  }
  const frozen = findFreeze(run, rule, ports.now());
  if (frozen) return moveTo(accepted, frozen, context, writes);
  const inventory = await claim(run, planned, ports);
  return moveTo(accepted, firstPhase(planned), context, [...writes, ...inventory]);
}

async function findMerged(run: Run, ports: RunPorts, signal: AbortSignal): Promise<MergedWork> {
  const isBrought = run.purpose === 'revision' || run.purpose === 'removal';
  const found = isBrought ? await ports.mergedFor?.(run, signal) : undefined;
  return found ?? { requests: [], authors: [run.requestedBy] };
}

function firstPhase({ waves: [first] }: PlannedRun): Phase {
  return { name: first && first.awaits.length > 0 ? 'settling' : 'applying', wave: 0 };
}

/**
 * The inventory grows before the first write: a crash leaves too long a list, never too short. What
 * another stack lets go is taken from it in the same batch.
 */
async function claim(
  run: Run,
  planned: PlannedRun,
  { store }: RunPorts,
): Promise<readonly Write[]> {
  const { open, plan, inventory, claims } = planned;
  const { targetIdentity } = plan;
  const ours = [...lastingResources(open.prepared), ...foundInPlan(planned)];
  const kept = inventory.filter((id) => !claims.lost.has(id));
  const added = [...new Set([...kept, ...ours.map(({ id }) => id)])];
  const taken = Map.groupBy(claims.taken, ([, stack]) => stack);
  const released = [...taken].map(async ([stack, pairs]): Promise<readonly Write[]> => {
    const removed = pairs.map(([id]) => id);
    const left = (await store.inventory(stack)).filter((id) => !claims.taken.has(id));
    return [
      { kind: 'inventory', stack, targetIdentity, added: [], removed },
      { kind: 'stack-changed', id: stack, change: { resourceCount: left.length } },
    ];
  });
  return [
    ...(await Promise.all(released)).flat(),
    { kind: 'inventory', stack: run.stack, targetIdentity, added, removed: [] },
  ];
}

/** What only the tool itself knows to be described: how many of something a `count` makes. */
function foundInPlan({ screened }: PlannedRun): readonly { readonly id: ResourceId }[] {
  return stepsOf(screened).filter(({ action }) => action !== 'delete' && action !== 'execute');
}
