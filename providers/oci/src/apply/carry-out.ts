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
import { digestIn, parseTagId } from '../observe/tag-place.ts';
import type { Asking, OciClient, TagReference } from '../oci-client.ts';
import { type Wanted, wantedOf } from '../plan/packed-body.ts';
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
  const { client, asking } = scene;
  const place = placeOf(change, scene);
  const early = await look(change, scene, place);
  if (early === 'moved') return early;
  const wanted = wantedBy(change, scene);
  if (early === 'done' && !(await lacksSignature(wanted, place, scene))) return early;
  if (wanted) {
    await bring(change, wanted, scene);
    if (early) return early;
    const late = await look(change, scene, place);
    if (late) return late;
  }
  step.isSent = true;
  if (wanted) await client.point(place, wanted.digest, asking);
  else await client.remove(place, asking);
  return 'done';
}

/** Signed before a tag points at it, so that nobody who asks for a signature finds it without. */
async function bring({ id }: Change, wanted: Wanted, scene: WriteScene): Promise<void> {
  const { client, asking, emit, settings } = scene;
  const { host, repository } = placeOf({ id }, scene);
  const to = { host, repository };
  if (wanted.kind === 'copy') {
    emit({ kind: 'progress', id, message: `${id}: its image is copied` });
    await client.copy({ ...wanted.order, digest: wanted.digest, to }, asking);
    return;
  }
  emit({ kind: 'progress', id, message: `${id}: its content is pushed` });
  await client.push({ to, artifact: wanted.artifact }, asking);
  if (!wanted.signed) return;
  const { signingKey } = settings;
  if (!signingKey) {
    throw new StalledError('OCI_NOT_PREPARED', `${id}: the target has no key to sign with`, id);
  }
  await client.sign({ ...to, digest: wanted.digest }, signingKey, asking);
}

async function lacksSignature(
  wanted: Wanted | undefined,
  { host, repository }: TagReference,
  { client, asking, settings: { signingKey } }: WriteScene,
): Promise<boolean> {
  if (wanted?.kind !== 'push' || !wanted.signed || !signingKey) return false;
  const { digest } = wanted;
  return !(await client.isSigned({ host, repository, digest }, signingKey, asking));
}

/** What there is to be said without writing; `undefined` when the tag is as it was planned from. */
async function look(
  change: Change,
  { client, asking, ...scene }: WriteScene,
  place: TagReference,
): Promise<Written | undefined> {
  const now = (await client.head(place, asking))?.digest;
  if (now === wantedBy(change, scene)?.digest) return 'done';
  const { version } = change;
  return now === (version && digestIn(version)) ? undefined : 'moved';
}

async function hasHappened(change: Change, scene: WriteScene): Promise<boolean> {
  const { client, asking } = scene;
  try {
    const now = await client.head(placeOf(change, scene), asking);
    return now?.digest === wantedBy(change, scene)?.digest;
  } catch (error) {
    asking.signal.throwIfAborted();
    if (error instanceof OperationError) return false;
    throw error;
  }
}

/** `undefined` where there is to be nothing. */
function wantedBy(
  { id, action }: Change,
  { desired }: Pick<WriteScene, 'desired'>,
): Wanted | undefined {
  if (action === 'delete') return undefined;
  const found = desired.get(id);
  if (found) return wantedOf(found);
  throw new StalledError('OCI_NOT_PREPARED', `${id}: nothing describes it any more`, id);
}

function placeOf({ id }: Pick<Change, 'id'>, { settings }: WriteScene): TagReference {
  const place = parseTagId(id, settings);
  if (place) return place;
  throw new StalledError('OCI_NOT_PREPARED', `${id}: is no tag of this target`, id);
}
