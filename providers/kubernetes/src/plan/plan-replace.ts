/** Plans that an object goes and comes again. */
import { type JsonObject, readObject } from '@trueup/diagnostics';
import type { Change, DesiredResource, FieldChange, ObservedResource } from '@trueup/provider-sdk';

import { listOwners } from '../fields/field-owners.ts';
import { uniteAll } from '../fields/unite-owners.ts';
import { KubernetesApiError } from '../kubernetes-client.ts';
import { compareStates, predictStates } from './compare-objects.ts';
import { deleteHazards, protectionOf } from './hazards.ts';
import { nothingPlanned, type Planned, type PlanScene, stepOf } from './plan-scene.ts';

/**
 * The object as it would be if it did not exist yet; `undefined` when the server would not have it.
 * Told by a dry run under another name: what is wrong in itself must not go for something that
 * cannot come.
 */
export async function askAnew(
  { id, body }: DesiredResource,
  { status }: KubernetesApiError,
  { client, fieldManager, placeOf, signal }: PlanScene,
): Promise<JsonObject | undefined> {
  const place = status === 422 ? await placeOf(id, body) : undefined;
  if (!place) return undefined;
  // Short enough for kinds whose names are labels.
  const name = `${place.name.slice(0, 40).replace(/[^a-z0-9]+$/, '')}-trueup-anew`;
  const metadata = { ...readObject(body, 'metadata'), name };
  const options = { fieldManager, dryRun: true, onlyIf: 'absent', signal } as const;
  try {
    const answer = await client.apply({ ...place, name }, { ...body, metadata }, options);
    return { ...answer, metadata: { ...readObject(answer, 'metadata'), name: place.name } };
  } catch (error) {
    if (error instanceof KubernetesApiError) return undefined;
    throw error;
  }
}

/** Also for an object that is going already, by somebody else's will; then its fields are predicted. */
export function planReplace(
  desired: DesiredResource,
  observed: ObservedResource,
  scene: PlanScene,
  fields: readonly FieldChange[] = predictStates(observed.body, { ...scene, desired }),
): Planned {
  const protection = protectionOf(observed.body, scene.stack);
  const change: Change = {
    ...stepOf(desired),
    action: 'replace',
    fields,
    hazards: ['recreates', ...deleteHazards(observed.body)],
    confidence: 'predicted',
    version: observed.version,
    ...(protection !== undefined && { protection }),
  };
  return { ...nothingPlanned, changes: [change] };
}

/** What a replace changes: all that anybody set goes with the object, unless it is asked for. */
export function compareAnew(
  desired: DesiredResource,
  observed: JsonObject,
  scene: PlanScene,
  answer: JsonObject,
): readonly FieldChange[] {
  const removed = uniteAll(listOwners(observed));
  return compareStates({ observed, answer, removed }, { ...scene, desired });
}
