import { type JsonObject, readObject, readText } from '@trueup/diagnostics';

/** Members that are strings, for labels and annotations. */
export function readTextMap(
  value: unknown,
  ...path: readonly string[]
): ReadonlyMap<string, string> {
  const entries = Object.entries(readObject(value, ...path));
  return new Map(
    entries.filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
}

export function annotationOf(body: JsonObject, name: string): string | undefined {
  return readText(body, 'metadata', 'annotations', name);
}

export function labelOf(body: JsonObject, name: string): string | undefined {
  return readText(body, 'metadata', 'labels', name);
}
