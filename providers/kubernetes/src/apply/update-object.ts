/**
 * Applies to an object that exists, in the state that the change was planned from.
 *
 * U1 What others own goes only where the change names its removal: then it is made ours first.
 * U2 A report of status between plan and write is no reason to plan anew: the declared part counts.
 *    Nor is one between our own steps, after the first of which the owners are others.
 */
import { type JsonObject, readField, readText } from '@trueup/diagnostics';
import type { Change, DesiredResource } from '@trueup/provider-sdk';
import { leavesOf, uniteFields } from '@trueup/structured-merge/fields';

import { dropByPatch } from '../fields/drop-by-patch.ts';
import { listOwners } from '../fields/field-owners.ts';
import { isFormerManager, moveOwnership } from '../fields/move-ownership.ts';
import { uniteAll } from '../fields/unite-owners.ts';
import type { ObjectPlace, ObjectVersion } from '../kubernetes-client.ts';
import { findLeftOut, hasEmptyPart } from '../plan/left-out.ts';
import { bodyToApply } from '../plan/plan-existing.ts';
import {
  type Expected,
  expectedAfter,
  expectedOf,
  lookAgain,
  versionOf,
  whileAsPlanned,
} from './check-version.ts';
import { mayTake, takenFields } from './taken-fields.ts';
import type { Progress, WriteScene, Written } from './write-scene.ts';

export async function updateObject(
  change: Change,
  desired: DesiredResource,
  scene: WriteScene,
  progress: Progress,
): Promise<Written> {
  const place = await scene.placeOf(change.id, desired.body);
  return whileAsPlanned({ place, expected: expectedOf(change) }, scene, (expected) =>
    writeOnce({ change, desired, place, expected }, scene, progress),
  );
}

interface Writing {
  readonly change: Change;
  readonly desired: DesiredResource;
  readonly place: ObjectPlace;
  readonly expected: Expected;
}

async function writeOnce(
  { change, desired, place, expected }: Writing,
  scene: WriteScene,
  progress: Progress,
): Promise<Written> {
  const applying = { change, place, expected };
  if (!needsLook(change, desired, scene)) {
    return applyBody({ ...applying, body: desired.body }, expected.version, scene, progress);
  }
  const looked = await lookAgain(place, expected, scene);
  if (looked === 'moved') return looked;
  const before = await inVersionOf(desired.body, looked.body, { place, scene });
  if (before === 'moved') return before;
  const { id, version = '' } = change;
  const observed = { id, body: before, version, observedAt: '' };
  const body = await bodyToApply(desired.body, observed, id, scene);
  const moved = await makeOurs(change, { body, observed: before }, { place, scene, progress });
  const asked = { ...applying, body, before };
  if (!moved) return applyBody(asked, looked.expected.version, scene, progress);
  return whileAsPlanned({ place, expected: expectedAfter(moved, expected) }, scene, (after) =>
    applyBody(asked, after.version, scene, progress),
  );
}

/** Two versions of a kind call the same fields by other names. */
async function inVersionOf(
  desired: JsonObject,
  observed: JsonObject,
  { place, scene }: Pick<MakingOurs, 'place' | 'scene'>,
): Promise<JsonObject | 'moved'> {
  if (desired['apiVersion'] === observed['apiVersion']) return observed;
  return (await scene.client.get(place, scene.signal)) ?? 'moved';
}

interface Applying extends Omit<Writing, 'desired'> {
  readonly body: JsonObject;
  /** The object as it is so far, where that was looked at. */
  readonly before?: JsonObject;
}

async function applyBody(
  { change, body, before, place, expected }: Applying,
  onlyIf: ObjectVersion,
  scene: WriteScene,
  progress: Progress,
): Promise<Written> {
  const { client, fieldManager, wrote, signal } = scene;
  const apply = async (version: ObjectVersion): Promise<JsonObject> => {
    const options = { fieldManager, dryRun: false, onlyIf: version, signal };
    const written = await client.apply(place, body, options);
    wrote(change.id, written);
    return written;
  };
  const written = await apply(onlyIf);
  const isWhole = !before || findLeftOut(body, { before, answer: written }).length === 0;
  if (isWhole) return 'done';

  progress.begun = true;
  const again = { place, expected: expectedAfter(written, expected) };
  return whileAsPlanned(again, scene, async ({ version }) => {
    await apply(version);
    return 'done';
  });
}

/** Most changes need no look: the precondition of the write says all. */
function needsLook(change: Change, { body }: DesiredResource, { leaveTo }: WriteScene): boolean {
  const scales = readField(body, 'spec', 'replicas') !== undefined;
  const namesReplicas = change.fields.some(({ path }) => path[1] === 'replicas');
  return (
    change.action === 'take-over' ||
    leaveTo.length > 0 ||
    (scales && !namesReplicas) ||
    mayTake(change, body) ||
    hasEmptyPart(body)
  );
}

interface MakingOurs {
  readonly place: ObjectPlace;
  readonly scene: WriteScene;
  readonly progress: Progress;
}

/** The object with its new owners; `undefined` when there was nothing to move. */
async function makeOurs(
  change: Change,
  sides: { readonly body: JsonObject; readonly observed: JsonObject },
  { place, scene, progress }: MakingOurs,
): Promise<JsonObject | undefined> {
  const { client, fieldManager, signal } = scene;
  const { observed } = sides;
  const whole = change.action === 'take-over' ? isFormerManager : () => false;
  const taken = takenFields(change, sides, scene);
  const former = uniteAll(listOwners(observed).filter(whole));
  const { patch, dropped } = dropByPatch(uniteFields(taken, leavesOf(former)), sides);
  const managedFields = moveOwnership(observed, {
    ...{ whole, fields: taken, dropped, fieldManager },
    apiVersion: readText(observed, 'apiVersion') ?? '',
  });
  if (!managedFields) return undefined;
  const { resourceVersion } = versionOf(observed);
  const write = { ...patch, metadata: { managedFields, resourceVersion } };
  const moved = await client.mergePatch(place, write, { fieldManager, dryRun: false, signal });
  progress.begun = true;
  return moved;
}
