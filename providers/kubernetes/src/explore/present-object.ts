import {
  type FieldPath,
  isJsonList,
  isJsonObject,
  type Json,
  type JsonObject,
} from '@trueup/diagnostics';
import type { ResourceId } from '@trueup/provider-sdk';

import { type IsSensitive, sensitiveFields } from '../plan/sensitive-fields.ts';

/** What the API server keeps of an object for itself. */
const bookkeeping: readonly string[] = [
  'creationTimestamp',
  'generation',
  'managedFields',
  'resourceVersion',
  'selfLink',
  'uid',
];

/** An object as somebody would write it, with `sealed` in the place of every secret value (P5). */
export function presentObject(id: ResourceId, body: JsonObject, sealed: string): JsonObject {
  const { status: _, metadata, ...rest } = body;
  const own = isJsonObject(metadata)
    ? Object.entries(metadata).filter(([name]) => !bookkeeping.includes(name))
    : [];
  const written = {
    ...rest,
    ...(metadata !== undefined && { metadata: Object.fromEntries(own) }),
  };
  const isSensitive = sensitiveFields(id, [body]);
  return sealMembers(written, [], { isSensitive, sealed });
}

interface Sealing {
  readonly isSensitive: IsSensitive;
  readonly sealed: string;
}

function sealMembers(object: JsonObject, path: FieldPath, sealing: Sealing): JsonObject {
  const members = Object.entries(object).map(
    ([name, value]) => [name, sealValue(value, [...path, name], sealing)] as const,
  );
  return Object.fromEntries(members);
}

/**
 * A list is sealed as a whole where anything in it is sensitive: without the schema nobody knows what
 * identifies its items, and too much is better than too little.
 */
function sealValue(value: Json, path: FieldPath, sealing: Sealing): Json {
  if (isJsonObject(value) && Object.keys(value).length > 0) {
    return sealMembers(value, path, sealing);
  }
  const { isSensitive, sealed } = sealing;
  if (!isSensitive(path)) return value;
  return isJsonList(value) ? value.map((item) => sealItem(item, sealed)) : sealed;
}

function sealItem(item: Json, sealed: string): Json {
  if (!isJsonObject(item)) return sealed;
  const kept = ['name', 'key'].filter((name) => typeof item[name] === 'string');
  const members = Object.keys(item).map(
    (name) => [name, kept.includes(name) ? (item[name] ?? null) : sealed] as const,
  );
  return Object.fromEntries(members);
}
