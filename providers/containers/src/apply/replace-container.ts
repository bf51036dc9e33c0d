/**
 * Puts a new container in the place of an old one.
 *
 * R1. The old one stays until the new one has shown that it works.
 * R2. When it does not, or somebody aborts, the old one is what runs again. Only when that fails as well
 *     is the change in doubt.
 * R3. Where both cannot be there at once, the old one is stopped and renamed, never removed, first.
 * R4. What was killed midway is understood from names and marks: `-next` is not proven yet, `-last` is
 *     what to go back to.
 * R5. Podman removes none that another container lives in. It stays as `-last`, stopped, until who lives in it
 *     was made anew, which the same plan asks for.
 */
import { type JsonObject, StalledError } from '@trueup/diagnostics';
import { parseResourceId, type ResourceId } from '@trueup/provider-sdk';

import type { EngineApi } from '../client/engine-api.ts';
import { EngineRefusalError } from '../containers-client.ts';
import { resourceLabel } from '../marks/marks.ts';
import { metaOf, specOf } from '../marks/resource-body.ts';
import { type ObservedContainer, parseContainer } from '../observe/observed-body.ts';
import { toOperationError } from '../translate-errors.ts';
import { awaitReady } from './await-ready.ts';
import { makeContainer } from './make-container.ts';
import { runHooks } from './run-hooks.ts';
import { undo } from './undo.ts';
import { type Progress, report, type WriteScene } from './write-scene.ts';

export interface Replacing {
  readonly id: ResourceId;
  readonly body: JsonObject;
  readonly name: string;
  readonly number: number;
  readonly api: EngineApi;
  readonly old: ObservedContainer;
}

export async function replaceContainer(
  replacing: Replacing,
  scene: WriteScene,
  progress: Progress,
): Promise<void> {
  await clearName(replacing, `${replacing.name}-next`, scene);
  const isSideBySide = metaOf(replacing.body).order === 'start-first';
  if (isSideBySide) await startFirst(replacing, scene, progress);
  else await stopFirst(replacing, scene, progress);
}

async function startFirst(
  replacing: Replacing,
  scene: WriteScene,
  progress: Progress,
): Promise<void> {
  const { id, body, name, number, api, old } = replacing;
  const making = { id, body, name: `${name}-next`, number };
  const wasBegun = progress.begun;
  report(scene, id, `starts ${making.name} beside ${old.name}`);
  const container = await makeContainer(making, scene, progress);
  progress.begun = true;
  try {
    await awaitReady({ id, body, api, container }, scene);
  } catch (error) {
    await undo(id, scene, (bound) => api.remove(container, bound));
    progress.begun = wasBegun;
    throw wentBack(id, error);
  }
  await retire(replacing, scene);
  await api.rename(container, name, scene.signal);
}

async function retire(replacing: Replacing, scene: WriteScene): Promise<void> {
  const { id, api, old, body, name } = replacing;
  const { signal } = scene;
  await stopOld({ id, api, old, body }, scene);
  if (await removeUnlessUsed(api, old.id, signal)) return;
  await clearName(replacing, `${name}-last`, scene);
  await api.rename(old.id, `${name}-last`, signal);
}

/** R5. Whether it is gone. */
export async function removeUnlessUsed(
  api: EngineApi,
  container: string,
  signal: AbortSignal,
): Promise<boolean> {
  try {
    await api.remove(container, signal);
    return true;
  } catch (error) {
    if (error instanceof EngineRefusalError && error.traits.includes('in-use')) return false;
    throw error;
  }
}

async function stopOld(
  { id, api, old, body }: Pick<Replacing, 'id' | 'api' | 'old' | 'body'>,
  scene: WriteScene,
): Promise<void> {
  if (old.state === 'running') {
    await runHooks(specOf(body)['pre_stop'], { id, api, container: old.id }, scene);
  }
  await api.stop(old.id, graceOf(body), scene.signal);
}

async function stopFirst(
  replacing: Replacing,
  scene: WriteScene,
  progress: Progress,
): Promise<void> {
  const { id, body, name, number, api, old } = replacing;
  const { signal } = scene;
  report(scene, id, `stops ${old.name}, and keeps it until the new one works`);
  const wasBegun = progress.begun;
  progress.begun = true;
  try {
    if (old.name !== `${name}-last`) {
      await clearName(replacing, `${name}-last`, scene);
      await api.rename(old.id, `${name}-last`, signal);
    }
    await stopOld(replacing, scene);
    const inner: Progress = { begun: false };
    const container = await makeContainer({ id, body, name, number }, scene, inner);
    try {
      await awaitReady({ id, body, api, container }, scene);
    } catch (error) {
      await undo(id, scene, (bound) => api.remove(container, bound));
      throw error;
    }
  } catch (error) {
    await undo(id, scene, (bound) => goBack(replacing, bound));
    progress.begun = wasBegun;
    throw wentBack(id, error);
  }
  await removeUnlessUsed(api, old.id, signal);
}

/** R2 */
async function goBack({ api, old, name }: Replacing, signal: AbortSignal): Promise<void> {
  const other = await api.inspect(name, signal);
  const isOther = other && other['Id'] !== old.id;
  if (isOther) await api.remove(name, signal);
  if (old.name !== `${name}-last`) await api.rename(old.id, old.name, signal);
  if (old.state === 'running' || old.state === 'restarting') await api.start(old.id, signal);
}

/** R4. Only what a killed run of ours left there is removed. */
async function clearName(
  { id, api, old }: Replacing,
  name: string,
  { signal }: WriteScene,
): Promise<void> {
  const left = await api.inspect(name, signal);
  if (!left || left['Id'] === old.id) return;
  const isOurs = parseContainer(left).labels[resourceLabel] === parseResourceId(id).name;
  if (isOurs) return api.remove(name, signal);
  const message = `${id}: another container is called ${name}`;
  throw new StalledError('CONTAINERS_NAME_TAKEN', message, id);
}

function graceOf(body: JsonObject): number {
  const grace = specOf(body)['stop_grace_period'];
  return typeof grace === 'number' ? grace : 10_000;
}

function wentBack(id: ResourceId, error: unknown): unknown {
  const translated = toOperationError(id, error);
  if (!(translated instanceof StalledError)) return translated;
  const message = `${translated.message}; the old container is what runs`;
  return new StalledError(translated.code, message, id);
}
