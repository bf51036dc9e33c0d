/** Evictions: deletions of pods that a disruption budget may put off. */

import type { JsonObject } from '@trueup/diagnostics';

import { formatTime } from '../cluster/clock.ts';
import type { Cluster } from '../cluster/cluster.ts';
import { ApiError, methodNotAllowed } from '../http/api-error.ts';
import type { Reply } from '../http/call.ts';
import { readObjectBody } from '../http/read-body-value.ts';
import { valueReply } from '../http/reply.ts';
import { ensureDraft, toDraft } from '../object/draft.ts';
import { readNumber, readObject, readObjects, readText } from '../object/read-fields.ts';
import { matchesLabels, readLabelSelector } from '../selectors/label-selector.ts';
import type { StoredObject } from '../storage/stored-object.ts';
import { deleteObject } from './delete-object.ts';
import { readDeleteOptions, readDryRun } from './read-query.ts';
import { type ResourceCall, storedOf } from './resource-call.ts';
import { success } from './serve-pod-parts.ts';

const budgets = 'policy/poddisruptionbudgets';

export async function evictPod(request: ResourceCall): Promise<Reply> {
  const { call, cluster, type } = request;
  if (call.method !== 'POST') throw methodNotAllowed();
  const body = await readObjectBody(call);
  const stored = storedOf(request);
  const asked = readDeleteOptions(call.query, readObject(body, 'deleteOptions'));
  const dryRun = asked.dryRun || readDryRun(call.query.getAll('dryRun'), 'CreateOptions');
  if (isGuarded(cluster.store.valueOf(stored))) askBudgets(cluster, stored, dryRun);
  deleteObject(cluster, type, stored, { ...asked, dryRun });
  return valueReply(201, success);
}

/** A pod that has ended, or never began, disrupts nothing. */
function isGuarded(pod: JsonObject): boolean {
  const phase = readText(pod, 'status', 'phase') ?? '';
  const isGoing = readText(pod, 'metadata', 'deletionTimestamp') !== undefined;
  return !isGoing && !['Succeeded', 'Failed', 'Pending'].includes(phase);
}

/** @throws ApiError 429 when a budget allows no more disruptions now */
function askBudgets(cluster: Cluster, pod: StoredObject, dryRun: boolean): void {
  const { store } = cluster;
  const guards = store.list(budgets, pod.namespace).filter((one) => {
    const selector = readLabelSelector(readObject(store.valueOf(one), 'spec', 'selector'));
    return selector !== undefined && matchesLabels(selector, pod.labels);
  });
  const [budget, ...others] = guards;
  if (!budget) return;
  if (others.length > 0) {
    throw new ApiError(
      500,
      '',
      'This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.',
    );
  }
  const value = store.valueOf(budget);
  if (!isReady(store.valueOf(pod)) && isHealthy(value)) return;
  checkBudget(budget.name, value);
  if (!dryRun) countDisruption(cluster, budget, pod.name);
}

function isReady(pod: JsonObject): boolean {
  return readObjects(pod, 'status', 'conditions').some(
    ({ type, status }) => type === 'Ready' && status === 'True',
  );
}

/** Whether a pod that is not ready may go, since the others suffice. */
function isHealthy({ status }: JsonObject): boolean {
  const desired = readNumber(status, 'desiredHealthy') ?? 0;
  return desired > 0 && (readNumber(status, 'currentHealthy') ?? 0) >= desired;
}

function checkBudget(name: string, budget: JsonObject): void {
  const status = readObject(budget, 'status');
  const seen = readNumber(status, 'observedGeneration') ?? 0;
  if (seen < (readNumber(budget, 'metadata', 'generation') ?? 0)) {
    throw tooEarly(`The disruption budget ${name} is still being processed by the server.`, 10);
  }
  if ((readNumber(status, 'disruptionsAllowed') ?? 0) > 0) return;
  const healthy = readNumber(status, 'currentHealthy') ?? 0;
  const needed = readNumber(status, 'desiredHealthy') ?? 0;
  throw tooEarly(
    `The disruption budget ${name} needs ${needed} healthy pods and has ${healthy} currently`,
  );
}

function tooEarly(message: string, retryAfterSeconds?: number): ApiError {
  const causes = [{ reason: 'DisruptionBudget', message, field: '' }];
  return new ApiError(
    429,
    'TooManyRequests',
    "Cannot evict pod as it would violate the pod's disruption budget.",
    { details: { ...(retryAfterSeconds !== undefined && { retryAfterSeconds }), causes } },
  );
}

function countDisruption({ store, clock }: Cluster, budget: StoredObject, pod: string): void {
  const draft = toDraft(store.valueOf(budget));
  const status = ensureDraft(draft, 'status');
  status['disruptionsAllowed'] = Math.max(0, (readNumber(status, 'disruptionsAllowed') ?? 0) - 1);
  ensureDraft(status, 'disruptedPods')[pod] = formatTime(clock.now());
  store.put(budgets, draft);
}
