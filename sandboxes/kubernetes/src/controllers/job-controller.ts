/** Runs the pods of a Job until enough of them have succeeded, or too many have failed. */

import type { JsonObject } from '@trueup/diagnostics';

import { formatTime } from '../cluster/clock.ts';
import { copyJson, type Draft, isDraft } from '../object/draft.ts';
import { readFlag, readNumber, readObject, readObjects, readText } from '../object/read-fields.ts';
import type { Controller, ControllerContext } from './controller.ts';
import { createPod } from './create-pod.ts';
import { find, isBeingDeleted, type Known, ownedBy, ownerIn } from './owned-objects.ts';
import { isPodActive, isPodReady } from './pod-states.ts';

const jobs = 'batch/jobs';
const component = 'job-controller';

export function createJobController(context: ControllerContext): Controller {
  const { cluster } = context;
  return {
    concerns: ({ object }) => {
      if (object.resource === jobs) return [object];
      return object.resource === '/pods' ? ownerIn(cluster, object, jobs) : [];
    },
    reconcile: (identity) => {
      const job = find(cluster, identity);
      if (!job || isBeingDeleted(job.value)) return;
      if (isFinished(job)) removeInTime(context, job);
      else reconcile(context, job);
    },
  };
}

function isFinished({ value }: Known): boolean {
  return readObjects(value, 'status', 'conditions').some(
    (one) => (one['type'] === 'Complete' || one['type'] === 'Failed') && one['status'] === 'True',
  );
}

function removeInTime(
  { cluster, client, lookLater }: ControllerContext,
  { stored, value }: Known,
): void {
  const seconds = readNumber(value, 'spec', 'ttlSecondsAfterFinished');
  if (seconds === undefined) return;
  const end = readText(value, 'status', 'completionTime') ?? lastTransition(value);
  const leftMs = Date.parse(end) + seconds * 1000 - cluster.clock.now().getTime();
  if (leftMs <= 0) client.delete(stored);
  else lookLater(stored, leftMs);
}

function lastTransition(value: Known['value']): string {
  return readText(readObjects(value, 'status', 'conditions').at(-1), 'lastTransitionTime') ?? '';
}

function reconcile(context: ControllerContext, job: Known): void {
  const { cluster, client } = context;
  const isSuspended = readFlag(job.value, 'spec', 'suspend') === true;
  const before = countPods(context, job);
  const wanted = wantedPods(job, before.succeeded);
  const limit = readNumber(job.value, 'spec', 'backoffLimit') ?? 6;
  if (!isSuspended && before.failed <= limit) {
    for (let count = before.active; count < wanted; count += 1) {
      createPod(context, job, { template: readObject(job.value, 'spec', 'template'), component });
    }
  }
  if (isSuspended) for (const { stored } of before.running) client.delete(stored);
  const fresh = find(cluster, job.stored);
  if (fresh) client.updateStatus(fresh.stored, statusOf(context, fresh, { isSuspended, limit }));
}

interface PodCounts {
  readonly active: number;
  readonly ready: number;
  readonly succeeded: number;
  readonly failed: number;
  readonly running: readonly Known[];
}

function countPods({ cluster }: ControllerContext, job: Known): PodCounts {
  const pods = ownedBy(cluster, job.stored, '/pods');
  const inPhase = (phase: string): number =>
    pods.filter(({ value }) => readText(value, 'status', 'phase') === phase).length;
  const running = pods.filter(({ value }) => isPodActive(value));
  return {
    active: running.length,
    ready: running.filter(({ value }) => isPodReady(value)).length,
    succeeded: inPhase('Succeeded'),
    failed: inPhase('Failed'),
    running,
  };
}

function completionsOf(job: Known): number {
  return readNumber(job.value, 'spec', 'completions') ?? 1;
}

function wantedPods(job: Known, succeeded: number): number {
  const parallelism = readNumber(job.value, 'spec', 'parallelism') ?? 1;
  return Math.max(0, Math.min(parallelism, completionsOf(job) - succeeded));
}

function statusOf(
  context: ControllerContext,
  job: Known,
  { isSuspended, limit }: { readonly isSuspended: boolean; readonly limit: number },
): Draft {
  const now = formatTime(context.cluster.clock.now());
  const { active, ready, succeeded, failed } = countPods(context, job);
  const isComplete = succeeded >= completionsOf(job);
  const isFailed = failed > limit;
  const startTime = readText(job.value, 'status', 'startTime') ?? now;
  return {
    ...(!isSuspended && { startTime }),
    ...(active > 0 && { active }),
    ...(succeeded > 0 && { succeeded }),
    ...(failed > 0 && { failed }),
    ready,
    terminating: 0,
    uncountedTerminatedPods: {},
    ...(isComplete && { completionTime: now }),
    ...conditionsOf(job, { now, isComplete, isFailed, isSuspended }),
  };
}

interface End {
  readonly now: string;
  readonly isComplete: boolean;
  readonly isFailed: boolean;
  readonly isSuspended: boolean;
}

function conditionsOf(job: Known, end: End): Draft {
  const known = readObjects(job.value, 'status', 'conditions');
  const suspension = suspensionOf(known, end);
  const others = known
    .filter(({ type }) => type !== 'Suspended')
    .map(copyJson)
    .filter(isDraft);
  const conditions = [...suspension, ...others, ...conclusionOf(end)];
  return conditions.length === 0 ? {} : { conditions };
}

function suspensionOf(known: readonly JsonObject[], { now, isSuspended }: End): readonly Draft[] {
  const before = known.find(({ type }) => type === 'Suspended');
  const status = isSuspended ? 'True' : 'False';
  if (!(before || isSuspended)) return [];
  if (before?.['status'] === status) return [before].map(copyJson).filter(isDraft);
  const [reason, message] = isSuspended
    ? ['JobSuspended', 'Job suspended']
    : ['JobResumed', 'Job resumed'];
  return [condition('Suspended', { status, reason, message, now })];
}

function conclusionOf({ now, isComplete, isFailed }: End): readonly Draft[] {
  const all = (types: readonly string[], reason: string, message: string): readonly Draft[] =>
    types.map((type) => condition(type, { status: 'True', reason, message, now }));
  if (isComplete) {
    const why = 'Reached expected number of succeeded pods';
    return all(['SuccessCriteriaMet', 'Complete'], 'CompletionsReached', why);
  }
  if (!isFailed) return [];
  const why = 'Job has reached the specified backoff limit';
  return all(['FailureTarget', 'Failed'], 'BackoffLimitExceeded', why);
}

function condition(
  type: string,
  {
    status,
    reason,
    message,
    now,
  }: {
    readonly status: string;
    readonly reason: string;
    readonly message: string;
    readonly now: string;
  },
): Draft {
  return { type, status, lastProbeTime: now, lastTransitionTime: now, reason, message };
}
