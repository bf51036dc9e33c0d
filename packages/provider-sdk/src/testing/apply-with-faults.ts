/** Streams the outcomes of changes that are carried out side by side, each with its own fault. */
import { OperationError, toFailure } from '@trueup/diagnostics';

import { applySideBySide } from '../apply-side-by-side.ts';
import type { Change } from '../change.ts';
import type { Outcome } from '../outcome.ts';
import { type FaultScript, meetFault, StreamBreak } from './fault-script.ts';

export interface FaultyApplying {
  readonly faults: FaultScript;
  readonly signal: AbortSignal;
  /** Brings one change about. An operation error that it rejects with is a failure without effect. */
  readonly perform: (change: Change, signal: AbortSignal) => Promise<Outcome>;
}

type Emit = (outcome: Outcome) => void;

export async function* applyWithFaults(
  changes: readonly Change[],
  context: FaultyApplying,
): AsyncGenerator<Outcome, void, undefined> {
  const start = (emit: Emit, signal: AbortSignal) => (change: Change) =>
    carryOut(change, { ...context, signal }, emit);
  try {
    yield* applySideBySide(changes, start, { signal: context.signal });
  } catch (error) {
    throw error instanceof StreamBreak ? error.toTransient() : error;
  }
}

async function carryOut(
  change: Change,
  { faults, signal, perform }: FaultyApplying,
  emit: Emit,
): Promise<Outcome> {
  const { id, action } = change;
  if (action === 'none') return { kind: 'done', id };
  emit({ kind: 'progress', id, message: `${id}: ${action} begins` });
  try {
    const attempt = { id, signal, emit, perform: () => perform(change, signal) };
    return await meetFault(faults.begin(id), attempt);
  } catch (error) {
    if (!(error instanceof OperationError)) throw error;
    return { kind: 'failed', id, failure: toFailure(error) };
  }
}
