import { isJsonObject, type Json, type JsonObject } from '@trueup/diagnostics';

/** RFC 7396: members of the patch replace those of the value, `null` removes them. */
export function applyMergePatch(value: Json, patch: Json): Json {
  if (!isJsonObject(patch)) return patch;
  const target: JsonObject = isJsonObject(value) ? value : {};
  const merged = new Map(Object.entries(target));
  for (const [name, member] of Object.entries(patch)) {
    if (member === null) merged.delete(name);
    else merged.set(name, applyMergePatch(merged.get(name) ?? null, member));
  }
  return Object.fromEntries(merged);
}
