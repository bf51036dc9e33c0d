/**
 * Plans an object that exists. Whether there is anything to do is decided here as long as that is
 * safe; the rest is the server's own dry run.
 */
import { hash } from 'node:crypto';

import { formatJson, type JsonObject, readField, readText, toFailure } from '@trueup/diagnostics';
import type {
  Change,
  DesiredResource,
  FieldChange,
  ForeignField,
  ObservedResource,
} from '@trueup/provider-sdk';
import { isEmptyFieldSet, readPathElement, toFieldPath } from '@trueup/structured-merge/fields';
import { hasMoved } from '../apply/has-moved.ts';
import type { ServerWarning } from '../client/parse-warnings.ts';
import { valueAt } from '../fields/field-owners.ts';
import { type ForeignAddition, findForeign } from '../fields/foreign-fields.ts';
import { leaveFields } from '../fields/leave-fields.ts';
import { matchesApplied } from '../fields/matches-applied.ts';
import { removeFields } from '../fields/remove-fields.ts';
import { KubernetesApiError, type ObjectPlace } from '../kubernetes-client.ts';
import { ownerLabel, stackAnnotation, whoseIs } from '../marks/marks.ts';
import { parseVersion } from '../schema.ts';
import { toOperationError } from '../translate-errors.ts';
import { compareStates, predictStates } from './compare-objects.ts';
import { digestContent } from './declared-part.ts';
import { findRemovals, withoutOwners } from './find-removals.ts';
import { mayReplace, updateHazards } from './hazards.ts';
import { findLeftOut, putBack } from './left-out.ts';
import { planRefused } from './plan-refused.ts';
import { askAnew, compareAnew, planReplace } from './plan-replace.ts';
import {
  complainAbout,
  gapAt,
  nothingPlanned,
  type Planned,
  type PlanScene,
  stepOf,
} from './plan-scene.ts';
import type { Remembered } from './remember-answers.ts';
import { sensitiveFields } from './sensitive-fields.ts';
import { warnAbout } from './warn-about.ts';

/** `moved` when the object is not as observed any more, which is only told where it `mayMove`. */
export async function planExisting(
  desired: DesiredResource,
  observed: ObservedResource,
  scene: PlanScene,
  mayMove: boolean,
): Promise<Planned | 'moved'> {
  const owner = whoseIs(observed.body, scene.stack);
  if (owner === 'other') {
    return complainAbout(desired, ownedByOther(observed.body));
  }
  if (readText(observed.body, 'metadata', 'deletionTimestamp') !== undefined) {
    return planReplace(desired, observed, scene);
  }
  const body = await bodyToApply(desired.body, observed, desired.id, scene);
  const additions =
    scene.foreign === 'ignore' ? [] : findForeign(observed.body, scene.fieldManager, scene.leaveTo);
  const asking: Asking = { desired: { ...desired, body }, observed, additions, scene };
  const planned = await planWrite(asking, mayMove);
  if (planned === 'moved') return planned;
  const reported = scene.foreign === 'report' ? additions : [];
  return { ...planned, foreign: reported.map((one) => toForeignField(one, asking)) };
}

/** The name in the annotation is anybody's text: said only where it may be one. */
function ownedByOther(body: JsonObject): Parameters<typeof complainAbout>[1] {
  const name = readText(body, 'metadata', 'annotations', stackAnnotation) ?? '';
  const whose = /^[\w./-]{1,200}$/.test(name) ? `, of \`${name}\`` : '';
  const what = `it belongs to another stack by its mark \`${ownerLabel}\`${whose}`;
  const advice = [
    'Remove it from one of the stacks; name the old one under `formerly` if it was renamed.',
    `What another installation or \`trueup apply FOLDER\` has brought is free to be taken over without its mark: \`kubectl label KIND NAME ${ownerLabel}-\`.`,
  ].join(' ');
  return { code: 'KUBERNETES_OWNED_BY_OTHER', what, advice };
}

/** What is applied once others have what is theirs. */
export async function bodyToApply(
  desired: JsonObject,
  observed: ObservedResource,
  id: DesiredResource['id'],
  { isScaled, leaveTo, fieldManager }: Pick<PlanScene, 'isScaled' | 'leaveTo' | 'fieldManager'>,
): Promise<JsonObject> {
  const wanted = readField(desired, 'spec', 'replicas');
  const found = readField(observed.body, 'spec', 'replicas');
  const scaled =
    wanted !== undefined && found !== undefined && wanted !== found && (await isScaled(id));
  if (!scaled && leaveTo.length === 0) return desired;
  return leaveFields(desired, observed.body, { scaled, leaveTo, fieldManager });
}

interface Asking {
  readonly desired: DesiredResource;
  readonly observed: ObservedResource;
  readonly additions: readonly ForeignAddition[];
  readonly scene: PlanScene;
}

async function planWrite(asking: Asking, mayMove: boolean): Promise<Planned | 'moved'> {
  const { desired, observed, additions, scene } = asking;
  const isOurs = whoseIs(observed.body, scene.stack) === 'ours';
  const removes = scene.foreign === 'remove' && additions.length > 0;
  if (isOurs && !removes && matchesApplied(desired.body, observed.body, scene.fieldManager)) {
    return settled(asking, { action: 'none', fields: [], hazards: [], confidence: 'certain' });
  }
  const question = questionOf(asking);
  const known = scene.memory.get(question);
  if (known) return settled(asking, known);
  try {
    const answer = await ask(asking);
    scene.memory.set(question, answer);
    return settled(asking, answer);
  } catch (error) {
    if (!(error instanceof KubernetesApiError)) throw error;
    if (mayMove && hasMoved(error)) return 'moved';
    return refusedWrite(asking, error);
  }
}

function settled({ desired, observed }: Asking, remembered: Remembered): Planned {
  const { warnings = [], ...answer } = remembered;
  // Nothing is written, hence on no condition.
  const version = answer.action === 'none' ? {} : { version: observed.version };
  const change: Change = { ...stepOf(desired), ...answer, ...version };
  return warnAbout(desired, warnings, { ...nothingPlanned, changes: [change] });
}

function questionOf({ desired, observed, scene }: Asking): string {
  const asked = hash('sha256', formatJson(desired.body)).slice(0, 32);
  const { owner, formerOwners } = scene.stack;
  return [
    desired.id,
    asked,
    digestContent(observed.body),
    scene.foreign,
    owner,
    ...formerOwners,
  ].join(' ');
}

async function ask(asking: Asking): Promise<Remembered> {
  const { desired, observed, scene } = asking;
  const { client, fieldManager, signal } = scene;
  const place = await scene.placeOf(desired.id, desired.body);
  if (!place) throw new KubernetesApiError(404, 'NotFound', [], { traits: ['kind-unknown'] });
  const before = await inVersionOf(desired, observed, scene);
  const { uid, resourceVersion } = parseVersion(observed.version);
  const dryRun = { fieldManager, dryRun: true, signal };
  // Not on the condition of its version: a controller that reports its status all the time would
  // never let us come to an answer.
  const warnings: ServerWarning[] = [];
  const onWarning = (warning: ServerWarning): number => warnings.push(warning);
  const asked = { ...dryRun, onlyIf: { uid }, onWarning };
  const applied = await client.apply(place, desired.body, asked);
  if (readText(applied, 'metadata', 'resourceVersion') !== resourceVersion) {
    await checkContent(asking, place);
  }
  const takesOver = whoseIs(observed.body, scene.stack) === 'nobody';
  const removed = findRemovals(before, applied, {
    desired: desired.body,
    takesOver,
    // By those who own what after the apply: what we give up here, others may own as well.
    additions: scene.foreign === 'remove' ? findForeign(applied, fieldManager, scene.leaveTo) : [],
    fieldManager,
  });
  const put = (body: JsonObject): Promise<JsonObject> =>
    client.replace(place, withoutOwners(body), dryRun);
  const kept = isEmptyFieldSet(removed) ? applied : await put(removeFields(applied, removed));
  const leftOut = findLeftOut(desired.body, { before, answer: kept });
  const answer = leftOut.length > 0 ? await put(putBack(kept, desired.body, leftOut)) : kept;
  const fields = compareStates(
    { observed: before, answer, applied, removed },
    { ...scene, desired },
  );
  return {
    action: actionOf(fields, takesOver),
    fields,
    hazards: updateHazards(before, fields),
    confidence: 'certain',
    warnings,
  };
}

/** @throws KubernetesApiError `Conflict` when more than a report of status came in between. */
async function checkContent({ observed, scene }: Asking, place: ObjectPlace): Promise<void> {
  const { content, kindVersion } = parseVersion(observed.version);
  const { client, signal } = scene;
  const found = await client.get({ ...place, version: kindVersion || place.version }, signal);
  if (!found || digestContent(found) !== content) throw new KubernetesApiError(409, 'Conflict');
}

function actionOf(fields: readonly FieldChange[], takesOver: boolean): Change['action'] {
  if (takesOver) return 'take-over';
  return fields.every(({ generated }) => generated) ? 'none' : 'update';
}

/** Two versions of a kind call the same fields by other names. */
async function inVersionOf(
  desired: DesiredResource,
  observed: ObservedResource,
  { client, placeOf, signal }: PlanScene,
): Promise<JsonObject> {
  if (desired.body['apiVersion'] === observed.body['apiVersion']) return observed.body;
  const place = await placeOf(desired.id, desired.body);
  const found = place && (await client.get(place, signal));
  return found ?? observed.body;
}

async function refusedWrite(asking: Asking, error: KubernetesApiError): Promise<Planned> {
  const { desired, observed, scene } = asking;
  if (error.has('dry-run-unsupported') || (error.has('webhook') && error.status >= 500)) {
    const why = 'an admission webhook takes no part in dry runs, so what it would do is not known';
    const fields = predictStates(observed.body, { ...scene, desired });
    const hazards = updateHazards(observed.body, fields);
    const takesOver = whoseIs(observed.body, scene.stack) === 'nobody';
    const action = actionOf(fields, takesOver);
    const planned = settled(asking, { action, fields, hazards, confidence: 'predicted' });
    return { ...planned, gaps: [gapAt(desired.id, 'partial', why)] };
  }
  const settles = await settleRefused(asking, error);
  if (settles) return settles;
  if (isAwaitingDefinition(desired, error, scene)) {
    const fields = predictStates(observed.body, { ...scene, desired });
    const hazards = updateHazards(observed.body, fields);
    const planned = settled(asking, { action: 'update', fields, hazards, confidence: 'deferred' });
    return { ...planned, gaps: [gapAt(desired.id, 'deferred', 'its kind is defined anew first')] };
  }
  return planRefused(desired, error);
}

/** Where the object may go and come again, or would come again as it is. */
async function settleRefused(
  asking: Asking,
  error: KubernetesApiError,
): Promise<Planned | undefined> {
  const { desired, observed, scene } = asking;
  const replaces = mayReplace(desired.body);
  const anew =
    replaces || error.has('immutable') ? await askAnew(desired, error, scene) : undefined;
  if (!anew) return undefined;
  const before = await inVersionOf(desired, observed, scene);
  const fields = compareAnew(desired, before, scene, anew);
  // Some servers take an empty map for another one than none, and refuse to change it.
  if (whoseIs(before, scene.stack) === 'ours' && fields.every(({ generated }) => generated)) {
    return settled(asking, { action: 'none', fields, hazards: [], confidence: 'predicted' });
  }
  return replaces ? planReplace(desired, { ...observed, body: before }, scene, fields) : undefined;
}

/** The stack changes the definition as well: what is refused today may be right tomorrow. */
function isAwaitingDefinition(
  { dependsOn }: DesiredResource,
  error: KubernetesApiError,
  { comingState }: PlanScene,
): boolean {
  const { family } = toFailure(toOperationError(undefined, error));
  return family === 'stalled' && dependsOn.some((id) => comingState(id) !== undefined);
}

function toForeignField(
  { path, writer }: ForeignAddition,
  { desired, observed, scene }: Asking,
): ForeignField {
  const steps = toFieldPath(path.map(readPathElement));
  const value = valueAt(observed.body, path.slice(0, steps.length)) ?? null;
  const sensitive = sensitiveFields(desired.id, [desired.body, observed.body])(steps);
  const { id } = desired;
  const shown = sensitive ? scene.seal(value, { id, path: steps }) : value;
  return { id, path: steps, observed: shown, sensitive, writer };
}
