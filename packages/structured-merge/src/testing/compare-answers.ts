/** What differs between what was computed and what a server answered: a line for each. */
import { isJsonList, isJsonObject, type Json, type JsonObject } from '@trueup/diagnostics';

import { formatServerPath } from '../fields/path-element.ts';
import type { ApplyResult } from '../managed/apply-object.ts';
import { managedFieldsOf } from '../managed/managed-fields.ts';
import { canonicaliseObject } from '../quantity/canonicalise.ts';
import { isSameJson } from '../values/compare-json.ts';
import { formatGoJson } from '../values/go-json.ts';
import type { Answer } from './api-server.ts';
import { isCustom, memberObject, type Sequence, type Tally } from './sequence.ts';
import type { Subject } from './subjects.ts';

export interface Applied {
  readonly sequence: Sequence;
  readonly result: ApplyResult;
  readonly answer: Answer;
  readonly tally: Tally;
}

export function compareApply({ sequence, result, answer, tally }: Applied): readonly string[] {
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
  if (answer.status >= 400) return checkRefused(answer, tally);
  tally.applied += 1;
  return [
    ...compareOwners(result.object, answer.body),
    ...compareValues(sequence, result.object, answer.body),
  ];
}

/** Refused for a reason that is none of server-side apply's. */
export function checkRefused(answer: Answer, tally: Tally): readonly string[] {
  tally.refused += 1;
  const message = JSON.stringify(answer.body['message'] ?? '');
  return answer.status === 422 ? [] : [`refused by the server with ${answer.status}: ${message}`];
}

function conflictsOf({ body }: Answer): readonly string[] {
  const { causes } = memberObject(body, 'details');
  return (isJsonList(causes) ? causes : [])
    .filter(isJsonObject)
    .filter((cause) => cause['reason'] === 'FieldManagerConflict')
    .map((cause) => {
      const [, manager = ''] = /^conflict with ("[^"]*")/.exec(String(cause['message'])) ?? [];
      return `${manager} ${String(cause['field'])}`;
    })
    .sort();
}

export function compareOwners(ours: JsonObject, theirs: JsonObject): readonly string[] {
  return difference('owners', ownersIn(ours), ownersIn(theirs));
}

/** One line per entry, without the order, which depends on times; whether there is a time counts. */
function ownersIn(object: JsonObject): readonly string[] {
  return entriesOf(object)
    .map((entry) => formatGoJson({ ...entry, time: entry['time'] !== undefined }))
    .sort();
}

/** Whether both have the same owners of the same fields, whenever these were written. */
export function hasSameOwners(before: JsonObject, after: JsonObject): boolean {
  const [old, young] = [before, after].map((object) =>
    entriesOf(object)
      .map((entry) => formatGoJson({ ...entry, time: null }))
      .sort(),
  );
  return isSameJson(old ?? null, young ?? null);
}

function entriesOf(object: JsonObject): readonly JsonObject[] {
  const entries = managedFieldsOf(object);
  return (isJsonList(entries) ? entries : []).filter(isJsonObject);
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
  const dropped = ['managedFields', 'resourceVersion', 'generation', 'uid', 'creationTimestamp'];
  const kept = Object.entries(memberObject(object, 'metadata')).filter(
    ([name]) => !dropped.includes(name),
  );
  const stored = without(object, isCustom(subject) ? isNull : isZero);
  return storeMetadata({ ...stored, metadata: Object.fromEntries(kept) });
}

/** Metadata passes through its Go type in custom and in embedded resources, too. */
function storeMetadata(object: JsonObject): JsonObject {
  const entries = Object.entries(object).map(([name, value]): [string, Json] => {
    if (!isJsonObject(value)) return [name, value];
    return [name, name === 'metadata' ? without(value, isZero) : storeMetadata(value)];
  });
  // An embedded resource that has lost all of its metadata is shown with none, and that empty.
  return Object.fromEntries(
    entries.filter(([name, value]) => name !== 'metadata' || !isZero(value)),
  );
}

function isNull(value: Json): boolean {
  return value === null;
}

/** What Go leaves out of structs that ask for it. */
export function isZero(value: Json): boolean {
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
  const other = isJsonObject(ours) ? ours : {};
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
