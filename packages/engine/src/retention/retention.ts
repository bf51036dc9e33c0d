/**
 * Decides what may go from the store once it is old, so that it does not grow for ever.
 *
 * A1. What has not ended never goes, however old it is.
 * A2. The run by which a stack stands never goes, nor do its journal and its plan: "why is this field
 *     so" is answered by them. The same holds for the newest runs of each stack.
 * A3. The audit chain goes only where a rule says so, and the line that is written then vouches for
 *     the link of what is gone: what is left is still seen to be whole (P6).
 */

import type { AlertRecord } from '../alert/alert-record.ts';
import { isFollowed } from '../change-set/advance-change-set.ts';
import type { ChangeSet } from '../change-set/change-set.ts';
import type { DriftItem } from '../drift/drift-item.ts';
import type { PlanRecord } from '../plan/plan-record.ts';
import { isRolloutOver, type Rollout } from '../rollout/rollout.ts';
import { isEnded, type Run } from '../run/run.ts';

/** The kinds of records that age. */
export type Aging =
  | 'event'
  | 'journal'
  | 'plan'
  | 'run'
  | 'rollout'
  | 'change-set'
  | 'drift'
  | 'alert'
  | 'audit';

/** In the order in which they are swept: what belongs to a run that is gone goes after it. */
export const agingKinds: readonly Aging[] = [
  'event',
  'run',
  'journal',
  'plan',
  'rollout',
  'change-set',
  'drift',
  'alert',
  'audit',
];

export interface RetentionRules {
  /** How long each kind is kept after it has ended, in ms; `undefined` for ever. */
  readonly keepMs: Readonly<Record<Aging, number | undefined>>;
  /** Of each stack, so many of the newest runs are kept whole, whatever their age. */
  readonly runsPerStack: number;
}

const dayMs = 24 * 3600_000;

export const defaultRetention: RetentionRules = {
  keepMs: {
    event: 30 * dayMs,
    journal: 90 * dayMs,
    plan: 90 * dayMs,
    run: 365 * dayMs,
    rollout: 90 * dayMs,
    'change-set': 365 * dayMs,
    drift: 365 * dayMs,
    alert: 30 * dayMs,
    audit: undefined,
  },
  runsPerStack: 20,
};

/** One bounded piece of sweeping. */
export interface SweepRequest {
  readonly kind: Aging;
  /** RFC 3339. What has ended, or was written, before it is old. */
  readonly before: string;
  /** RFC 3339. For the line of the audit chain. */
  readonly now: string;
  readonly runsPerStack: number;
  /** At most so many records are looked at. */
  readonly limit: number;
  /** The `next` of the piece before: what was left there is not looked at again. */
  readonly after?: string;
}

export interface Swept {
  /** How many records went; a plan counts as one, whatever it held. */
  readonly removed: number;
  /** Absent when there is nothing more to look at. */
  readonly next?: string;
}

/** Whether a run, or what belongs to it, is old. `kept`: by A2. */
export function isOldRun(run: Run, before: string, kept: boolean): boolean {
  return isEnded(run) && !kept && isBefore(run.updatedAt, before);
}

/** A plan of which its run has made a newer one is kept for nobody, once the run has ended. */
export function isOldPlan(
  { id, createdAt }: PlanRecord,
  before: string,
  owner: { readonly run: Run; readonly kept: boolean } | undefined,
): boolean {
  if (!isBefore(createdAt, before)) return false;
  if (!owner) return true;
  const { run, kept } = owner;
  return isOldRun(run, before, kept && run.plan?.id === id);
}

export function isOldRollout(rollout: Rollout, before: string): boolean {
  return isRolloutOver(rollout) && isBefore(rollout.updatedAt, before);
}

export function isOldChangeSet(set: ChangeSet, before: string): boolean {
  return !isFollowed(set) && isBefore(set.updatedAt, before);
}

export function isOldDrift({ state, closedAt, changedAt }: DriftItem, before: string): boolean {
  return state === 'closed' && isBefore(closedAt ?? changedAt, before);
}

/** One that waits is not old, however long it does. */
export function isOldAlert({ state, updatedAt }: AlertRecord, before: string): boolean {
  return state !== 'pending' && isBefore(updatedAt, before);
}

/** By instant, whatever zone it is written in. */
export function isBefore(at: string, before: string): boolean {
  return Date.parse(at) < Date.parse(before);
}
