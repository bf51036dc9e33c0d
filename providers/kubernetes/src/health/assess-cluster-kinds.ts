/** Volumes, networking and what extends the API. */
import { readList, readText } from '@trueup/diagnostics';
import { type Assess, byCondition, conditionOf, current, failed, inProgress } from './verdict.ts';

export const assessVolumeClaim: Assess = (body) => {
  const phase = readText(body, 'status', 'phase');
  if (phase === 'Bound') return current('It is bound.');
  return phase === 'Lost'
    ? failed('Lost', 'Its volume does not exist any more.')
    : inProgress('NotBound', 'It is not bound yet.');
};

export const assessVolume: Assess = (body) => {
  const phase = readText(body, 'status', 'phase');
  if (phase === 'Failed') return failed('Failed', 'It could not be reclaimed.');
  return phase === undefined || phase === 'Pending'
    ? inProgress('Pending', 'It is not available yet.')
    : current(`It is ${phase.toLowerCase()}.`);
};

export const assessService: Assess = (body) => {
  if (readText(body, 'spec', 'type') !== 'LoadBalancer') return current('It exists.');
  return readList(body, 'status', 'loadBalancer', 'ingress').length > 0
    ? current('Its load balancer has an address.')
    : inProgress('NoAddress', 'Its load balancer has no address yet.');
};

export const assessDefinition: Assess = (body) => {
  const names = conditionOf(body, 'NamesAccepted');
  if (names?.status === 'False') return byCondition('failed', names);
  const established = conditionOf(body, 'Established');
  if (established?.status === 'True') return current('It is established.');
  if (established && established.status === 'False' && established.reason !== 'Installing') {
    return byCondition('failed', established);
  }
  return inProgress('Installing', 'It is not established yet.');
};

export const assessApiService: Assess = (body) => {
  const available = conditionOf(body, 'Available');
  if (available?.status === 'True') return current('It is available.');
  return available
    ? byCondition('in-progress', available)
    : inProgress('NotAvailable', 'It was not looked at yet.');
};

export const assessNamespace: Assess = (body) =>
  readText(body, 'status', 'phase') === 'Terminating'
    ? { status: 'terminating', reason: 'Terminating', message: 'It is being deleted.' }
    : current('It exists.');

/** Controllers of ingresses need not say anything, so existence is enough. */
export const assessIngress: Assess = () => current('It exists.');

export const assessAutoscaler: Assess = (body) => {
  const able = conditionOf(body, 'AbleToScale');
  if (able?.status === 'False') return byCondition('failed', able);
  const active = conditionOf(body, 'ScalingActive');
  if (active?.status === 'False' && active.reason !== 'ScalingDisabled') {
    // Metrics of new pods come late, and the controller tries for ever.
    return byCondition(active.reason.startsWith('Invalid') ? 'failed' : 'in-progress', active);
  }
  return current('It scales.');
};

/** Gateway API: each parent that accepts a route says so in conditions of its own. */
export const assessRoute: Assess = (body) => {
  const parents = readList(body, 'status', 'parents');
  const refusal = parents
    .flatMap((parent) => conditionOf({ status: parent }, 'Accepted') ?? [])
    .find(({ status }) => status === 'False');
  if (refusal) return byCondition('failed', refusal);
  return parents.length > 0 ? current('It is accepted.') : undefined;
};

/** Kinds that report a phase and no conditions that others agree on. */
export const assessWorkflow: Assess = (body) => {
  switch (readText(body, 'status', 'phase')) {
    case 'Succeeded':
      return current('It completed.');
    case 'Failed':
    case 'Error':
      return failed('WorkflowFailed', 'It ended with a failure.');
    default:
      return inProgress('Running', 'It has not ended yet.');
  }
};

export const assessRollout: Assess = (body) => {
  switch (readText(body, 'status', 'phase')) {
    case 'Healthy':
      return current('It is rolled out.');
    case 'Degraded':
      return failed('Degraded', readText(body, 'status', 'message') ?? 'It is degraded.');
    case 'Progressing':
    case 'Paused':
      return inProgress('Progressing', readText(body, 'status', 'message') ?? 'It is rolling out.');
    default:
      return undefined;
  }
};
