/**
 * Plays a random sequence of writes on one object against a real API server, and computes each
 * write here too, from the object as the server had it before. Both have to agree about values,
 * owners, conflicts and refusals.
 */
import { isJsonList, isJsonObject, type Json, type JsonObject } from '@trueup/diagnostics';

import { fieldSetOf } from '../fields/field-set.ts';
import { formatServerPath } from '../fields/path-element.ts';
import { type ApplyResult, applyObject } from '../managed/apply-object.ts';
import { managedFieldsOf, withoutManagedFields } from '../managed/managed-fields.ts';
import { updateObject } from '../managed/update-object.ts';
import { canonicaliseObject } from '../quantity/canonicalise.ts';
import type { TypeSchema } from '../schema/type-schema.ts';
import { isSameJson } from '../values/compare-json.ts';
import { formatGoJson } from '../values/go-json.ts';
import type { Answer, ApiServer, Call } from './api-server.ts';
import type { Dice } from './dice.ts';
import type { Subject } from './subjects.ts';

export interface Sequence {
  readonly server: ApiServer;
  readonly subject: Subject;
  readonly schema: TypeSchema;
  readonly namespace: string;
  readonly name: string;
  readonly dice: Dice;
  readonly steps: number;
}

/** How often each kind of end was seen, so that a run that checked nothing is noticed. */
export type Tally = Record<'applied' | 'conflict' | 'invalid' | 'refused' | 'updated', number>;

/** Resolves to what was found to differ, a line for each; nothing when all agreed. */
export async function checkSequence(sequence: Sequence, tally: Tally): Promise<readonly string[]> {
  let observed: JsonObject | undefined;
  for (let step = 0; step < sequence.steps; step += 1) {
    const write = makeWrite(sequence, observed);
    const answer = await sequence.server.call(write.call);
    const differences = write.check(answer, tally);
    if (differences.length > 0) {
      const history = `${sequence.name} step ${step} ${write.call.method} ${write.call.path}`;
      return [history, JSON.stringify(write.call.body), JSON.stringify(observed), ...differences];
    }
    if (answer.status < 300) observed = answer.body;
  }
  return [];
}

interface Write {
  readonly call: Call;
  readonly check: (answer: Answer, tally: Tally) => readonly string[];
}

const managers = ['ann', 'bob', 'cat', 'kubectl'];

function makeWrite(sequence: Sequence, observed: JsonObject | undefined): Write {
  const { dice } = sequence;
  if (!observed) return dice.chance(60) ? makeApply(sequence, observed) : makeCreate(sequence);
  if (dice.chance(60)) return makeApply(sequence, observed);
  return dice.chance(50) ? makePut(sequence, observed) : makeMergePatch(sequence, observed);
}

function urlOf({ subject, namespace, name }: Sequence, subresource: string): string {
  const object = `/${subject.root}/namespaces/${namespace}/${subject.plural}/${name}`;
  return subresource === '' ? object : `${object}/${subresource}`;
}

function bodyOf({ subject, name, namespace }: Sequence, generated: JsonObject): JsonObject {
  const metadata = isJsonObject(generated['metadata']) ? generated['metadata'] : {};
  return {
    apiVersion: subject.apiVersion,
    kind: subject.kind.kind,
    ...generated,
    metadata: { ...metadata, name, namespace },
  };
}

/** The resource itself or its status, and what cannot be written there. */
function pickPlace({ subject, dice }: Sequence, observed: JsonObject | undefined): Place {
  const { generateStatus, generate } = subject;
  if (observed && generateStatus && dice.chance(15)) {
    const spec = ['f:spec'];
    // What a Deployment's status keeps of labels is a special case of that kind.
    const reset = subject.kind.kind === 'Deployment' ? [spec, ['f:metadata', 'f:labels']] : [spec];
    return {
      subresource: 'status',
      resetFields: fieldSetOf(reset),
      generated: { status: generateStatus(dice) },
    };
  }
  const resetFields = fieldSetOf(generateStatus ? [['f:status']] : []);
  return { subresource: '', resetFields, generated: generate(dice) };
}

interface Place {
  readonly subresource: string;
  readonly resetFields: ReturnType<typeof fieldSetOf>;
  readonly generated: JsonObject;
}

function makeApply(sequence: Sequence, observed: JsonObject | undefined): Write {
  const { dice, subject, schema } = sequence;
  const manager = dice.pick(managers);
  const force = dice.chance(50);
  const { subresource, resetFields, generated } = pickPlace(sequence, observed);
  const applied = bodyOf(sequence, generated);
  const query = `?fieldManager=${manager}&force=${force}`;
  const call: Call = {
    method: 'PATCH',
    path: `${urlOf(sequence, subresource)}${query}`,
    body: applied,
    type: 'application/apply-patch+yaml',
  };
  const { apiVersion } = subject;
  const check = (answer: Answer, tally: Tally): readonly string[] => {
    const result = applyObject({
      applied,
      ...(observed && { observed }),
      ...{ manager, apiVersion, schema, force, subresource, resetFields, now: answer.at },
    });
    return compareApply({ sequence, result, answer, tally });
  };
  return { call, check };
}

interface Applied {
  readonly sequence: Sequence;
  readonly result: ApplyResult;
  readonly answer: Answer;
  readonly tally: Tally;
}

function compareApply({ sequence, result, answer, tally }: Applied): readonly string[] {
  const theirs = conflictsOf(answer);
  if (result.kind === 'conflict' || theirs.length > 0) {
    tally.conflict += 1;
    const conflicts = result.kind === 'conflict' ? result.conflicts : [];
    const ours = conflicts.map(
      ({ manager, elements }) => `${JSON.stringify(manager)} ${formatServerPath(elements)}`,
    );
    return difference('conflicts', ours.sort(), theirs);
  }
  if (result.kind === 'invalid') {
    tally.invalid += 1;
    const told = JSON.stringify(result.problems);
    return answer.status >= 400 ? [] : [`taken by the server, refused here: ${told}`];
  }
  if (answer.status >= 400) return refused(answer, tally);
  tally.applied += 1;
  return [
    ...compareOwners(result.object, answer.body),
    ...compareValues(sequence, result.object, answer.body),
  ];
}

/** Refused for a reason that is none of server-side apply's. */
function refused(answer: Answer, tally: Tally): readonly string[] {
  tally.refused += 1;
  const message = JSON.stringify(answer.body['message'] ?? '');
  return answer.status === 422 ? [] : [`refused by the server with ${answer.status}: ${message}`];
}

function conflictsOf({ body }: Answer): readonly string[] {
  const details = isJsonObject(body['details']) ? body['details'] : {};
  const causes = isJsonList(details['causes']) ? details['causes'] : [];
  return causes
    .filter(isJsonObject)
    .filter((cause) => cause['reason'] === 'FieldManagerConflict')
    .map((cause) => {
      const [, manager = ''] = /^conflict with ("[^"]*")/.exec(String(cause['message'])) ?? [];
      return `${manager} ${String(cause['field'])}`;
    })
    .sort();
}

function makeCreate(sequence: Sequence): Write {
  const body = bodyOf(sequence, sequence.subject.generate(sequence.dice));
  const path = urlOf(sequence, '').replace(/\/[^/]*$/, '');
  return makeUpdate(sequence, undefined, { method: 'POST', path, body });
}

/** Replaces some parts of the object by parts of another one. */
function makePut(sequence: Sequence, observed: JsonObject): Write {
  const { dice } = sequence;
  const { subresource, generated } = pickPlace(sequence, observed);
  const body = mix(dice, observed, generated);
  const metadata = isJsonObject(observed['metadata']) ? observed['metadata'] : {};
  const mixed = isJsonObject(body['metadata']) ? body['metadata'] : {};
  const managed = dice.chance(8) ? { managedFields: dice.pick<Json>([[], [{}]]) } : {};
  const put = { ...body, metadata: { ...mixed, ...identityOf(metadata), ...managed } };
  const path = urlOf(sequence, subresource);
  return makeUpdate(sequence, observed, { method: 'PUT', path, body: put });
}

function identityOf(metadata: JsonObject): JsonObject {
  const names = ['name', 'namespace', 'uid', 'resourceVersion', 'managedFields'];
  return Object.fromEntries(
    names.flatMap((name) => (metadata[name] === undefined ? [] : [[name, metadata[name]]])),
  );
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
  const { subresource, generated } = pickPlace(sequence, observed);
  const body = dice.chance(20) ? nullSome(dice, generated) : generated;
  const path = urlOf(sequence, subresource);
  const type = 'application/merge-patch+json';
  return makeUpdate(sequence, observed, { method: 'PATCH', path, body, type });
}

function nullSome(dice: Dice, body: JsonObject): JsonObject {
  const entries = Object.entries(body).map(([name, value]): [string, Json] => {
    if (dice.chance(20) && name !== 'metadata' && name !== 'spec') return [name, null];
    return [name, isJsonObject(value) ? nullSome(dice, value) : value];
  });
  return Object.fromEntries(entries);
}

function makeUpdate(sequence: Sequence, observed: JsonObject | undefined, call: Call): Write {
  const { dice, subject, schema } = sequence;
  const manager = dice.pick(managers);
  const { apiVersion } = subject;
  const subresource = call.path.endsWith('/status') ? 'status' : '';
  const { resetFields } = placeOf(subject, subresource);
  const sent = isJsonObject(call.body ?? null)
    ? managedFieldsOf(call.body as JsonObject)
    : undefined;
  const check = (answer: Answer, tally: Tally): readonly string[] => {
    if (answer.status >= 400) return refused(answer, tally);
    tally.updated += 1;
    const written = withoutManagedFields(asRecorded(subject, call, answer.body));
    // Custom resources pass through the Go type of their metadata, which knows no empty list.
    const isSent = sent !== undefined && !(subject.kind.kind === 'EveryType' && isZero(sent));
    const after = isSent ? withEntries(written, sent) : written;
    const ours = updateObject({
      after,
      ...(observed && { before: observed }),
      ...{ manager, apiVersion, schema, subresource, resetFields, now: answer.at },
    });
    return compareOwners(ours, answer.body);
  };
  return { call: { ...call, path: `${call.path}?fieldManager=${manager}` }, check };
}

function placeOf(subject: Subject, subresource: string): Pick<Place, 'resetFields'> {
  if (subresource === '') {
    return { resetFields: fieldSetOf(subject.generateStatus ? [['f:status']] : []) };
  }
  const spec = ['f:spec'];
  const reset = subject.kind.kind === 'Deployment' ? [spec, ['f:metadata', 'f:labels']] : [spec];
  return { resetFields: fieldSetOf(reset) };
}

function withEntries(object: JsonObject, managedFields: Json): JsonObject {
  const metadata = isJsonObject(object['metadata']) ? object['metadata'] : {};
  return { ...object, metadata: { ...metadata, managedFields } };
}

const allocated = ['clusterIP', 'clusterIPs', 'ipFamilies', 'ipFamilyPolicy'];

/** Without what the server allocates, or keeps, after it has recorded the owners. */
function asRecorded(subject: Subject, call: Call, stored: JsonObject): JsonObject {
  const { spec } = stored;
  const isSaidInFull = call.method === 'PUT' || call.method === 'POST';
  if (subject.kind.kind !== 'Service' || !isJsonObject(spec) || !isSaidInFull) return stored;
  const sent = isJsonObject(call.body ?? null) ? (call.body as JsonObject)['spec'] : undefined;
  const said = isJsonObject(sent ?? null) ? (sent as JsonObject) : {};
  const entries = Object.entries(spec).filter(
    ([name]) => !allocated.includes(name) || Object.hasOwn(said, name),
  );
  return { ...stored, spec: Object.fromEntries(entries) };
}

function compareOwners(ours: JsonObject, theirs: JsonObject): readonly string[] {
  return difference('owners', ownersIn(ours), ownersIn(theirs));
}

/** One line per entry, without the order, which depends on times. */
function ownersIn(object: JsonObject): readonly string[] {
  const entries = managedFieldsOf(object);
  return (isJsonList(entries ?? null) ? (entries as readonly Json[]) : [])
    .filter(isJsonObject)
    .map((entry) => formatGoJson({ ...entry, time: entry['time'] !== undefined }))
    .sort();
}

function compareValues(
  { subject, schema }: Sequence,
  ours: JsonObject,
  theirs: JsonObject,
): readonly string[] {
  const left = valuesOf(subject, canonicaliseObject(ours, schema));
  const right = withoutDefaults(subject, valuesOf(subject, theirs), left);
  return isSameJson(left, right) ? [] : difference('values', linesOf(left), linesOf(right));
}

/** Without what the server alone sets, and without what it drops when it stores. */
function valuesOf(subject: Subject, object: JsonObject): JsonObject {
  const metadata = isJsonObject(object['metadata']) ? object['metadata'] : {};
  const dropped = ['managedFields', 'resourceVersion', 'generation', 'uid', 'creationTimestamp'];
  const kept = Object.entries(metadata).filter(([name]) => !dropped.includes(name));
  const isNative = subject.kind.kind !== 'EveryType';
  const stored = without(object, isNative ? isZero : isNull);
  return storeMetadata({ ...stored, metadata: Object.fromEntries(kept) });
}

/** Metadata passes through its Go type in embedded resources, too. */
function storeMetadata(object: JsonObject): JsonObject {
  const entries = Object.entries(object).map(([name, value]): [string, Json] => {
    if (!isJsonObject(value)) return [name, value];
    return [name, name === 'metadata' ? without(value, isZero) : storeMetadata(value)];
  });
  return Object.fromEntries(entries);
}

function isNull(value: Json): boolean {
  return value === null;
}

/** What Go leaves out of structs that ask for it. */
function isZero(value: Json): boolean {
  if (isJsonList(value)) return value.length === 0;
  if (isJsonObject(value)) return Object.keys(value).length === 0;
  return value === null || value === false || value === 0 || value === '';
}

function without(object: JsonObject, isDropped: (value: Json) => boolean): JsonObject {
  const prune = (value: Json): Json => {
    if (isJsonList(value)) return value.map(prune);
    return isJsonObject(value) ? without(value, isDropped) : value;
  };
  const entries = Object.entries(object).map(([name, value]): [string, Json] => [
    name,
    prune(value),
  ]);
  return Object.fromEntries(entries.filter(([, value]) => !isDropped(value)));
}

/** Without the defaults that the other side does not have. */
function withoutDefaults(subject: Subject, theirs: Json, ours: Json | undefined): Json {
  if (isJsonList(theirs)) {
    const others = isJsonList(ours) ? ours : [];
    return theirs.map((item, at) => withoutDefaults(subject, item, others[at]));
  }
  if (!isJsonObject(theirs)) return theirs;
  const other = isJsonObject(ours ?? null) ? (ours as JsonObject) : {};
  const entries = Object.entries(theirs).filter(
    ([name]) => Object.hasOwn(other, name) || !subject.defaulted.has(name),
  );
  return Object.fromEntries(
    entries.map(([name, member]) => [name, withoutDefaults(subject, member, other[name])]),
  );
}

function linesOf(value: Json, path = ''): readonly string[] {
  if (isJsonList(value)) return value.flatMap((item, at) => linesOf(item, `${path}[${at}]`));
  if (!isJsonObject(value)) return [`${path} = ${formatGoJson(value)}`];
  const entries = Object.entries(value);
  if (entries.length === 0) return [`${path} = {}`];
  return entries.flatMap(([name, member]) => linesOf(member, `${path}.${name}`));
}

function difference(
  what: string,
  ours: readonly string[],
  theirs: readonly string[],
): readonly string[] {
  return [
    ...ours.filter((line) => !theirs.includes(line)).map((line) => `${what}: only here   ${line}`),
    ...theirs.filter((line) => !ours.includes(line)).map((line) => `${what}: only there  ${line}`),
  ];
}
