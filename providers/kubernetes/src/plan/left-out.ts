/**
 * Server-side apply leaves out a container that it empties, or makes it null, although an empty one
 * is asked for (`args: []` where there were some); only the next apply puts it in. So an apply that empties
 * something is followed by another one, and a plan asks what comes of both.
 */
import { isJsonList, isJsonObject, type Json, type JsonObject } from '@trueup/diagnostics';
import type { ElementPath } from '@trueup/structured-merge/fields';

import { isItem, toElements, valueAt } from '../fields/field-owners.ts';
import { keysFromOwners } from '../fields/list-keys.ts';
import { compareAsked } from './compare-asked.ts';

/** Where an empty container is asked for, the answer has none, and something was there before. */
export function findLeftOut(
  asked: JsonObject,
  { before, answer }: { readonly before: JsonObject; readonly answer: JsonObject },
): readonly ElementPath[] {
  return compareAsked(asked, answer, keysFromOwners([before, answer]))
    .filter(({ asked: value, found }) => (found ?? null) === null && isEmptyContainer(value))
    .map(({ path }) => toElements(path))
    .filter((path) => (valueAt(before, path) ?? null) !== null);
}

function isEmptyContainer(value: Json): boolean {
  if (isJsonList(value)) return value.length === 0;
  return isJsonObject(value) && Object.keys(value).length === 0;
}

/** Whether an empty container is asked for anywhere: else nothing can be left out. */
export function hasEmptyPart(asked: Json): boolean {
  if (typeof asked !== 'object' || asked === null) return false;
  const parts = Object.values(asked);
  return parts.length === 0 || parts.some(hasEmptyPart);
}

/** The object with what is asked for at these places. */
export function putBack(
  answer: JsonObject,
  asked: JsonObject,
  paths: readonly ElementPath[],
): JsonObject {
  return paths.reduce((body, path) => {
    const changed = addAt(body, path, valueAt(asked, path) ?? {});
    return isJsonObject(changed) ? changed : body;
  }, answer);
}

function addAt(within: Json | undefined, path: ElementPath, value: Json): Json {
  const [step, ...rest] = path;
  if (step === undefined) return value;
  if (within !== undefined && isJsonList(within)) {
    return within.map((item) => (isItem(item, step) ? addAt(item, rest, value) : item));
  }
  const object: JsonObject = within !== undefined && isJsonObject(within) ? within : {};
  const name = step.slice(2);
  const below = Object.hasOwn(object, name) ? object[name] : undefined;
  return Object.fromEntries([...Object.entries(object), [name, addAt(below, rest, value)]]);
}
