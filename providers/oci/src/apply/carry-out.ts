/**
 * Carries out one change, and says truthfully how it ended.
 *
 * A1. Registries cannot compare and swap: the last look at a tag is taken right before it is written,
 *     after everything was copied. Whoever moves it in between is written over.
 * A2. A write without an answer is in doubt, unless a look shows that it happened.
 * A3. Content that was copied for a tag that could not be moved stays, without a name.
 */
import { OperationError, StalledError, toFailure } from '@trueup/diagnostics';
import type { Change, DesiredResource, Outcome, ResourceId } from '@trueup/provider-sdk';
import { parseTagId } from '../observe/tag-place.ts';
import type { Asking, OciClient, TagReference } from '../oci-client.ts';
import { sourceOf } from '../plan/plan-stack.ts';
import type { TargetSettings } from '../schema.ts';
import { isWithoutEffect } from '../translate-errors.ts';

export interface WriteScene {
  readonly client: OciClient;
  readonly asking: Asking;
  readonly settings: TargetSettings;
  readonly desired: ReadonlyMap<ResourceId, DesiredResource>;
  readonly emit: (outcome: Outcome) => void;
}

export async function carryOut(change: Change, scene: WriteScene): Promise<Outcome> {
  const { id, action } = change;
  const { signal } = scene.asking;
  signal.throwIfAborted();
  if (action === 'none') return { kind: 'done', id };
  const step: Step = { isSent: false };
  try {
    const kind = await write(change, scene, step);
    return { kind, id };
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof OperationError)) throw error;
    const failure = toFailure(error);
    if (!step.isSent || isWithoutEffect(error)) return { kind: 'failed', id, failure };
    const isDone = await hasHappened(change, scene);
    return isDone ? { kind: 'done', id } : { kind: 'in-doubt', id, failure };
  }
}

interface Step {
  isSent: boolean;
}

type Written = 'done' | 'moved';

async function write(change: Change, scene: WriteScene, step: Step): Promise<Written> {
  const { client, asking, emit } = scene;
  const { id } = change;
  const place = placeOf(change, scene);
  const wanted = wantedOf(change, scene);
  const early = await look(change, scene, place);
  if (early) return early;
  const desired = scene.desired.get(id);
  if (wanted !== undefined && desired) {
    emit({ kind: 'progress', id, message: `${id}: its image is copied` });
    const { host, repository } = place;
    await client.copy({ from: sourceOf(desired), to: { host, repository } }, asking);
    const late = await look(change, scene, place);
    if (late) return late;
  }
  step.isSent = true;
  if (wanted === undefined) await client.remove(place, asking);
  else await client.point(place, wanted, asking);
  return 'done';
}

/** What there is to be said without writing; `undefined` when the tag is as it was planned from. */
async function look(
  change: Change,
  { client, asking, ...scene }: WriteScene,
  place: TagReference,
): Promise<Written | undefined> {
  const now = (await client.head(place, asking))?.digest;
  if (now === wantedOf(change, scene)) return 'done';
  return now === change.version ? undefined : 'moved';
}

async function hasHappened(change: Change, scene: WriteScene): Promise<boolean> {
  const { client, asking } = scene;
  try {
    const now = await client.head(placeOf(change, scene), asking);
    return now?.digest === wantedOf(change, scene);
  } catch (error) {
    asking.signal.throwIfAborted();
    if (error instanceof OperationError) return false;
    throw error;
  }
}

/** `undefined` where there is to be nothing. */
function wantedOf(
  { id, action }: Change,
  { desired }: Pick<WriteScene, 'desired'>,
): string | undefined {
  if (action === 'delete') return undefined;
  const found = desired.get(id);
  if (found) return sourceOf(found).digest;
  throw new StalledError('OCI_NOT_PREPARED', `${id}: nothing describes it any more`, id);
}

function placeOf({ id }: Change, { settings }: WriteScene): TagReference {
  const place = parseTagId(id, settings);
  if (place) return place;
  throw new StalledError('OCI_NOT_PREPARED', `${id}: is no tag of this target`, id);
}
