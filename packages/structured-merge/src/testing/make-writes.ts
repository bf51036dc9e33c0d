/** Random writes, each with what it should have come to when the server has answered. */
import { isJsonList, isJsonObject, type Json, type JsonObject } from '@trueup/diagnostics';

import type { ElementPath } from '../fields/field-set.ts';
import { applyObject } from '../managed/apply-object.ts';
import { isApplied } from '../managed/is-applied.ts';
import { keepTimes } from '../managed/keep-times.ts';
import { managedFieldsOf, withoutManagedFields } from '../managed/managed-fields.ts';
import { fromScaleEntries, toScaleEntries } from '../managed/scale-owners.ts';
import { updateObject } from '../managed/update-object.ts';
import { isSameJson } from '../values/compare-json.ts';
import type { Answer, Call } from './api-server.ts';
import {
  checkRefused,
  compareApply,
  compareOwners,
  hasSameOwners,
  isZero,
} from './compare-answers.ts';
import type { Dice } from './dice.ts';
import {
  apiVersionOf,
  asObject,
  atVersion,
  bodyOf,
  isCustom,
  memberObject,
  type Place,
  placeOf,
  type Sequence,
  type Tally,
  urlOf,
} from './sequence.ts';
import type { Subject } from './subjects.ts';

export interface Write {
  readonly call: Call;
  readonly check: (answer: Answer, tally: Tally) => readonly string[];
}

export function makeWrite(sequence: Sequence, observed: JsonObject | undefined): Write {
  const { dice } = sequence;
  if (!observed) return dice.chance(60) ? makeApply(sequence, observed) : makeCreate(sequence);
  if (dice.chance(60)) return makeApply(sequence, observed);
  if (sequence.subject.isScaled && dice.chance(10)) return makeScale(sequence, observed);
  return dice.chance(50) ? makePut(sequence, observed) : makeMergePatch(sequence, observed);
}

interface Generated extends Place {
  readonly body: JsonObject;
}

function generate({ subject, dice }: Sequence, observed: JsonObject | undefined): Generated {
  const version = dice.pick(subject.versions);
  const { generateStatus } = subject;
  if (observed && generateStatus && dice.chance(15)) {
    return { ...placeOf(subject, 'status', version), body: { status: generateStatus(dice) } };
  }
  return { ...placeOf(subject, '', version), body: subject.generate(dice) };
}

/** Sometimes the very same again, so that nothing changes. */
export function makeApply(sequence: Sequence, observed: JsonObject | undefined): Write {
  const { dice, managers } = sequence;
  const place = generate(sequence, observed);
  const applied = bodyOf(sequence, place.version, place.body);
  return applyAs(sequence, observed, {
    ...place,
    applied,
    manager: dice.pick(managers),
    force: dice.chance(50),
  });
}

interface Application extends Place {
  readonly applied: JsonObject;
  readonly manager: string;
  readonly force: boolean;
}

function applyAs(
  sequence: Sequence,
  before: JsonObject | undefined,
  { applied, manager, force, ...place }: Application,
): Write {
  const { subject, schema } = sequence;
  const { subresource, resetFields, version } = place;
  const observed = before && atVersion(before, subject, version);
  const apiVersion = apiVersionOf(subject, version);
  const context = { applied, manager, apiVersion, schema, subresource, resetFields };
  const call: Call = {
    method: 'PATCH',
    path: `${urlOf(sequence, place)}?fieldManager=${manager}&force=${force}`,
    body: applied,
    type: 'application/apply-patch+yaml',
  };
  const check = (answer: Answer, tally: Tally): readonly string[] => {
    const target = observed && { observed };
    const result = applyObject({ ...context, ...target, force, now: answer.at });
    return [
      ...compareApply({ sequence, result, answer, tally }),
      ...(observed ? checkForeseen(isApplied({ ...context, observed }), observed, answer) : []),
    ];
  };
  return { call, check };
}

/** What was expected to change nothing changes at most the times of entries, and their order. */
function checkForeseen(isSame: boolean, observed: JsonObject, answer: Answer): readonly string[] {
  if (!isSame || isUnchanged(observed, answer)) return [];
  return [`expected to change nothing, answered with ${answer.status}`];
}

function isUnchanged(observed: JsonObject, { status, body }: Answer): boolean {
  const [before, after] = [observed, body].map((object) => withoutVersion(object));
  return (
    status === 200 && isSameJson(before ?? null, after ?? null) && hasSameOwners(observed, body)
  );
}

function withoutVersion(object: JsonObject): JsonObject {
  const {
    resourceVersion: _version,
    managedFields: _owners,
    ...metadata
  } = memberObject(object, 'metadata');
  return { ...object, metadata };
}

/** The same configuration a second time changes nothing, whether that is foreseen or not. */
export function repeatApply(sequence: Sequence, first: Write, answer: Answer): Write | undefined {
  const { call } = first;
  if (call.type !== 'application/apply-patch+yaml' || answer.status >= 300) return undefined;
  const query = new URL(call.path, 'https://server').searchParams;
  const manager = query.get('fieldManager') ?? '';
  const { apiVersion: written } = asObject(call.body);
  const version = typeof written === 'string' ? written.replace(/^.*\//, '') : '';
  const subresource = call.path.includes('/status?') ? 'status' : '';
  const place = placeOf(sequence.subject, subresource, version);
  const applied = asObject(call.body);
  const observed = answer.body;
  const apiVersion = apiVersionOf(sequence.subject, version);
  const context = { applied, manager, apiVersion, schema: sequence.schema, ...place };
  const isForeseen = isApplied({ ...context, observed });
  const again = applyAs(sequence, observed, { ...place, applied, manager, force: false });
  const check = (second: Answer, tally: Tally): readonly string[] => {
    if (isUnchanged(observed, second)) tally[isForeseen ? 'unchanged' : 'unforeseen'] += 1;
    return again.check(second, tally);
  };
  return { call: again.call, check };
}

function makeCreate(sequence: Sequence): Write {
  const { subject, dice } = sequence;
  const place = placeOf(subject, '', dice.pick(subject.versions));
  const body = bodyOf(sequence, place.version, subject.generate(dice));
  const path = urlOf(sequence, place).replace(/\/[^/]*$/, '');
  return makeUpdate(sequence, undefined, { ...place, call: { method: 'POST', path, body } });
}

/** Replaces some parts of the object by parts of another one. */
function makePut(sequence: Sequence, observed: JsonObject): Write {
  const { dice, subject } = sequence;
  const place = generate(sequence, observed);
  const body = mix(dice, atVersion(observed, subject, place.version), place.body);
  const metadata = { ...memberObject(body, 'metadata'), ...identityOf(observed) };
  const put = { ...body, metadata: { ...metadata, ...editOwners(dice, observed) } };
  const call: Call = { method: 'PUT', path: urlOf(sequence, place), body: put };
  return makeUpdate(sequence, observed, { ...place, call });
}

function identityOf(observed: JsonObject): JsonObject {
  const metadata = memberObject(observed, 'metadata');
  const names = ['name', 'namespace', 'uid', 'resourceVersion', 'managedFields'];
  return Object.fromEntries(
    names.flatMap((name) => (metadata[name] === undefined ? [] : [[name, metadata[name]]])),
  );
}

/** A client may clear the owners, or take some of them away. */
function editOwners(dice: Dice, observed: JsonObject): JsonObject {
  if (dice.chance(4)) return { managedFields: dice.pick<Json>([[], [{}]]) };
  const entries = managedFieldsOf(observed);
  if (!dice.chance(4) || !isJsonList(entries)) return {};
  return { managedFields: entries.filter(() => dice.chance(70)) };
}

function mix(dice: Dice, old: JsonObject, young: JsonObject): JsonObject {
  const mixed: Record<string, Json> = { ...old };
  for (const [name, value] of Object.entries(young)) {
    const known = mixed[name];
    if (isJsonObject(known) && isJsonObject(value) && dice.chance(70)) {
      mixed[name] = mix(dice, known, value);
    } else if (dice.chance(50)) mixed[name] = value;
    else if (dice.chance(30) && name !== 'selector' && name !== 'template') delete mixed[name];
  }
  return mixed;
}

function makeMergePatch(sequence: Sequence, observed: JsonObject): Write {
  const { dice } = sequence;
  const place = generate(sequence, observed);
  const body = dice.chance(20) ? nullSome(dice, place.body) : place.body;
  const path = urlOf(sequence, place);
  const call: Call = { method: 'PATCH', path, body, type: 'application/merge-patch+json' };
  return makeUpdate(sequence, observed, { ...place, call });
}

function nullSome(dice: Dice, body: JsonObject): JsonObject {
  const entries = Object.entries(body).map(([name, value]): [string, Json] => {
    if (dice.chance(20) && name !== 'metadata' && name !== 'spec') return [name, null];
    return [name, isJsonObject(value) ? nullSome(dice, value) : value];
  });
  return Object.fromEntries(entries);
}

interface Update extends Place {
  readonly call: Call;
}

function makeUpdate(
  sequence: Sequence,
  observed: JsonObject | undefined,
  { call, subresource, version, resetFields }: Update,
): Write {
  const { dice, subject, schema, managers } = sequence;
  const manager = dice.pick(managers);
  const apiVersion = apiVersionOf(subject, version);
  const sent = managedFieldsOf(asObject(call.body));
  const check = (answer: Answer, tally: Tally): readonly string[] => {
    if (answer.status >= 400) return checkRefused(answer, tally);
    tally.updated += 1;
    const written = withoutManagedFields(asRecorded(subject, call, answer.body));
    // Custom resources pass through the Go type of their metadata, which knows no empty list.
    const isSent = sent !== undefined && !(isCustom(subject) && isZero(sent));
    const ours = updateObject({
      after: isSent ? withEntries(written, sent) : written,
      ...(observed && { before: atVersion(observed, subject, version) }),
      ...{ manager, apiVersion, schema, subresource, resetFields, now: answer.at },
    });
    return compareOwners(ours, answer.body);
  };
  return { call: { ...call, path: `${call.path}?fieldManager=${manager}` }, check };
}

function withEntries(object: JsonObject, managedFields: Json): JsonObject {
  return { ...object, metadata: { ...memberObject(object, 'metadata'), managedFields } };
}

const allocated = ['clusterIP', 'clusterIPs', 'ipFamilies', 'ipFamilyPolicy'];

/** Without what the server allocates, or keeps, after it has recorded the owners. */
function asRecorded(subject: Subject, call: Call, stored: JsonObject): JsonObject {
  const { spec } = stored;
  const isSaidInFull = call.method === 'PUT' || call.method === 'POST';
  if (subject.kind.kind !== 'Service' || !isJsonObject(spec) || !isSaidInFull) return stored;
  const said = memberObject(asObject(call.body), 'spec');
  const entries = Object.entries(spec).filter(
    ([name]) => !allocated.includes(name) || Object.hasOwn(said, name),
  );
  return { ...stored, spec: Object.fromEntries(entries) };
}

const replicas: ElementPath = ['f:spec', 'f:replicas'];

/** By the scale subresource: its owners are told by reading the resource again. */
function makeScale(sequence: Sequence, observed: JsonObject): Write {
  const { dice, subject, managers } = sequence;
  const manager = dice.pick(managers);
  const place = placeOf(subject, 'scale', dice.pick(subject.versions));
  const { name, namespace } = sequence;
  const body = {
    apiVersion: 'autoscaling/v1',
    kind: 'Scale',
    metadata: { name, namespace },
    spec: { replicas: dice.below(3) },
  };
  const path = `${urlOf(sequence, place)}?fieldManager=${manager}`;
  const call: Call = { method: 'PUT', path, body };
  const check = (answer: Answer, tally: Tally): readonly string[] => {
    if (answer.status >= 400) return checkRefused(answer, tally);
    tally.scaled += 1;
    const entries = scaleOwners(sequence, observed, { answer, manager, version: place.version });
    return compareOwners(withEntries({}, entries), answer.body);
  };
  return { call, check };
}

interface Scaling {
  readonly answer: Answer;
  readonly manager: string;
  readonly version: string;
}

/** The owners of the resource after its Scale, which is an object of its own, was updated. */
function scaleOwners(
  { subject, schema }: Sequence,
  observed: JsonObject,
  { answer, manager, version }: Scaling,
): Json {
  const apiVersion = apiVersionOf(subject, version);
  const paths = new Map(subject.versions.map((each) => [apiVersionOf(subject, each), replicas]));
  const parentEntries = managedFieldsOf(observed);
  const scale = (object: JsonObject, entries: Json | undefined): JsonObject => ({
    apiVersion: 'autoscaling/v1',
    kind: 'Scale',
    metadata: { ...(entries !== undefined && { managedFields: entries }) },
    // Go leaves a zero out.
    spec: pickNonZero(memberObject(object, 'spec')['replicas']),
  });
  const before = scale(observed, toScaleEntries(parentEntries, paths).map(asJson));
  const after = updateObject({
    before,
    after: scale(answer.body, undefined),
    ...{ manager, apiVersion: 'autoscaling/v1', schema, subresource: 'scale', now: answer.at },
  });
  const scaleEntries = managedFieldsOf(after);
  const written = fromScaleEntries({ parentEntries, scaleEntries, apiVersion, paths }).map(asJson);
  const isScaled =
    before['spec'] !== undefined && !isSameJson(before['spec'], after['spec'] ?? null);
  // Nothing is written where it has as many replicas already.
  const kept = isScaled ? undefined : keepTimes(observed, withEntries(observed, written));
  return (kept && managedFieldsOf(kept)) ?? written;
}

function pickNonZero(count: Json | undefined): JsonObject {
  return count === undefined || count === 0 ? {} : { replicas: count };
}

function asJson(entry: object): Json {
  return { ...entry } as JsonObject;
}
