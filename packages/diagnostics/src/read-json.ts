import { isJsonList, isJsonObject, type Json, type JsonObject } from './json.ts';

/**
 * Reads members of what others wrote or sent: whatever is absent, or of another type than expected,
 * reads as empty. The path may be left out, for the value itself.
 *
 * Own members only, since `__proto__` and `constructor` are ordinary names in somebody's object.
 */
export function readField(value: unknown, ...path: readonly string[]): Json | undefined {
  let found: unknown = value;
  for (const name of path) {
    found = isJsonObject(found) && Object.hasOwn(found, name) ? found[name] : undefined;
  }
  // biome-ignore lint/nursery/noUnsafeTypeAssertion: members of JSON are JSON.
  return found as Json | undefined;
}

export function readText(value: unknown, ...path: readonly string[]): string | undefined {
  const found = readField(value, ...path);
  return typeof found === 'string' ? found : undefined;
}

export function readNumber(value: unknown, ...path: readonly string[]): number | undefined {
  const found = readField(value, ...path);
  return typeof found === 'number' ? found : undefined;
}

export function readObject(value: unknown, ...path: readonly string[]): JsonObject {
  const found = readField(value, ...path);
  return isJsonObject(found) ? found : {};
}

export function readList(value: unknown, ...path: readonly string[]): readonly Json[] {
  const found = readField(value, ...path);
  return isJsonList(found) ? found : [];
}

/** The texts of a list; items that are something else are left out. */
export function readTexts(value: unknown, ...path: readonly string[]): readonly string[] {
  return readList(value, ...path).filter((one) => typeof one === 'string');
}
