/** What a Go server has in its hands before it reads anything: an object of zero values. */

import { isJsonObject, type Json, type JsonObject } from '@trueup/diagnostics';

import { isSameJson } from '../object/same-json.ts';
import { decodeObject } from './decode.ts';
import type { TypeNode } from './type-node.ts';

const zeroObjects = new WeakMap<TypeNode, JsonObject>();

/** Without the members of `value` that an object of this type has before anybody set them. */
export function withoutZeros(type: TypeNode, value: JsonObject): JsonObject {
  const zero = zeroObjects.get(type) ?? decodeObject(type, {}).draft;
  zeroObjects.set(type, zero);
  return subtract(value, zero);
}

function subtract(value: JsonObject, zero: JsonObject): JsonObject {
  const kept = Object.entries(value).flatMap(([name, member]): [string, Json][] => {
    const known = zero[name];
    if (known === undefined) return [[name, member]];
    if (isJsonObject(member) && isJsonObject(known)) return [[name, subtract(member, known)]];
    return isZero(known) && isSameJson(member, known) ? [] : [[name, member]];
  });
  return Object.fromEntries(kept);
}

/** What OpenAPI calls a default may also be one that the server sets later. */
function isZero(value: Json): boolean {
  return value === null || value === '' || value === 0 || value === false;
}
