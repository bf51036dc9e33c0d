/**
 * Decides what becomes of a message that was tried: sent, tried again, or given up.
 *
 * The pauses double from ten seconds to an hour, with a fifth of jitter, so that a destination that
 * comes back is not met by everybody at once: ten attempts within some three hours. A destination
 * that names a time gets it, up to six hours. What is a day old is news no more, and is tried once.
 */
import type { Failure } from '@trueup/diagnostics';

import type { AlertRecord } from './alert-record.ts';

export const mostAttempts = 10;

const firstPauseMs = 10_000;
const longestPauseMs = 3600_000;
const longestLifeMs = 24 * 3600_000;
/** A destination must not keep a message back for ever. */
const longestWishMs = 6 * 3600_000;

export interface AttemptContext {
  readonly nowMs: number;
  /** Between 0 and 1. */
  readonly random: () => number;
}

export function noteSent(
  record: AlertRecord,
  { nowMs }: Pick<AttemptContext, 'nowMs'>,
): AlertRecord {
  const at = new Date(nowMs).toISOString();
  const { nextAt: _, failure: __, ...rest } = record;
  const attempts = record.attempts + 1;
  return { ...rest, attempts, state: 'sent', sentAt: at, updatedAt: at };
}

/** `retryAfterMs`: what the destination asks for. */
export function noteFailure(
  record: AlertRecord,
  failure: Failure & { readonly retryAfterMs?: number },
  { nowMs, random }: AttemptContext,
): AlertRecord {
  const { retryAfterMs, ...told } = failure;
  const at = new Date(nowMs).toISOString();
  const { nextAt: _, ...rest } = record;
  const attempts = record.attempts + 1;
  const tried = { ...rest, attempts, failure: told, updatedAt: at };
  const last = attempts >= mostAttempts || nowMs - Date.parse(record.createdAt) > longestLifeMs;
  if (told.family === 'stalled' || last) return { ...tried, state: 'failed' };
  const pauseMs = Math.max(pauseAfter(attempts, random), boundWish(retryAfterMs));
  return { ...tried, state: 'pending', nextAt: new Date(nowMs + pauseMs).toISOString() };
}

/** Somebody asks for it again: it has all of its attempts once more, and is due at once. */
export function sendAgain(record: AlertRecord, nowMs: number): AlertRecord {
  const at = new Date(nowMs).toISOString();
  const { sentAt: _, ...rest } = record;
  return { ...rest, state: 'pending', attempts: 0, nextAt: at, updatedAt: at };
}

export function pauseAfter(attempts: number, random: () => number): number {
  const whole = Math.min(firstPauseMs * 2 ** (attempts - 1), longestPauseMs);
  return Math.round(whole * (0.8 + random() * 0.4));
}

function boundWish(wishMs: number | undefined): number {
  return Math.min(Math.max(wishMs ?? 0, 0), longestWishMs);
}
