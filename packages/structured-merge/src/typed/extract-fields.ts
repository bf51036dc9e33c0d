/** Parts of an object: what somebody owns of it, and what is left without that. */
import { isJsonList, isJsonObject, type Json, type JsonObject } from '@trueup/diagnostics';

import type { FieldSet } from '../fields/field-set.ts';
import { formatFieldElement } from '../fields/path-element.ts';
import type { ListSchema, MapSchema, TypeSchema } from '../schema/type-schema.ts';
import { itemElement } from './item-element.ts';
import { isEmptyObject, memberOf, memberType, setMember, shapeOf } from './shape.ts';

/**
 * The object reduced to `fields`, for example to what a manager applied. Items of keyed lists keep
 * their keys, without which they would be nobody; `apiVersion`, `kind` and the name stay, too. A
 * field of the set that the object does not have is passed over.
 */
export function extractFields(
  object: JsonObject,
  fields: FieldSet,
  schema: TypeSchema,
): JsonObject {
  const extracted = extract(object, fields, schema);
  return withIdentity(object, isJsonObject(extracted) ? extracted : {});
}

/** A member without anything below it stands for its value as a whole, unless it has an inside. */
function extract(value: Json, fields: FieldSet | undefined, schema: TypeSchema): Json {
  const shape = shapeOf(schema, value);
  const { map, list } = schema;
  if (shape === 'map' && map?.kind === 'granular' && isJsonObject(value)) {
    return extractFromMap(value, fields, map);
  }
  if (shape === 'list' && list && list.kind !== 'atomic' && isJsonList(value)) {
    return extractFromList(value, fields, list);
  }
  return value;
}

function extractFromMap(value: JsonObject, fields: FieldSet | undefined, map: MapSchema): Json {
  const kept: Record<string, Json> = {};
  for (const name in value) {
    const step = formatFieldElement(name);
    const below = fields?.children.get(step);
    const member = memberOf(value, name);
    const type = memberType(map, name);
    if (member === undefined || !type || !(below || fields?.members.has(step))) continue;
    setMember(kept, name, extract(member, below, type));
  }
  return kept;
}

function extractFromList(
  value: readonly Json[],
  fields: FieldSet | undefined,
  list: ListSchema,
): Json {
  const kept: Json[] = [];
  for (const item of value) {
    const step = itemElement(list, item);
    if (typeof step !== 'string') continue;
    const below = fields?.children.get(step);
    if (!below && !fields?.members.has(step)) continue;
    kept.push(withKeys(item, extract(item, below, list.element), list));
  }
  return kept;
}

function withKeys(item: Json, extracted: Json, list: ListSchema): Json {
  if (!isJsonObject(item) || !isJsonObject(extracted)) return extracted;
  const keys: Record<string, Json> = {};
  for (const key of list.keys) {
    const value = memberOf(item, key);
    if (value !== undefined) setMember(keys, key, value);
  }
  return { ...keys, ...extracted };
}

function withIdentity(object: JsonObject, extracted: JsonObject): JsonObject {
  const { apiVersion, kind, metadata } = object;
  const named = isJsonObject(metadata) ? metadata : {};
  const { name, namespace } = named;
  const own = isJsonObject(extracted['metadata']) ? extracted['metadata'] : {};
  return {
    ...(apiVersion !== undefined && { apiVersion }),
    ...(kind !== undefined && { kind }),
    ...extracted,
    metadata: {
      ...(name !== undefined && { name }),
      ...(namespace !== undefined && { namespace }),
      ...own,
    },
  };
}

/**
 * The object without `fields`, each with all that is in it. A container that has nothing left goes
 * as well, but for one that had nothing before.
 */
export function withoutFields(
  object: JsonObject,
  fields: FieldSet,
  schema: TypeSchema,
): JsonObject {
  const rest = drop(object, fields, schema);
  return isJsonObject(rest) ? rest : {};
}

function drop(value: Json, fields: FieldSet, schema: TypeSchema): Json | undefined {
  const shape = shapeOf(schema, value);
  const { map, list } = schema;
  if (shape === 'map' && map?.kind === 'granular' && isJsonObject(value)) {
    return dropFromMap(value, fields, map);
  }
  if (shape === 'list' && list && list.kind !== 'atomic' && isJsonList(value)) {
    return dropFromList(value, fields, list);
  }
  return value;
}

function dropFromMap(value: JsonObject, fields: FieldSet, map: MapSchema): Json | undefined {
  const kept: Record<string, Json> = {};
  for (const name in value) {
    const step = formatFieldElement(name);
    const member = memberOf(value, name);
    if (member === undefined || fields.members.has(step)) continue;
    const below = fields.children.get(step);
    const type = memberType(map, name);
    const rest = below && type ? drop(member, below, type) : member;
    if (rest !== undefined) setMember(kept, name, rest);
  }
  return isEmptyObject(kept) && !isEmptyObject(value) ? undefined : kept;
}

function dropFromList(
  value: readonly Json[],
  fields: FieldSet,
  list: ListSchema,
): Json | undefined {
  const kept: Json[] = [];
  for (const item of value) {
    const step = itemElement(list, item);
    const isNamed = typeof step === 'string';
    if (isNamed && fields.members.has(step)) continue;
    const below = isNamed ? fields.children.get(step) : undefined;
    const rest = below ? drop(item, below, list.element) : item;
    if (rest !== undefined) kept.push(rest);
  }
  return kept.length === 0 && value.length > 0 ? undefined : kept;
}
