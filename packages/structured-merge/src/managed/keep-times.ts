import { isJsonList, isJsonObject, type Json, type JsonObject } from '@trueup/diagnostics';

import { isSameJson } from '../values/compare-json.ts';
import { managedFieldsOf, withoutManagedFields } from './managed-fields.ts';

/**
 * A write that in the end, after defaulting and normalising, changes nothing but the times of
 * entries, changes nothing at all: the API server then keeps the old times, and with them the
 * resource version. Gives back `after`, or `before`'s entries in it.
 *
 * Both are compared as they are to be stored, so with the same resource version.
 */
export function keepTimes(before: JsonObject, after: JsonObject): JsonObject {
  const old = managedFieldsOf(before) ?? null;
  const young = managedFieldsOf(after) ?? null;
  if (!isJsonList(old) || !isJsonList(young) || old.length !== young.length) return after;
  // Entry by entry: one whose time put it into another place counts as changed.
  const isSame =
    young.every((entry, at) => isSameJson(withoutTime(entry), withoutTime(old[at] ?? null))) &&
    isSameJson(withoutManagedFields(before), withoutManagedFields(after));
  if (!isSame) return after;
  const metadata = isJsonObject(after['metadata']) ? after['metadata'] : {};
  return { ...after, metadata: { ...metadata, managedFields: old } };
}

function withoutTime(entry: Json): Json {
  if (!isJsonObject(entry)) return entry;
  const { time: _time, ...rest } = entry;
  return rest;
}
