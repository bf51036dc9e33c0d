/** Streams the outcomes of changes that are carried out side by side, each with its own fault. */
import { OperationError, toFailure } from '@trueup/diagnostics';

import type { Change } from '../change.ts';
import type { Outcome } from '../outcome.ts';
import { type FaultScript, meetFault, StreamBreak } from './fault-script.ts';
import { PushQueue } from './push-queue.ts';

export interface SideBySide {
  readonly faults: FaultScript;
  readonly signal: AbortSignal;
  /** Brings one change about. An operation error that it rejects with is a failure without effect. */
  readonly perform: (change: Change, signal: AbortSignal) => Promise<Outcome>;
}

export async function* applySideBySide(
  changes: readonly Change[],
  context: SideBySide,
): AsyncGenerator<Outcome, void, undefined> {
  context.signal.throwIfAborted();
  const left = new AbortController();
  const signal = AbortSignal.any([context.signal, left.signal]);
  const queue = new PushQueue<Outcome>();
  const emit = (outcome: Outcome) => queue.push(outcome);
  const work = changes.map((change) => carryOut(change, { ...context, signal }, emit));
  Promise.all(work).then(
    () => queue.end(),
    (error: unknown) => queue.fail(error instanceof StreamBreak ? error.toTransient() : error),
  );
  try {
    yield* queue;
  } finally {
    // A reader that goes away must not leave writes behind that nobody hears of.
    left.abort(new Error('Nobody reads the outcomes.'));
    await Promise.allSettled(work);
  }
}

async function carryOut(
  change: Change,
  { faults, signal, perform }: SideBySide,
  emit: (outcome: Outcome) => void,
): Promise<void> {
  const { id, action } = change;
  if (action === 'none') return emit({ kind: 'done', id });
  emit({ kind: 'progress', id, message: `${id}: ${action} begins` });
  try {
    const attempt = { id, signal, emit, perform: () => perform(change, signal) };
    emit(await meetFault(faults.begin(id), attempt));
  } catch (error) {
    if (!(error instanceof OperationError)) throw error;
    emit({ kind: 'failed', id, failure: toFailure(error) });
  }
}
