/**
 * Plays scheduler and kubelet: puts pods on nodes and says that they run. Pods of Jobs and hooks
 * succeed; pods with the label `testbed.trueup/pod: crash` never become ready, or fail where they must not restart.
 */

import type { JsonObject } from '@trueup/diagnostics';

import { formatTime } from '../cluster/clock.ts';
import { copyJson, type Draft } from '../object/draft.ts';
import { readNumber, readObjects, readText, readTexts } from '../object/read-fields.ts';
import type { StoredObject } from '../storage/stored-object.ts';
import { nodesFor } from './choose-node.ts';
import type { Controller, ControllerContext } from './controller.ts';
import { find, isBeingDeleted, type Known } from './owned-objects.ts';
import { isPodEnded } from './pod-states.ts';

export const behaviourLabel = 'testbed.trueup/pod';

export function createPodRunner(context: ControllerContext): Controller {
  let scheduled = 0;
  const { store } = context.cluster;
  const nextNode = (pod: JsonObject): string => {
    const nodes = nodesFor(context.cluster, pod);
    scheduled += 1;
    return nodes[scheduled % Math.max(1, nodes.length)] ?? '';
  };
  const isWaiting = (pod: StoredObject): boolean =>
    readText(store.valueOf(pod), 'status', 'phase') === 'Pending';
  return {
    concerns: ({ object, type }) => {
      if (object.resource === '/nodes') return store.list('/pods').filter(isWaiting);
      return object.resource === '/pods' && type !== 'DELETED' ? [object] : [];
    },
    reconcile: (identity) => {
      const pod = find(context.cluster, identity);
      if (pod) run(context, pod, nextNode);
    },
  };
}

type NextNode = (pod: JsonObject) => string;

function run(context: ControllerContext, pod: Known, nextNode: NextNode): void {
  const { cluster, client, podStartMs, lookLater } = context;
  const { stored, value } = pod;
  if (isBeingDeleted(value)) {
    client.delete(stored, { gracePeriodSeconds: 0 });
    return;
  }
  if (readText(value, 'status', 'phase') !== 'Pending' || isPodEnded(value)) return;
  const age =
    cluster.clock.now().getTime() -
    Date.parse(readText(value, 'metadata', 'creationTimestamp') ?? '');
  // Creation times are whole seconds, so a pod may look older than it is.
  if (age < podStartMs) {
    lookLater(stored, podStartMs - age);
    return;
  }
  const node = readText(value, 'spec', 'nodeName') ?? nextNode(value);
  if (node === '') leaveWaiting(context, pod);
  else start(context, pod, node);
}

function leaveWaiting({ cluster, client, events }: ControllerContext, pod: Known): void {
  const { stored, value } = pod;
  const count = cluster.store.count('/nodes');
  const message = `0/${count} nodes are available: no node fits the pod.`;
  const known = readObjects(value, 'status', 'conditions');
  if (known.some((one) => one['message'] === message)) return;
  const condition = {
    type: 'PodScheduled',
    status: 'False',
    reason: 'Unschedulable',
    message,
    lastProbeTime: null,
    lastTransitionTime: formatTime(cluster.clock.now()),
  };
  const qosClass = readText(value, 'status', 'qosClass') ?? 'BestEffort';
  client.updateStatus(stored, { phase: 'Pending', conditions: [condition], qosClass });
  const reason = 'FailedScheduling';
  events.record(value, { type: 'Warning', reason, message, component: 'default-scheduler' });
}

function start(
  { cluster, client, events }: ControllerContext,
  { stored, value }: Known,
  node: string,
): void {
  const now = formatTime(cluster.clock.now());
  const outcome = outcomeOf(stored, value);
  const ip = cluster.allocators.podIp();
  client.updateStatus(stored, statusOf(value, { now, outcome, ip }), { nodeName: node });
  if (outcome !== 'crash') return;
  events.record(value, {
    type: 'Warning',
    reason: 'BackOff',
    message: `Back-off restarting failed container in pod ${stored.name}`,
    component: 'kubelet',
  });
}

type Outcome = 'run' | 'crash' | 'succeed' | 'fail';

function outcomeOf({ labels }: StoredObject, value: JsonObject): Outcome {
  const restarts = readText(value, 'spec', 'restartPolicy') !== 'Never';
  if (labels[behaviourLabel] === 'crash') return restarts ? 'crash' : 'fail';
  const isOfJob = readObjects(value, 'metadata', 'ownerReferences').some(
    (one) => one['kind'] === 'Job',
  );
  return isOfJob || isHook(value) ? 'succeed' : 'run';
}

/** Who runs a hook waits for its pod to end. */
function isHook(value: JsonObject): boolean {
  const annotations = readTexts(value, 'metadata', 'annotations');
  const isEndless = readText(value, 'spec', 'restartPolicy') === 'Always';
  return !isEndless && hookKeys.some((key) => Object.hasOwn(annotations, key));
}

const hookKeys: readonly string[] = ['helm.sh/hook', 'argocd.argoproj.io/hook'];

interface Start {
  readonly now: string;
  readonly outcome: Outcome;
  readonly ip: string;
}

function statusOf(value: JsonObject, { now, outcome, ip }: Start): Draft {
  const phases = { run: 'Running', crash: 'Running', succeed: 'Succeeded', fail: 'Failed' };
  const isReady = outcome === 'run';
  const qosClass = readText(value, 'status', 'qosClass') ?? 'BestEffort';
  const condition = (type: string, status: boolean): Draft => ({
    type,
    status: status ? 'True' : 'False',
    lastProbeTime: null,
    lastTransitionTime: now,
    ...(!status && { reason: outcome === 'succeed' ? 'PodCompleted' : 'ContainersNotReady' }),
  });
  const initialised = readObjects(value, 'spec', 'initContainers');
  return {
    observedGeneration: readNumber(value, 'metadata', 'generation') ?? 1,
    phase: phases[outcome],
    conditions: [
      condition('Initialized', true),
      condition('Ready', isReady),
      condition('ContainersReady', isReady),
      condition('PodScheduled', true),
      ...readObjects(value, 'spec', 'readinessGates').map((gate) =>
        condition(readText(gate, 'conditionType') ?? '', true),
      ),
    ],
    hostIP: '127.0.0.1',
    hostIPs: [{ ip: '127.0.0.1' }],
    podIP: ip,
    podIPs: [{ ip }],
    startTime: now,
    ...(initialised.length > 0 && {
      initContainerStatuses: initialised.map((one) =>
        containerStatus(one, { now, outcome: 'succeed' }),
      ),
    }),
    containerStatuses: readObjects(value, 'spec', 'containers').map((one) =>
      containerStatus(one, { now, outcome }),
    ),
    qosClass,
  };
}

function containerStatus(container: JsonObject, { now, outcome }: Omit<Start, 'ip'>): Draft {
  const ended = (exitCode: number, reason: string): Draft => ({
    terminated: { exitCode, reason, startedAt: now, finishedAt: now },
  });
  const states: Readonly<Record<Outcome, Draft>> = {
    run: { running: { startedAt: now } },
    crash: {
      waiting: { reason: 'CrashLoopBackOff', message: 'back-off restarting failed container' },
    },
    succeed: ended(0, 'Completed'),
    fail: ended(1, 'Error'),
  };
  return {
    name: readText(container, 'name') ?? '',
    state: states[outcome],
    lastState: outcome === 'crash' ? ended(1, 'Error') : {},
    ready: outcome === 'run',
    restartCount: outcome === 'crash' ? 3 : 0,
    image: copyJson(container['image'] ?? ''),
    imageID: '',
    started: outcome === 'run',
  };
}
