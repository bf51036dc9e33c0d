/** Waits until a new container has shown that it works. */
import { isJsonObject, type JsonObject, StalledError } from '@trueup/diagnostics';
import type { ResourceId } from '@trueup/provider-sdk';

import { mayEnd } from '../assess-health.ts';
import type { EngineApi } from '../client/engine-api.ts';
import { specOf } from '../marks/resource-body.ts';
import { type ObservedContainer, parseContainer } from '../observe/observed-body.ts';
import type { WriteScene } from './write-scene.ts';

export interface Awaited {
  readonly id: ResourceId;
  readonly body: JsonObject;
  readonly api: EngineApi;
  readonly container: string;
}

const firstPauseMs = 100;
const longestPauseMs = 1000;

/**
 * Returns when it is healthy, or has run for a while where nothing checks it. `starting` has an end:
 * some engines never run a check by themselves.
 *
 * @throws StalledError `CONTAINERS_NOT_HEALTHY`.
 */
export async function awaitReady(awaited: Awaited, scene: WriteScene): Promise<void> {
  const { api, container } = awaited;
  const { clock, signal } = scene;
  const begunAt = clock.now();
  const boundMs = boundOf(awaited.body);
  const isPodman = await api.isPodman(signal);
  let pauseMs = firstPauseMs;
  for (;;) {
    const inspected = await api.inspect(container, signal);
    if (!inspected) throw unready(awaited, 'it is gone');
    const state = parseContainer(inspected);
    const isLate = clock.now() - begunAt > boundMs;
    const verdict = judge(state, { steady: clock.now() - begunAt >= scene.steadyMs, isLate });
    if (verdict === 'ready') return;
    if (verdict !== 'wait') throw unready(awaited, verdict);
    if (isPodman && state.health === 'starting') await api.runPodmanHealthcheck(container, signal);
    await clock.sleep(pauseMs, signal);
    pauseMs = Math.min(pauseMs * 2, longestPauseMs);
  }
}

function judge(
  { state, health, exitCode, restart, restartCount }: ObservedContainer,
  { steady, isLate }: { readonly steady: boolean; readonly isLate: boolean },
): string {
  if (state === 'exited' && exitCode === 0 && mayEnd(restart)) return 'ready';
  if (state === 'exited' || state === 'dead') return `it ended with code ${exitCode}`;
  if (restartCount > 0) return 'it is restarted again and again';
  if (health === 'unhealthy') return 'its check fails';
  if (state === 'running' && health === 'healthy') return 'ready';
  if (state === 'running' && health === 'none' && steady) return 'ready';
  return isLate ? 'its check has had no result for too long' : 'wait';
}

/** As long as the check itself allows, and a little more. */
function boundOf(body: JsonObject): number {
  const check = specOf(body)['healthcheck'];
  const read = (name: string, otherwise: number): number => {
    const value = isJsonObject(check) ? check[name] : undefined;
    return typeof value === 'number' ? value : otherwise;
  };
  const perCheck = read('interval', 30_000) + read('timeout', 30_000);
  return read('start_period', 0) + perCheck * (read('retries', 3) + 1) + 10_000;
}

function unready({ id }: Awaited, why: string): StalledError {
  return new StalledError(
    'CONTAINERS_NOT_HEALTHY',
    `${id}: the new container does not work: ${why}`,
    id,
  );
}
