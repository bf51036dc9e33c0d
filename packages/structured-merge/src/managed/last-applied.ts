/**
 * What server-side apply does for `kubectl` alone, whose users come from client-side apply: the
 * configuration that it left in an annotation settles conflicts, and is kept up to date.
 */
import { isJsonObject, type Json, type JsonObject } from '@trueup/diagnostics';

import { type FieldSet, hasField, subtractFields } from '../fields/field-set.ts';
import { formatPathElement } from '../fields/path-element.ts';
import type { TypeSchema } from '../schema/type-schema.ts';
import { compareTyped } from '../typed/compare.ts';
import { setMember } from '../typed/shape.ts';
import { toFieldSet } from '../typed/to-field-set.ts';
import { validateTyped } from '../typed/validate.ts';
import { formatGoJson, parseExactJson } from '../values/go-json.ts';
import type { Conflict } from './resolve-owners.ts';

const annotation = 'kubectl.kubernetes.io/last-applied-configuration';

export function hasLastApplied(object: JsonObject): boolean {
  return lastAppliedOf(object) !== undefined;
}

function lastAppliedOf(object: JsonObject): string | undefined {
  const text = annotationsOf(object)[annotation];
  return typeof text === 'string' && text !== '' ? text : undefined;
}

function annotationsOf(object: JsonObject): JsonObject {
  const metadata = object['metadata'];
  const annotations = isJsonObject(metadata) ? metadata['annotations'] : undefined;
  return isJsonObject(annotations) ? annotations : {};
}

/**
 * The conflicts that are left when those fields do not count which were applied on the client and
 * have not changed since. All of them where the annotation is missing or says something else.
 */
export function settleByLastApplied(
  conflicts: readonly Conflict[],
  {
    observed,
    apiVersion,
    schema,
  }: {
    readonly observed: JsonObject;
    readonly apiVersion: string;
    readonly schema: TypeSchema;
  },
): readonly Conflict[] {
  const allowed = allowedFields(observed, apiVersion, schema);
  if (!allowed) return conflicts;
  return conflicts.filter(({ elements }) => !hasField(allowed, elements.map(formatPathElement)));
}

function allowedFields(
  observed: JsonObject,
  apiVersion: string,
  schema: TypeSchema,
): FieldSet | undefined {
  const text = lastAppliedOf(observed);
  const applied = text === undefined ? undefined : parseExactJson(text);
  if (!isJsonObject(applied) || applied['apiVersion'] !== apiVersion) return undefined;
  const strict = { allowDuplicates: false };
  const isTyped = [applied, observed].every(
    (object) => validateTyped(object, schema, strict).length === 0,
  );
  if (!isTyped) return undefined;
  const { added, modified, removed } = compareTyped(applied, observed, schema);
  const fields = toFieldSet(applied, schema);
  return subtractFields(subtractFields(subtractFields(fields, modified), added), removed);
}

/** The object with the annotation saying what was applied now; unchanged where it has none. */
export function renewLastApplied(object: JsonObject, applied: JsonObject): JsonObject {
  if (!hasLastApplied(object)) return object;
  const text = `${formatGoJson(withoutAnnotation(applied))}\n`;
  return withAnnotation(object, isTooLarge(object, text) ? undefined : text);
}

/** As many bytes as the names and values of all annotations may have together. */
const sizeLimit = 256 * 1024;

function isTooLarge(object: JsonObject, text: string): boolean {
  let size = 0;
  for (const [name, value] of Object.entries({ ...annotationsOf(object), [annotation]: text })) {
    size += Buffer.byteLength(name) + (typeof value === 'string' ? Buffer.byteLength(value) : 0);
  }
  return size > sizeLimit;
}

/** Annotations are texts; the server reads null as an empty one. */
function withAnnotation(object: JsonObject, text: string | undefined): JsonObject {
  const metadata = isJsonObject(object['metadata']) ? object['metadata'] : {};
  const annotations: Record<string, Json> = {};
  for (const [name, value] of Object.entries(annotationsOf(object))) {
    if (name !== annotation) setMember(annotations, name, value ?? '');
  }
  if (text !== undefined) annotations[annotation] = text;
  return { ...object, metadata: { ...metadata, annotations } };
}

function withoutAnnotation(applied: JsonObject): JsonObject {
  const metadata = isJsonObject(applied['metadata']) ? applied['metadata'] : {};
  if (isJsonObject(metadata['annotations'])) return withAnnotation(applied, undefined);
  const { annotations: _none, ...rest } = metadata;
  return { ...applied, metadata: rest };
}
