/**
 * Drives one run until it has ended, or rests because it waits for people, time or other stacks.
 *
 * R1. A phase is written before it is acted on, and a step before it is taken (P4).
 * R2. Whatever was in memory can be lost: a run that is taken up again plans again, and goes on by the
 *     rule of P2, with what was accepted before.
 * R3. Requests from outside (cancel, supersede, resume) are taken up between two steps; a step that
 *     waits is woken for them.
 * R4. Every write carries the lease: who has lost it writes nothing more.
 * R5. Loops are bounded: by `maxReplans`, by the retries of `afterFailure`, by the time-out for health.
 */
import { OperationError, toFailure } from '@trueup/diagnostics';

import type { Outcome, ResourceId } from '@trueup/provider-sdk';

import type { Lease, Write } from '../store/store.ts';
import { afterFailure } from './after-failure.ts';
import { applyStep } from './apply-step.ts';
import { forgetDone } from './forget-done.ts';
import { formatInstant } from './format-instant.ts';
import { openSteps } from './journal.ts';
import { planStep } from './plan-step.ts';
import { isEnded, type Phase, type Run, type RunId, type RunRequest } from './run.ts';
import type { RunPorts } from './run-ports.ts';
import {
  extentOf,
  moveTo,
  type PlannedRun,
  type StepContext,
  type StepResult,
} from './run-session.ts';
import { planAgain, settleStep, verifyStep } from './settle-step.ts';
import { TargetHold } from './target-hold.ts';

/** The target moves while we plan: after so many times somebody has to look at who moves it. */
const maxReplans = 25;

export interface SuperviseOptions {
  readonly lease: Lease;
  readonly signal: AbortSignal;
  /** What was planned and shown just now; the writes' preconditions stand for a second look. */
  readonly planned?: PlannedRun;
}

/**
 * Returns the run as it then is, at rest or ended. When it rests until an instant, the caller calls
 * again then; else when it was approved or asked for something.
 *
 * @throws the reason of the signal; the run then goes on wherever it is supervised next.
 * @throws StalledError `STORE_LEASE_LOST`.
 */
export async function superviseRun(
  id: RunId,
  ports: RunPorts,
  { lease, signal, ...rest }: SuperviseOptions,
): Promise<Run> {
  const hold = new TargetHold(ports);
  try {
    return await superviseHolding(id, ports, { lease, signal, ...rest, hold });
  } finally {
    await hold.release();
  }
}

async function superviseHolding(
  id: RunId,
  ports: RunPorts,
  { lease, signal, hold, ...rest }: SuperviseOptions & { readonly hold: TargetHold },
): Promise<Run> {
  let run = await loadRun(id, ports);
  let planned: PlannedRun | undefined;
  let handed = rest.planned;
  let first = true;
  while (!isEnded(run)) {
    signal.throwIfAborted();
    const context = { ports, lease, hold, signal, planned, handed };
    const request = await ports.store.runRequest(id);
    if (!request && isResting(run, ports, first)) return run;
    first = false;
    if (run.phase.name === 'planning') handed = undefined;

    const step = request ? await takeUp(run, request, context) : await takeStep(run, context);
    const result = await write(run, step, context);
    run = result.run;
    planned = result.planned;
    // It is given up beside what comes next; the end waits for it.
    if (!writingPhases.has(run.phase.name)) void hold.release();
  }
  return run;
}

/** Another stack may have taken a resource since this one was planned: then it is planned again. */
async function write(run: Run, step: StepResult, context: StepContext): Promise<StepResult> {
  const { store } = context.ports;
  const last = isEnded(step.run) ? await atTheEnd(step.run, context) : [];
  try {
    await store.commit([...step.writes, ...last], context.lease);
    return step;
  } catch (error) {
    const claimed = error instanceof OperationError && error.code === 'STORE_RESOURCE_CLAIMED';
    if (!claimed) throw error;
    const again = planAgain({ ...run, replans: run.replans + 1 }, context);
    await store.commit(again.writes, context.lease);
    return again;
  }
}

async function atTheEnd(run: Run, context: StepContext): Promise<readonly Write[]> {
  return [...(await forgetDone(run, context.ports)), ...(await useApprovals(run, context))];
}

/** Those in which the run writes, or is about to go on writing. */
const writingPhases: ReadonlySet<Phase['name']> = new Set(['planning', 'applying', 'settling']);

async function loadRun(id: RunId, { store }: RunPorts): Promise<Run> {
  const run = await store.run(id);
  if (!run) throw new Error(`run ${id} is not in the store`);
  return run;
}

/** On the first look, what waits for approval is planned again: it may have been given. */
function isResting({ phase }: Run, { now }: RunPorts, first: boolean): boolean {
  if (phase.name === 'held') return !first || phase.reason === 'person';
  if (phase.name === 'awaiting-approval') return !first;
  if (phase.name !== 'waiting') return false;
  return phase.until === undefined ? !first : Date.parse(phase.until) > now();
}

/** Failures that a step could not deal with itself end or postpone the run. */
async function takeStep(run: Run, context: StepContext): Promise<StepResult> {
  try {
    return await stepOf(run, context);
  } catch (error) {
    context.signal.throwIfAborted();
    if (!(error instanceof OperationError) || error.code === 'STORE_LEASE_LOST') throw error;
    return afterFailure(run, toFailure(error), context);
  }
}

async function stepOf(run: Run, context: StepContext): Promise<StepResult> {
  switch (run.phase.name) {
    case 'applying':
      return holding(run, run.phase.wave, { context, step: applyStep });
    case 'settling':
      return holding(run, run.phase.wave, { context, step: settleStep });
    case 'verifying':
      return verifyStep(run, context);
    case 'planning':
      return run.replans > maxReplans ? tooManyReplans(run, context) : planStep(run, context);
    case 'awaiting-approval':
    case 'held':
      // People were waited for, however often a restart looked in between: the target did not move.
      return planAgain({ ...run, replans: 0 }, context);
    default:
      return planAgain(run, context);
  }
}

interface WritingStep {
  readonly context: StepContext;
  readonly step: (run: Run, wave: number, context: StepContext) => Promise<StepResult>;
}

/** Takes a step under the lease of the target (L2, L3 of `TargetHold`). */
async function holding(run: Run, wave: number, writing: WritingStep): Promise<StepResult> {
  const { context, step } = writing;
  const { planned, hold, signal } = context;
  const wait = planned && (await hold.take(run, planned.open, signal));
  if (wait) {
    context.ports.report(run, { kind: 'held-up', message: wait.message });
    return moveTo({ ...run, replans: 0 }, wait, { ...context, planned: undefined });
  }
  const { lost } = hold;
  const guarded = lost ? AbortSignal.any([signal, lost]) : signal;
  return step(run, wave, { ...context, signal: guarded });
}

function tooManyReplans(run: Run, context: StepContext): StepResult {
  const message = `The target moved ${run.replans} times while this was planned.`;
  const phase: Phase = { name: 'held', reason: 'plan-moved', message };
  return moveTo({ ...run, replans: 0 }, phase, context);
}

async function takeUp(run: Run, request: RunRequest, context: StepContext): Promise<StepResult> {
  const taken = { kind: 'request-taken', run: run.id, request } as const;
  const extent = extentOf(run);
  switch (request.kind) {
    case 'cancel':
      return moveTo(run, { name: 'cancelled', extent, by: request.by }, context, [taken]);
    case 'supersede':
      return moveTo(run, { name: 'superseded', extent, by: request.by }, context, [taken]);
    case 'hold': {
      const phase: Phase = { name: 'held', reason: 'person', message: `${request.by} held it.` };
      return moveTo(run, phase, { ...context, planned: undefined }, [taken]);
    }
    case 'break-glass': {
      const { by, at, reason, digests } = request;
      const accepted = [...new Set([...run.accepted, ...digests])].sort();
      const calm = { replans: 0, retries: 0, resumedBy: by, brokenGlass: { by, at, reason } };
      const broken = { ...run, ...calm, accepted };
      const forget = { ...context, planned: undefined };
      return moveTo(broken, { name: 'planning' }, forget, [taken]);
    }
    case 'resume': {
      const again = { ...run, replans: 0, retries: 0, resumedBy: request.by };
      const settled = request.doubt ? await settleDoubt(run, request.doubt, context) : [];
      const forget = { ...context, planned: undefined };
      return moveTo(again, { name: 'planning' }, forget, [taken, ...settled]);
    }
  }
}

/** A person says what became of the steps that nobody knows about. */
async function settleDoubt(
  run: Run,
  doubt: 'repeat' | 'done',
  { ports }: StepContext,
): Promise<readonly Write[]> {
  const entries = (await ports.store.journal(run.id)).map(({ entry }) => entry);
  const steps = openSteps(entries).filter(({ action }) => action === 'execute');
  const outcomes = steps.map(({ id }) => (doubt === 'done' ? isDone(id) : didNotRun(id)));
  const at = formatInstant(ports.now());
  const done = doubt === 'done' ? steps : [];
  return [
    { kind: 'journal', run: run.id, entry: { kind: 'ended', at, outcomes } },
    ...done.map(({ id, digest }): Write => ({ kind: 'executed', stack: run.stack, id, digest })),
  ];
}

function isDone(id: ResourceId): Outcome {
  return { kind: 'done', id };
}

function didNotRun(id: ResourceId): Outcome {
  const message = `${id}: somebody said that it did not run`;
  const failure = {
    family: 'transient',
    code: 'RUN_DID_NOT_HAPPEN',
    subject: id,
    message,
  } as const;
  return { kind: 'failed', id, failure };
}

/**
 * An approval serves one run only. That of a merge request serves until a run of what was merged has
 * succeeded: one that failed is tried again, and one that gave way is followed by another.
 */
async function useApprovals(run: Run, { ports, signal }: StepContext): Promise<readonly Write[]> {
  const own = await ports.store.approvals({ run: run.id });
  const done = run.phase.name === 'succeeded';
  const merged = done ? await ports.mergedFor?.(run, signal) : undefined;
  const approvals = [...own, ...(merged?.requests ?? []).flatMap((one) => one.approvals)];
  const given = approvals.filter(({ state }) => state === 'given');
  return given.map((approval) => ({ kind: 'approval', approval: { ...approval, state: 'used' } }));
}
