/** Judges services by their containers. Pure; bodies of any shape are judged. */
import { isJsonList, type JsonObject, readObject, readText } from '@trueup/diagnostics';
import type { Health } from '@trueup/provider-sdk';
import { unreachableKind } from './observe/observe-target.ts';
import { containersOf, type ObservedContainer } from './observe/observed-body.ts';

export function assessHealth(body: JsonObject | undefined): Health {
  if (!body) return verdict('not-found', 'NotFound', 'It does not exist.');
  switch (readText(body, 'kind')) {
    case 'Network':
    case 'Volume':
      return verdict('current', 'Exists', 'It exists.');
    case unreachableKind:
      return verdict('unknown', 'HostUnreachable', 'Its host cannot be reached.');
    case 'Job':
      return assessJob(body);
    case 'Service':
      return assessService(body);
    default:
      return verdict('unknown', 'Unknown', 'Nothing is known about it.');
  }
}

function assessService(body: JsonObject): Health {
  const verdicts = containersOf(body).map((one, index) =>
    assessContainer(one, isFlapping(body, index)),
  );
  const order = ['failed', 'terminating', 'in-progress', 'unknown', 'current'] as const;
  const worst = order.flatMap((status) => verdicts.find((one) => one.status === status) ?? [])[0];
  return worst ?? verdict('unknown', 'NoContainers', 'It has no containers.');
}

function isFlapping(body: JsonObject, index: number): boolean {
  const { containers } = body;
  return isJsonList(containers) && readObject(containers[index])['flapping'] === true;
}

function assessContainer(container: ObservedContainer, flapping: boolean): Health {
  const { name, state, exitCode, restart } = container;
  // One that was tried again and then came to its end is done, however often that was.
  const isDone = state === 'exited' && exitCode === 0 && mayEnd(restart);
  if (flapping && !isDone)
    return verdict('failed', 'RestartLoop', `${name} is restarted again and again.`);
  switch (state) {
    case 'running':
      return assessRunning(container);
    case 'created':
      return verdict('in-progress', 'Created', `${name} is not started yet.`);
    case 'restarting':
      return verdict('in-progress', 'Restarting', `${name} is being restarted.`);
    case 'removing':
      return verdict('terminating', 'Removing', `${name} is being removed.`);
    case 'paused':
      return verdict('failed', 'Paused', `${name} is paused.`);
    case 'dead':
      return verdict('failed', 'Dead', `${name} could not be removed.`);
    case 'exited':
      return isDone
        ? verdict('current', 'Completed', `${name} came to its end.`)
        : verdict('failed', 'Exited', `${name} ended with code ${exitCode}.`);
  }
}

function assessRunning({ name, health }: ObservedContainer): Health {
  switch (health) {
    case 'none':
      return verdict('current', 'Running', `${name} runs.`);
    case 'healthy':
      return verdict('current', 'Healthy', `${name} is healthy.`);
    case 'starting':
      return verdict('in-progress', 'Starting', `The check of ${name} has no result yet.`);
    case 'unhealthy':
      return verdict('failed', 'Unhealthy', `The check of ${name} fails.`);
  }
}

function assessJob(body: JsonObject): Health {
  const [container] = containersOf(body);
  if (!container) return verdict('unknown', 'NoContainers', 'It has not run.');
  const { name, state, exitCode } = container;
  if (state === 'exited') {
    return exitCode === 0
      ? verdict('current', 'Completed', `${name} came to its end.`)
      : verdict('failed', 'Exited', `${name} ended with code ${exitCode}.`);
  }
  return verdict('in-progress', 'Running', `${name} has not come to its end.`);
}

/** Whether somebody who ends well is done, and not to be started again. */
export function mayEnd(restart: string): boolean {
  return restart === 'no' || restart.startsWith('on-failure');
}

function verdict(status: Health['status'], reason: string, message: string): Health {
  return { status, reason, message };
}
