/**
 * Carries out one change, and says truthfully how it ended.
 *
 * `failed` promises that the cluster is as it was. So a write without an answer is in doubt, and
 * so is whatever comes after a first step that had an effect.
 */
import { OperationError, StalledError, toFailure } from '@trueup/diagnostics';
import type { Change, DesiredResource, Outcome } from '@trueup/provider-sdk';

import { runHook } from '../hooks/run-hook.ts';
import { noAnswer, translateErrors } from '../translate-errors.ts';
import { createObject } from './create-object.ts';
import { deleteObject } from './delete-object.ts';
import { updateObject } from './update-object.ts';
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
  switch (change.action) {
    case 'none':
      return Promise.resolve('done');
    case 'create':
      return createObject(change, desiredOf(change, scene), scene);
    case 'update':
    case 'take-over':
      return updateObject(change, desiredOf(change, scene), scene, progress);
    case 'delete':
      return deleteObject(change, scene, progress);
    case 'replace':
      return replaceObject(change, scene, progress);
    case 'execute':
      return runHook(change, desiredOf(change, scene), scene, progress);
  }
}

async function replaceObject(
  change: Change,
  scene: WriteScene,
  progress: Progress,
): Promise<Written> {
  const desired = desiredOf(change, scene);
  const deleted = await deleteObject(change, scene, progress);
  return deleted === 'moved' ? deleted : createObject(change, desired, scene);
}

function desiredOf({ id }: Change, { desired }: WriteScene): DesiredResource {
  const found = desired.get(id);
  if (found) return found;
  throw new StalledError('KUBERNETES_NOT_PREPARED', `${id}: nothing describes it any more`, id);
}
