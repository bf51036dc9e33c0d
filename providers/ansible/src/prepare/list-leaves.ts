import { formatJson, isJsonList, isJsonObject, type Json } from '@trueup/diagnostics';

/** Every text and number in a value that is secret as a whole. `true` and `null` would mask half of any text. */
export function listLeaves(value: Json): readonly string[] {
  if (typeof value === 'string') return [value];
  if (isJsonList(value)) return value.flatMap(listLeaves);
  if (isJsonObject(value)) return Object.values(value).flatMap(listLeaves);
  return typeof value === 'number' || typeof value === 'bigint' ? [formatJson(value)] : [];
}
