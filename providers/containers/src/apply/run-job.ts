/**
 * Runs a one-off job to its end. Its container stays, as the record of what ran.
 *
 * J1. One that still runs with the same content is waited for, not started a second time.
 * J2. What ran before goes first: its name is the record's.
 */
import { StalledError, TransientError } from '@trueup/diagnostics';
import { type Change, type DesiredResource, parseResourceId } from '@trueup/provider-sdk';

import type { EngineApi } from '../client/engine-api.ts';
import { hostOf } from '../client/keep-hosts.ts';
import { containersOf, parseContainer } from '../observe/observed-body.ts';
import { hasRun } from '../plan/plan-job.ts';
import { containerName } from '../plan/service-names.ts';
import { findCurrent } from './find-current.ts';
import { makeContainer } from './make-container.ts';
import { type Progress, report, type WriteScene, type Written } from './write-scene.ts';

export async function runJob(
  { id }: Change,
  desired: DesiredResource,
  scene: WriteScene,
  progress: Progress,
): Promise<Written> {
  const { signal } = scene;
  const { api } = hostOf(scene.hosts, parseResourceId(id).scope);
  const current = await findCurrent(id, scene);
  const before = current ? containersOf(current.body) : [];
  const running = before.find((one) => one.state === 'running' && hasRun(desired, one));
  const container = running?.id ?? (await begin());
  progress.begun = true;
  report(scene, id, 'it runs');
  const code = await awaitEnd(api, { id, container }, scene);
  if (code === 0) return 'done';
  // It ran to its end, so nothing about it is in doubt.
  progress.begun = false;
  throw new StalledError('CONTAINERS_JOB_FAILED', `${id}: it ended with code ${code}`, id);

  async function begin(): Promise<string> {
    for (const one of before) await api.remove(one.id, signal);
    const { body } = desired;
    const name = containerName(body, 1);
    return makeContainer({ id, body, name, number: 1 }, scene, progress);
  }
}

async function awaitEnd(
  api: EngineApi,
  { id, container }: { readonly id: string; readonly container: string },
  { clock, signal, jobWithinMs }: WriteScene,
): Promise<number> {
  const begunAt = clock.now();
  for (let pauseMs = 50; ; pauseMs = Math.min(pauseMs * 2, 1000)) {
    const inspected = await api.inspect(container, signal);
    if (!inspected) {
      throw new StalledError('CONTAINERS_JOB_GONE', `${id}: it was removed while it ran`, id);
    }
    const { state, exitCode } = parseContainer(inspected);
    if (state === 'exited' || state === 'dead') return exitCode;
    if (clock.now() - begunAt > jobWithinMs) {
      throw new TransientError('CONTAINERS_JOB_RUNS', `${id}: it still runs`, id);
    }
    await clock.sleep(pauseMs, signal);
  }
}
