/**
 * Server-side apply never takes away an empty list of items: nobody counts as its owner. So it goes
 * by a merge patch, which reaches into members and not into items of lists.
 */
import {
  type FieldPath,
  isJsonList,
  isJsonObject,
  type Json,
  type JsonObject,
} from '@trueup/diagnostics';

import { toElements, valueAt } from './field-owners.ts';

/** The merge patch that takes the empty lists at these places away; empty where there are none. */
export function dropEmptyLists(observed: JsonObject, paths: readonly FieldPath[]): JsonObject {
  return paths
    .filter((path) => path.every(isName) && isEmptyList(observed, path))
    .reduce<JsonObject>((patch, path) => withNull(patch, path), {});
}

function isEmptyList(observed: JsonObject, path: FieldPath): boolean {
  const value = valueAt(observed, toElements(path));
  return value !== undefined && isJsonList(value) && value.length === 0;
}

function isName(step: FieldPath[number]): step is string {
  return typeof step === 'string';
}

function withNull(patch: Json | undefined, path: FieldPath): JsonObject {
  const [name = '', ...rest] = path.filter(isName);
  const members = patch !== undefined && isJsonObject(patch) ? Object.entries(patch) : [];
  const below = members.find(([other]) => other === name)?.[1];
  return Object.fromEntries([...members, [name, rest.length > 0 ? withNull(below, rest) : null]]);
}
