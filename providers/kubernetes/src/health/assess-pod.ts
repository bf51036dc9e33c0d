import { type Json, readField, readList, readText } from '@trueup/diagnostics';

import { type Assess, conditionOf, current, failed, inProgress } from './verdict.ts';

export const assessPod: Assess = (body) => {
  switch (readText(body, 'status', 'phase')) {
    case 'Succeeded':
      return current('It ran to its end.');
    case 'Failed':
      return failed(readText(body, 'status', 'reason') ?? 'PodFailed', 'It ended with a failure.');
    case 'Running':
      return assessRunning(body);
    case 'Pending':
      return assessPending(body);
    default:
      return inProgress('PhaseUnknown', 'It was not looked at yet.');
  }
};

function assessRunning(body: unknown): ReturnType<Assess> {
  if (conditionOf(body, 'Ready')?.status === 'True') return current('It is ready.');
  const looping = waitingFor(body, ['CrashLoopBackOff']);
  if (looping)
    return failed('CrashLoopBackOff', `The container ${looping.container} keeps failing.`);
  return inProgress('NotReady', 'Not all of its containers are ready.');
}

function assessPending(body: unknown): ReturnType<Assess> {
  const looping = waitingFor(body, ['CrashLoopBackOff']);
  if (looping)
    return failed('CrashLoopBackOff', `The container ${looping.container} keeps failing.`);
  const refused = waitingFor(body, ['InvalidImageName', 'CreateContainerConfigError']);
  if (refused) return failed(refused.reason, `The container ${refused.container} cannot be made.`);
  const pulling = waitingFor(body, ['ErrImagePull', 'ImagePullBackOff']);
  if (pulling) {
    return inProgress(pulling.reason, `The image of ${pulling.container} cannot be pulled.`);
  }
  const scheduled = conditionOf(body, 'PodScheduled');
  return scheduled?.reason === 'Unschedulable'
    ? inProgress('Unschedulable', 'No node takes it.')
    : inProgress('Pending', 'It has not started yet.');
}

interface Waiting {
  readonly container: string;
  readonly reason: string;
}

function waitingFor(body: unknown, reasons: readonly string[]): Waiting | undefined {
  const statuses: readonly Json[] = [
    ...readList(body, 'status', 'initContainerStatuses'),
    ...readList(body, 'status', 'containerStatuses'),
  ];
  for (const one of statuses) {
    const reason = readText(readField(one, 'state'), 'waiting', 'reason');
    if (reason !== undefined && reasons.includes(reason)) {
      return { container: readText(one, 'name') ?? '', reason };
    }
  }
  return undefined;
}
