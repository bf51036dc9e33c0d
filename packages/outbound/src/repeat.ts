import { TransientError } from '@trueup/diagnostics';

import type { OutboundHead } from './outbound-request.ts';
import { timedOut } from './translate-errors.ts';

export interface Repetition {
  readonly attempts: number;
  readonly random: () => number;
  readonly wait: (ms: number, signal: AbortSignal) => Promise<void>;
  readonly signal: AbortSignal;
  readonly deadline: AbortSignal;
  readonly host: string;
}

/** What servers answer when they are busy or restarting. */
const passingStatuses: readonly number[] = [429, 502, 503, 504];

const firstPauseMs = 200;
const longestPauseMs = 5000;
/** A server that asks for more gets its answer passed on: the caller has a schedule of its own. */
const longestRetryAfterMs = 30_000;

/** Bounded, with full jitter: many of us that lost the same server come back one by one. */
export async function repeat<T extends OutboundHead>(
  once: () => Promise<T>,
  repetition: Repetition,
): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    const last = attempt >= repetition.attempts;
    const outcome = await tryOnce(once, last, repetition);
    if ('answer' in outcome) return outcome.answer;
    const pauseMs = outcome.retryAfterMs ?? backoffMs(attempt, repetition.random);
    await pause(pauseMs, repetition);
  }
}

export function backoffMs(attempt: number, random: () => number): number {
  return random() * Math.min(firstPauseMs * 2 ** (attempt - 1), longestPauseMs);
}

type Attempt<T> = { readonly answer: T } | { readonly retryAfterMs: number | undefined };

async function tryOnce<T extends OutboundHead>(
  once: () => Promise<T>,
  last: boolean,
  { signal, deadline }: Repetition,
): Promise<Attempt<T>> {
  try {
    const answer = await once();
    const retryAfterMs = retryAfterMsOf(answer);
    const patient = (retryAfterMs ?? 0) <= longestRetryAfterMs;
    if (last || !passingStatuses.includes(answer.status) || !patient) return { answer };
    await discard(answer);
    return { retryAfterMs };
  } catch (error) {
    const passing = error instanceof TransientError;
    if (last || !passing || signal.aborted || deadline.aborted) throw error;
    return { retryAfterMs: undefined };
  }
}

async function discard(answer: OutboundHead | (OutboundHead & AsyncDisposable)): Promise<void> {
  if (Symbol.asyncDispose in answer) await answer[Symbol.asyncDispose]();
}

/** Only the form in seconds: the one with a date depends on two clocks. */
function retryAfterMsOf({ headers }: OutboundHead): number | undefined {
  const text = headers.get('retry-after') ?? '';
  return /^\d{1,6}$/.test(text) ? Number(text) * 1000 : undefined;
}

async function pause(ms: number, { wait, signal, deadline, host }: Repetition): Promise<void> {
  try {
    await wait(ms, AbortSignal.any([signal, deadline]));
  } catch (error) {
    signal.throwIfAborted();
    throw deadline.aborted ? timedOut(host) : error;
  }
}
