/** Workloads, by the rules of kstatus: counters first, then conditions. */
import { readField, readNumber, readText } from '@trueup/diagnostics';
import { type Assess, byCondition, conditionOf, current, failed, inProgress } from './verdict.ts';

export const assessDeployment: Assess = (body) => {
  const progressing = conditionOf(body, 'Progressing');
  if (progressing?.reason === 'ProgressDeadlineExceeded') return byCondition('failed', progressing);
  const failure = conditionOf(body, 'ReplicaFailure');
  if (failure?.status === 'True') return byCondition('failed', failure);

  const wanted = wantedOf(body);
  const counters = count(body, wanted, ['replicas', 'updatedReplicas', 'readyReplicas']);
  if (counters) return counters;
  if (wanted === 0) return current('Nothing is asked to run.');
  const available = statusOf(body, 'availableReplicas');
  if (available < statusOf(body, 'updatedReplicas')) {
    return inProgress('LessAvailable', `${available} of ${wanted} replicas are available.`);
  }
  if (progressing && progressing.reason !== 'NewReplicaSetAvailable' && progressing.reason !== '') {
    return inProgress('ReplicaSetNotAvailable', 'The new replica set is not available yet.');
  }
  const availability = conditionOf(body, 'Available');
  if (availability?.status !== 'True') {
    return inProgress('Unavailable', 'Too few replicas are available.');
  }
  return current(`${wanted} replicas are available.`);
};

export const assessStatefulSet: Assess = (body) => {
  const strategy = readText(body, 'spec', 'updateStrategy', 'type');
  if (strategy === 'OnDelete') return current('It is updated when its pods are deleted.');
  const wanted = wantedOf(body);
  const counters = count(body, wanted, ['replicas', 'readyReplicas']);
  if (counters) return counters;
  const partition = readNumber(body, 'spec', 'updateStrategy', 'rollingUpdate', 'partition');
  const updated = statusOf(body, 'updatedReplicas');
  if (partition !== undefined && partition > 0) {
    return updated < wanted - partition
      ? inProgress('PartitionRollout', `${updated} of ${wanted - partition} replicas are updated.`)
      : current('The partition is rolled out.');
  }
  const [running, next] = ['currentRevision', 'updateRevision'].map((name) =>
    readText(body, 'status', name),
  );
  if (running !== next) {
    return inProgress('RevisionMismatch', `${updated} of ${wanted} replicas are updated.`);
  }
  return current(`${wanted} replicas are ready.`);
};

export const assessDaemonSet: Assess = (body) => {
  if (readText(body, 'spec', 'updateStrategy', 'type') === 'OnDelete') {
    return current('It is updated when its pods are deleted.');
  }
  const wanted = readNumber(body, 'status', 'desiredNumberScheduled');
  if (wanted === undefined) return inProgress('NoDesiredNumber', 'It was not looked at yet.');
  const short = [
    'currentNumberScheduled',
    'updatedNumberScheduled',
    'numberAvailable',
    'numberReady',
  ].find((name) => statusOf(body, name) < wanted);
  if (short === undefined) return current(`${wanted} pods are ready.`);
  return inProgress('LessReady', `${statusOf(body, short)} of ${wanted} pods: ${short}.`);
};

export const assessReplicaSet: Assess = (body) => {
  const failure = conditionOf(body, 'ReplicaFailure');
  if (failure?.status === 'True') return byCondition('in-progress', failure);
  const wanted = wantedOf(body);
  const counters = count(body, wanted, ['replicas', 'availableReplicas', 'readyReplicas']);
  return counters ?? current(`${wanted} replicas are ready.`);
};

function wantedOf(body: unknown): number {
  return readNumber(body, 'spec', 'replicas') ?? 1;
}

function statusOf(body: unknown, name: string): number {
  return readNumber(body, 'status', name) ?? 0;
}

/** The first counter that falls short, or that old replicas are still there. */
function count(body: unknown, wanted: number, names: readonly string[]): ReturnType<Assess> {
  const short = names.find((name) => statusOf(body, name) < wanted);
  if (short !== undefined) {
    const reason = `Less${short.charAt(0).toUpperCase()}${short.slice(1)}`;
    return inProgress(reason, `${statusOf(body, short)} of ${wanted}: ${short}.`);
  }
  const extra = statusOf(body, 'replicas') - wanted;
  return extra > 0 ? inProgress('ExtraPods', `${extra} replicas are still to go.`) : undefined;
}

export const assessJob: Assess = (body) => {
  const lost = conditionOf(body, 'Failed');
  if (lost?.status === 'True') return byCondition('failed', lost);
  if (conditionOf(body, 'Complete')?.status === 'True') return current('It completed.');
  if (readField(body, 'spec', 'suspend') === true) return current('It is suspended.');
  const active = statusOf(body, 'active');
  return readText(body, 'status', 'startTime') === undefined
    ? inProgress('NotStarted', 'It has not started yet.')
    : inProgress('Running', `${active} pods run, ${statusOf(body, 'succeeded')} succeeded.`);
};

export const assessReplicationController: Assess = assessReplicaSet;

/** Has no state of its own: each of its jobs has. */
export const assessCronJob: Assess = () => current('It is scheduled.');

export const assessPodDisruptionBudget: Assess = (body) => {
  const [healthy, wanted] = [statusOf(body, 'currentHealthy'), statusOf(body, 'desiredHealthy')];
  return healthy >= wanted
    ? current('Enough pods are healthy.')
    : failedOrWaiting(body, `${healthy} of ${wanted} pods are healthy.`);
};

function failedOrWaiting(body: unknown, message: string): ReturnType<Assess> {
  const allowed = conditionOf(body, 'DisruptionAllowed');
  if (allowed?.reason === 'SyncFailed') return failed('SyncFailed', allowed.message || message);
  return inProgress('BudgetNotMet', message);
}
