import type { Failure } from '@trueup/diagnostics';

import { formatInstant } from './format-instant.ts';
import type { Phase, Run } from './run.ts';
import { extentOf, moveTo, type StepContext, type StepResult } from './run-session.ts';

/** With the backoff below, about four minutes of a target that does not answer. */
const maxRetries = 6;
const firstBackoffMs = 2000;
const longestBackoffMs = 120_000;

/** Trying again may work: wait, a little longer each time. Else the run has failed. */
export function afterFailure(run: Run, failure: Failure, context: StepContext): StepResult {
  const forget = { ...context, planned: undefined };
  if (failure.family === 'stalled' || run.retries >= maxRetries) {
    return moveTo(run, { name: 'failed', extent: extentOf(run), failure }, forget);
  }
  const backoff = Math.min(firstBackoffMs * 2 ** run.retries, longestBackoffMs);
  const waitMs = backoff * (0.75 + context.ports.random() / 2);
  const until = formatInstant(context.ports.now() + waitMs);
  const phase: Phase = { name: 'waiting', for: 'retry', until, message: failure.message };
  return moveTo({ ...run, retries: run.retries + 1 }, phase, forget);
}
