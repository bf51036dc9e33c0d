import { isJsonList, isJsonObject, type Json, type JsonObject } from '@trueup/diagnostics';

import type { FieldSchema, MapSchema, TypeSchema } from './type-schema.ts';

/**
 * What a create is compared with: an object that nobody has filled in yet.
 *
 * For a custom resource that is nothing. The kinds that are Go types of the API server are there
 * with all the fields that Go encodes even when they are empty (`spec`, `spec.template`, a null
 * list of containers), so that their creator owns what is in them but not these containers.
 */
export function emptyObject(schema: TypeSchema): JsonObject {
  return schema.map && isGoType(schema) ? emptyMap(schema.map, 0) : {};
}

/**
 * Whether the kind is a Go type of the API server, which leaves out empty values when it stores
 * them. These alone give their metadata a default, since it is a struct there.
 */
export function isGoType({ map }: TypeSchema): boolean {
  return isEmptyDefault(map?.fields.get('metadata')?.default);
}

/** Structs nest by value, so this ends; the bound is for documents that are none of the server's. */
const depthLimit = 50;

function emptyMap(map: MapSchema, depth: number): JsonObject {
  const members: [string, Json][] = [];
  if (depth > depthLimit) return {};
  for (const [name, field] of map.fields) {
    const value = emptyField(field, depth);
    if (value !== undefined) members.push([name, value]);
  }
  return Object.fromEntries(members);
}

function emptyField(field: FieldSchema, depth: number): Json | undefined {
  const value = field.default;
  if (isEmptyDefault(value)) {
    const { map } = field.type;
    return map ? emptyMap(map, depth + 1) : {};
  }
  if (value === '' || value === 0 || value === false) return value;
  return value === undefined && field.required ? null : undefined;
}

function isEmptyDefault(value: Json | undefined): boolean {
  return isJsonObject(value) && !isJsonList(value) && Object.keys(value).length === 0;
}
