/**
 * Carries out one wave.
 *
 * What is about to be done is journalled first (R1). Whatever did not simply succeed leads back to
 * planning: only a new look at the target tells what is left to do (P2).
 */
import type { Failure } from '@trueup/diagnostics';
import { type End, isEnd, type Outcome, type ResourceId } from '@trueup/provider-sdk';

import { digestExecuted } from '../plan/digest.ts';
import type { Wave } from '../plan/order-changes.ts';
import type { Write } from '../store/store.ts';
import { afterFailure } from './after-failure.ts';
import { findFreeze } from './find-freeze.ts';
import { formatInstant } from './format-instant.ts';
import { holdForDoubt } from './hold-for-doubt.ts';
import type { BegunStep } from './journal.ts';
import type { Phase, Run } from './run.ts';
import { callOf, observe } from './run-ports.ts';
import { moveTo, type PlannedRun, type StepContext, type StepResult } from './run-session.ts';
import { planAgain } from './settle-step.ts';

type PlannedContext = StepContext & { readonly planned: PlannedRun };

export async function applyStep(
  run: Run,
  index: number,
  context: StepContext,
): Promise<StepResult> {
  const { planned, ports } = context;
  const wave = planned?.waves[index];
  if (!(planned && wave)) return planAgain(run, context);
  const ready = { ...context, planned };
  const frozen = findFreeze(run, planned.open.rule, ports.now());
  if (frozen) return moveTo(run, frozen, { ...context, planned: undefined });
  // Right after planning there is nothing new to see, and the writes carry their preconditions.
  if (index > 0 && (await hasMoved(wave, ready))) return lookAgain(run, ready);

  await writeDown(run, index, ready);
  const outcomes = await carryOut(run, wave, ready);
  return conclude(run, { index, wave, outcomes }, ready);
}

/** Plans the same render again: the repository's side cannot have moved. */
function lookAgain(run: Run, context: PlannedContext): StepResult {
  return moveTo(run, { name: 'planning' }, context);
}

/** Whether a wave has to be planned again: what it was planned from is gone, or was not there yet. */
async function hasMoved({ changes }: Wave, { planned, signal }: PlannedContext): Promise<boolean> {
  if (changes.some(({ confidence }) => confidence === 'deferred')) return true;
  // There is nothing to look at, and whatever came meanwhile is left alone by `apply`.
  if (changes.every(({ action }) => action === 'create')) return false;
  const ids = changes.map(({ id }) => id);
  const observed = await observe(planned.open, ids, signal);
  return changes.some(({ id, version }) => observed.get(id)?.version !== version);
}

async function writeDown(run: Run, wave: number, context: PlannedContext): Promise<void> {
  const { ports, lease, planned } = context;
  const steps = planned.waves[wave]?.changes.map((change): BegunStep => {
    const digest = digestExecuted(planned.place, change);
    return { id: change.id, action: change.action, digest };
  });
  const at = formatInstant(ports.now());
  const entry = { kind: 'begun', at, wave, steps: steps ?? [] } as const;
  await ports.store.commit([{ kind: 'journal', run: run.id, entry }], lease);
}

/** A stream that breaks off leaves the changes without an end in doubt. */
async function carryOut(
  run: Run,
  { changes }: Wave,
  { ports, planned, signal }: PlannedContext,
): Promise<readonly Outcome[]> {
  const { open } = planned;
  const artifact = planned.plan.artifact;
  const request = {
    stack: open.stack,
    changes,
    prepared: open.prepared,
    ...(artifact && { artifact }),
  };
  const outcomes: Outcome[] = [];
  for await (const outcome of open.provider.apply(open.target, request, callOf(open, signal))) {
    outcomes.push(outcome);
    ports.report(run, { kind: 'outcome', outcome });
  }
  const ended = new Set(outcomes.filter(isEnd).map(({ id }) => id));
  const missing = changes.filter(({ id }) => !ended.has(id));
  return [...outcomes, ...missing.map(({ id }) => withoutEnd(id))];
}

function withoutEnd(id: ResourceId): Outcome {
  const message = `${id}: the provider did not say how it ended`;
  const failure: Failure = { family: 'transient', code: 'PROVIDER_NO_END', subject: id, message };
  return { kind: 'in-doubt', id, failure };
}

interface CarriedOut {
  readonly index: number;
  readonly wave: Wave;
  readonly outcomes: readonly Outcome[];
}

function conclude(run: Run, carried: CarriedOut, context: PlannedContext): StepResult {
  const { index, wave, outcomes } = carried;
  const ends = outcomes.filter(isEnd);
  const done = ends.filter(({ kind }) => kind === 'done').length;
  const failed = ends.filter(({ kind }) => kind === 'failed').length;
  const counts = {
    ...run.counts,
    done: run.counts.done + done,
    failed: run.counts.failed + failed,
  };
  const after = { ...run, counts };
  const writes = recordOutcomes(run, carried, context);

  const inDoubt = ends.find(({ id, kind }) => kind === 'in-doubt' && isExecute(wave, id));
  if (inDoubt) return moveTo(after, holdForDoubt([inDoubt.id]), context, writes);
  const failure = worstFailure(ends);
  if (failure) return failOrRetry(after, failure, context, writes);
  if (ends.some(({ kind }) => kind === 'moved')) {
    return moveTo(after, { name: 'planning' }, context, writes);
  }
  return moveTo({ ...after, retries: 0 }, nextPhase(index + 1, context.planned), context, writes);
}

function isExecute({ changes }: Wave, id: ResourceId): boolean {
  return changes.some((change) => change.id === id && change.action === 'execute');
}

/** One that no retry can mend decides, whatever else might. */
function worstFailure(ends: readonly End[]): Failure | undefined {
  const failures = ends.flatMap((end) => ('failure' in end ? [end.failure] : []));
  return failures.find(({ family }) => family === 'stalled') ?? failures[0];
}

function failOrRetry(
  run: Run,
  failure: Failure,
  context: PlannedContext,
  writes: readonly Write[],
): StepResult {
  const result = afterFailure(run, failure, context);
  return { ...result, writes: [...writes, ...result.writes] };
}

function nextPhase(wave: number, { waves }: PlannedRun): Phase {
  const next = waves[wave];
  if (!next) return { name: 'verifying' };
  return { name: next.awaits.length > 0 ? 'settling' : 'applying', wave };
}

function recordOutcomes(
  run: Run,
  { wave, outcomes }: CarriedOut,
  { ports, planned }: PlannedContext,
): readonly Write[] {
  const at = formatInstant(ports.now());
  const done = new Set(outcomes.filter(({ kind }) => kind === 'done').map(({ id }) => id));
  const finished = wave.changes.filter(({ id }) => done.has(id));
  const removed = finished.filter(({ action }) => action === 'delete').map(({ id }) => id);
  const executed = finished.filter(({ action }) => action === 'execute');
  const { targetIdentity } = planned.plan;
  const { stack } = run;
  const repeats = outcomes.flatMap((one) =>
    one.kind === 'done' && one.repeats ? [one.repeats] : [],
  );
  return [
    { kind: 'journal', run: run.id, entry: { kind: 'ended', at, outcomes } },
    ...repeats.map((change): Write => {
      const digest = digestExecuted(planned.place, change);
      return { kind: 'executed', stack, id: change.id, digest };
    }),
    ...executed.map((change): Write => {
      const digest = digestExecuted(planned.place, change);
      return { kind: 'executed', stack, id: change.id, digest };
    }),
    ...(removed.length > 0
      ? [{ kind: 'inventory', stack, targetIdentity, added: [], removed } as const]
      : []),
  ];
}
