/**
 * Carries out one change, and says truthfully how it ended.
 *
 * `failed` promises that the host is as it was. So a write without an answer is in doubt, and so is
 * whatever comes after a step that had an effect and could not be undone.
 */
import { OperationError, toFailure } from '@trueup/diagnostics';
import {
  type Change,
  type DesiredResource,
  type Outcome,
  parseResourceId,
} from '@trueup/provider-sdk';

import { hostOf } from '../client/keep-hosts.ts';
import { containersOf } from '../observe/observed-body.ts';
import { noAnswer, translateErrors } from '../translate-errors.ts';
import { createPlace, deletePlace, missing, replacePlace, takeOverPlace } from './apply-place.ts';
import { createService, updateService } from './apply-service.ts';
import { findCurrent } from './find-current.ts';
import { runJob } from './run-job.ts';
import type { Progress, WriteScene, Written } from './write-scene.ts';

export async function carryOut(change: Change, scene: WriteScene): Promise<Outcome> {
  const { id } = change;
  const progress: Progress = { begun: false };
  try {
    const kind = await translateErrors(id, scene.signal, () => write(change, scene, progress));
    return { kind, id };
  } catch (error) {
    if (!(error instanceof OperationError) || error === scene.signal.reason) throw error;
    const kind = progress.begun || error.code === noAnswer ? 'in-doubt' : 'failed';
    return { kind, id, failure: toFailure(error) };
  }
}

function write(change: Change, scene: WriteScene, progress: Progress): Promise<Written> {
  const isContainers = ['Service', 'Job'].includes(parseResourceId(change.id).kind);
  switch (change.action) {
    case 'none':
      return Promise.resolve('done');
    case 'create':
      return isContainers
        ? createService(change, desiredOf(change, scene), scene, progress)
        : createPlace(change, desiredOf(change, scene), scene);
    case 'update':
    case 'take-over':
      return isContainers
        ? updateService(change, desiredOf(change, scene), scene, progress)
        : takeOverPlace(change, scene);
    case 'delete':
      return isContainers ? deleteService(change, scene, progress) : deletePlace(change, scene);
    case 'replace':
      return replacePlace(change, desiredOf(change, scene), scene, progress);
    case 'execute':
      return runJob(change, desiredOf(change, scene), scene, progress);
  }
}

async function deleteService(
  { id, version }: Change,
  scene: WriteScene,
  progress: Progress,
): Promise<Written> {
  const current = await findCurrent(id, scene);
  if (!current) return 'done';
  if (current.version !== version) return 'moved';
  const { api } = hostOf(scene.hosts, parseResourceId(id).scope);
  for (const container of containersOf(current.body)) {
    progress.begun = true;
    await api.stop(container.id, stopMs, scene.signal);
    await api.remove(container.id, scene.signal);
  }
  return 'done';
}

/** Docker's own grace: what a service asked for is not known any more. */
const stopMs = 10_000;

function desiredOf({ id }: Change, { desired }: WriteScene): DesiredResource {
  const found = desired.get(id);
  if (found) return found;
  throw missing(id);
}
