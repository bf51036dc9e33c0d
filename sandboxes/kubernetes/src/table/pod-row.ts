/** The row of a pod, whose status is put together from its containers'. */

import type { Json, JsonObject } from '@trueup/diagnostics';

import { firstText, readAt, readNumber, readObjects, readText } from '../object/read-fields.ts';
import { createdAgo, nameOf, none } from './cell-text.ts';
import { ageOf } from './format-age.ts';

interface Summary {
  readonly reason: string;
  readonly restarts: number;
  readonly ready: number;
  /** When a container last ended. */
  readonly endedAt: string | undefined;
}

export function podRow(pod: JsonObject, now: Date): readonly Json[] {
  const { reason, restarts, ready, endedAt } = summarise(pod);
  const total = readObjects(pod, 'spec', 'containers').length + sidecarsOf(pod).length;
  const ago = restarts !== 0 && endedAt !== undefined ? ` (${ageOf(endedAt, now)} ago)` : '';
  return [
    nameOf(pod),
    `${ready}/${total}`,
    deletionReason(pod) ?? reason,
    `${restarts}${ago}`,
    createdAgo(pod, now),
    firstText(readText(pod, 'status', 'podIPs', 0, 'ip'), none),
    firstText(readText(pod, 'spec', 'nodeName'), none),
    firstText(readText(pod, 'status', 'nominatedNodeName'), none),
    readinessGates(pod),
  ];
}

function summarise(pod: JsonObject): Summary {
  const phase = readText(pod, 'status', 'reason') ?? readText(pod, 'status', 'phase') ?? '';
  const isGated = conditionsOf(pod).some(
    (one) => one['type'] === 'PodScheduled' && one['reason'] === 'SchedulingGated',
  );
  const initial = {
    reason: isGated ? 'SchedulingGated' : phase,
    restarts: 0,
    ready: 0,
    endedAt: undefined,
  };
  const initialising = summariseInit(pod, initial);
  const isInitialised = conditionsOf(pod).some(
    (one) => one['type'] === 'Initialized' && one['status'] === 'True',
  );
  if (initialising && !isInitialised) return initialising;
  return summariseContainers(
    pod,
    initialising ? { ...initial, reason: initialising.reason } : initial,
  );
}

/** `undefined` when all that comes before the containers is done. */
function summariseInit(pod: JsonObject, initial: Summary): Summary | undefined {
  const statuses = readObjects(pod, 'status', 'initContainerStatuses');
  const sidecars = new Set(sidecarsOf(pod));
  let restarts = 0;
  for (const [index, one] of statuses.entries()) {
    restarts += readNumber(one, 'restartCount') ?? 0;
    const isSidecar = sidecars.has(readText(one, 'name') ?? '') && one['started'] === true;
    if (isSidecar || readNumber(one, 'state', 'terminated', 'exitCode') === 0) continue;
    const total = readObjects(pod, 'spec', 'initContainers').length;
    return { ...initial, restarts, reason: `Init:${initReason(one) ?? `${index}/${total}`}` };
  }
  return undefined;
}

function initReason(status: JsonObject): string | undefined {
  if (isIn(status, 'terminated')) return endReason(status);
  const waiting = readText(status, 'state', 'waiting', 'reason') ?? '';
  return waiting === '' || waiting === 'PodInitializing' ? undefined : waiting;
}

function endReason(status: JsonObject): string {
  const reason = readText(status, 'state', 'terminated', 'reason') ?? '';
  if (reason !== '') return reason;
  const signal = readNumber(status, 'state', 'terminated', 'signal') ?? 0;
  if (signal !== 0) return `Signal:${signal}`;
  return `ExitCode:${readNumber(status, 'state', 'terminated', 'exitCode') ?? 0}`;
}

function summariseContainers(pod: JsonObject, initial: Summary): Summary {
  const statuses = readObjects(pod, 'status', 'containerStatuses');
  const running = statuses.filter((one) => one['ready'] === true && isIn(one, 'running'));
  // The first container has the last word.
  const reason = statuses.map(stateReason).find((one) => one !== undefined) ?? initial.reason;
  const failure = statuses.find(
    (one) => (readNumber(one, 'state', 'terminated', 'exitCode') ?? 0) !== 0,
  );
  const ends = statuses.map((one) => readText(one, 'lastState', 'terminated', 'finishedAt'));
  const outcome = { runs: running.length > 0, failure: failure ? endReason(failure) : '' };
  return {
    reason: reason === 'Completed' ? completedReason(pod, outcome) : reason,
    restarts: statuses.reduce(
      (sum, one) => sum + (readNumber(one, 'restartCount') ?? 0),
      initial.restarts,
    ),
    ready: initial.ready + running.length,
    endedAt: ends.reduce(later, initial.endedAt),
  };
}

function stateReason(status: JsonObject): string | undefined {
  const waiting = readText(status, 'state', 'waiting', 'reason') ?? '';
  if (waiting !== '') return waiting;
  return isIn(status, 'terminated') ? endReason(status) : undefined;
}

function isIn(status: JsonObject, state: string): boolean {
  return readAt(status, 'state', state) !== undefined;
}

/** One container is through; the pod is not while another one runs. */
function completedReason(
  pod: JsonObject,
  { runs, failure }: { readonly runs: boolean; readonly failure: string },
): string {
  const isReady = conditionsOf(pod).some(
    (one) => one['type'] === 'Ready' && one['status'] === 'True',
  );
  if (runs && isReady) return 'Running';
  if (failure !== '') return failure;
  return runs ? 'NotReady' : 'Completed';
}

function deletionReason(pod: JsonObject): string | undefined {
  if (readText(pod, 'metadata', 'deletionTimestamp') === undefined) return undefined;
  if (readText(pod, 'status', 'reason') === 'NodeLost') return 'Unknown';
  const phase = readText(pod, 'status', 'phase');
  return phase === 'Succeeded' || phase === 'Failed' ? undefined : 'Terminating';
}

function readinessGates(pod: JsonObject): string {
  const gates = readObjects(pod, 'spec', 'readinessGates');
  if (gates.length === 0) return none;
  const open = gates.filter((gate) =>
    conditionsOf(pod).some(
      (one) => one['type'] === gate['conditionType'] && one['status'] === 'True',
    ),
  );
  return `${open.length}/${gates.length}`;
}

function sidecarsOf(pod: JsonObject): readonly string[] {
  return readObjects(pod, 'spec', 'initContainers')
    .filter((one) => one['restartPolicy'] === 'Always')
    .map((one) => readText(one, 'name') ?? '');
}

function conditionsOf(pod: JsonObject): readonly JsonObject[] {
  return readObjects(pod, 'status', 'conditions');
}

function later(a: string | undefined, b: string | undefined): string | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return a < b ? b : a;
}
