/** Which of the shapes that a type allows a value has, and how lists and maps are looked into. */
import { isJsonList, isJsonObject, type Json, type JsonObject } from '@trueup/diagnostics';

import type { MapSchema, ScalarSchema, TypeSchema } from '../schema/type-schema.ts';

export type Shape = 'map' | 'scalar' | 'list';

/**
 * The shape that counts for `value`. Where the type does not allow the value's own shape, or the
 * value is null, any allowed shape does, in the order of preference of the API server.
 */
export function shapeOf(schema: TypeSchema, value: Json): Shape | undefined {
  if (typeof value !== 'object') {
    if (schema.scalar !== undefined) return 'scalar';
  } else if (value !== null && (isJsonList(value) ? schema.list : schema.map))
    return isJsonList(value) ? 'list' : 'map';
  if (schema.map) return 'map';
  if (schema.scalar !== undefined) return 'scalar';
  return schema.list ? 'list' : undefined;
}

/** Whether the type allows the value's own shape. Null is allowed everywhere. */
export function hasShape({ scalar, list, map }: TypeSchema, value: Json): boolean {
  if (value === null) return true;
  if (typeof value === 'object') return (isJsonList(value) ? list : map) !== undefined;
  return scalar !== undefined && isScalar(scalar, value);
}

export function isScalar(scalar: ScalarSchema, value: Json): boolean {
  switch (scalar) {
    case 'numeric':
      return typeof value === 'number' || typeof value === 'bigint';
    case 'string':
      return typeof value === 'string';
    case 'boolean':
      return typeof value === 'boolean';
    case 'untyped':
      return typeof value !== 'object';
  }
}

/** The type of the member `name`; `undefined` when a map of this type may not have it. */
export function memberType(map: MapSchema, name: string): TypeSchema | undefined {
  return map.fields.get(name)?.type ?? map.element;
}

/** The value as a map, an empty one where it is something else. */
export function asMap(value: Json | undefined): JsonObject {
  return isJsonObject(value) ? value : noMembers;
}

const noMembers: JsonObject = {};

/** The value as a list, an empty one where it is something else. */
export function asList(value: Json | undefined): readonly Json[] {
  return isJsonList(value) ? value : noItems;
}

const noItems: readonly Json[] = [];

/** Own members only: `__proto__` is an ordinary name in somebody's YAML. */
export function memberOf(map: JsonObject, name: string): Json | undefined {
  return Object.hasOwn(map, name) ? map[name] : undefined;
}

/** Sets a member under any name, `__proto__` included, which an assignment would not. */
export function setMember(map: Record<string, Json>, name: string, value: Json): void {
  if (name !== '__proto__') map[name] = value;
  else
    Object.defineProperty(map, name, {
      value,
      enumerable: true,
      configurable: true,
      writable: true,
    });
}

export function isEmptyObject(value: JsonObject): boolean {
  for (const _name in value) return false;
  return true;
}
