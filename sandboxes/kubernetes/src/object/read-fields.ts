/** Reads members of objects whose shape nobody guarantees. Absent and ill-typed read alike. */

import { isJsonList, isJsonObject, type Json, type JsonObject } from '@trueup/diagnostics';

type Step = string | number;

export function readAt(value: Json | undefined, ...path: readonly Step[]): Json | undefined {
  let current = value;
  for (const step of path) {
    if (typeof step === 'number') {
      current = isJsonList(current) ? current[step] : undefined;
    } else {
      current = isJsonObject(current) && Object.hasOwn(current, step) ? current[step] : undefined;
    }
  }
  return current;
}

const nothing: JsonObject = Object.freeze({});

/** Empty when there is no object. */
export function readObject(value: Json | undefined, ...path: readonly Step[]): JsonObject {
  const found = readAt(value, ...path);
  return isJsonObject(found) ? found : nothing;
}

export function readText(value: Json | undefined, ...path: readonly Step[]): string | undefined {
  const found = readAt(value, ...path);
  return typeof found === 'string' ? found : undefined;
}

export function readNumber(value: Json | undefined, ...path: readonly Step[]): number | undefined {
  const found = readAt(value, ...path);
  if (typeof found === 'bigint') return Number(found);
  return typeof found === 'number' ? found : undefined;
}

export function readFlag(value: Json | undefined, ...path: readonly Step[]): boolean | undefined {
  const found = readAt(value, ...path);
  return typeof found === 'boolean' ? found : undefined;
}

/** Empty when there is no list. */
export function readList(value: Json | undefined, ...path: readonly Step[]): readonly Json[] {
  const found = readAt(value, ...path);
  return isJsonList(found) ? found : [];
}

/** The objects of a list; empty when there is no list. */
export function readObjects(
  value: Json | undefined,
  ...path: readonly Step[]
): readonly JsonObject[] {
  return readList(value, ...path).filter(isJsonObject);
}

/** The members of an object that are strings, as of labels. */
export function readTexts(
  value: Json | undefined,
  ...path: readonly Step[]
): Readonly<Record<string, string>> {
  const entries = Object.entries(readObject(value, ...path));
  return Object.fromEntries(
    entries.filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
}

/** The first text that says anything. */
export function firstText(...texts: readonly (string | undefined)[]): string {
  return texts.find((text) => text !== undefined && text !== '') ?? '';
}
