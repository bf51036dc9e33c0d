import { isJsonList, isJsonObject, type Json, type JsonObject } from '@trueup/diagnostics';

import { atomicSchema, deducedSchema } from '../schema/deduced-schema.ts';
import type { ScalarMeaning, TypeSchema } from '../schema/type-schema.ts';
import { memberType } from '../typed/shape.ts';
import { formatDuration, parseDuration } from './duration.ts';
import { canonicalQuantity } from './quantity.ts';
import { canonicalTime } from './time.ts';

/**
 * The object with its quantities, durations and times as the API server stores them. What it could
 * not read, and what the schema knows no meaning of, stays as it is.
 *
 * It is not part of merging: owners and conflicts are about the values as they were written.
 */
export function canonicaliseObject(object: JsonObject, schema: TypeSchema): JsonObject {
  const canonical = canonicalise(object, schema);
  return isJsonObject(canonical) ? canonical : object;
}

function canonicalise(value: Json, schema: TypeSchema | undefined): Json {
  // Nothing is known of the meaning of what is deduced, and it may be nested without end.
  if (!schema || schema === deducedSchema || schema === atomicSchema) return value;
  if (isJsonList(value)) {
    const { list } = schema;
    return list ? value.map((item) => canonicalise(item, list.element)) : value;
  }
  if (isJsonObject(value)) {
    const { map } = schema;
    if (!map) return value;
    const entries = Object.entries(value).map(([name, member]): [string, Json] => [
      name,
      canonicalise(member, memberType(map, name)),
    ]);
    return Object.fromEntries(entries);
  }
  return schema.meaning === undefined ? value : canonicaliseScalar(value, schema.meaning);
}

/** A scalar as the API server stores it. */
export function canonicaliseScalar(value: Json, meaning: ScalarMeaning): Json {
  if (meaning === 'quantity') return canonicalQuantity(value) ?? value;
  if (typeof value !== 'string') return value;
  if (meaning === 'time') return canonicalTime(value, 'second') ?? value;
  if (meaning === 'micro-time') return canonicalTime(value, 'microsecond') ?? value;
  const duration = parseDuration(value);
  return duration === undefined ? value : formatDuration(duration);
}
