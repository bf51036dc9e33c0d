/**
 * What server-side apply cannot take away. An empty list of items has no owner in its eyes. And a
 * container that is to be empty becomes null when the last of what is in it goes, which schemas of
 * custom resources may refuse. A merge patch can; it reaches into members, not into items of lists.
 */
import { isJsonList, isJsonObject, type Json, type JsonObject } from '@trueup/diagnostics';
import {
  type ElementPath,
  type FieldSet,
  fieldSetOf,
  listPaths,
} from '@trueup/structured-merge/fields';

import { valueAt } from './field-owners.ts';
import { removeFields } from './remove-fields.ts';

export interface Dropping {
  /** A merge patch; empty where there is nothing to drop. */
  readonly patch: JsonObject;
  readonly dropped: FieldSet;
}

/** Those of the fields that are not asked for and go only in this way. */
export function dropByPatch(
  fields: FieldSet,
  { observed, body }: { readonly observed: JsonObject; readonly body: JsonObject },
): Dropping {
  const wanted = listPaths(fields)
    .filter((path) => path.every((step) => step.startsWith('f:')) && path[0] !== 'f:metadata')
    .filter((path) => valueAt(body, path) === undefined);
  const left = removeFields(observed, fieldSetOf(wanted));
  const paths = wanted
    .filter((path) => isEmptyList(valueAt(observed, path)) || emptyDepth(body, path) >= 0)
    .map((path) => withEmptied(path, { left, depth: emptyDepth(body, path) }));
  return {
    patch: paths.reduce<JsonObject>((patch, path) => withNull(patch, path), {}),
    dropped: fieldSetOf(wanted.filter((path) => paths.some((other) => isWithin(path, other)))),
  };
}

/** How deep the container lies that is to be empty; -1 when there is none. */
function emptyDepth(body: JsonObject, path: ElementPath): number {
  return path.findIndex((_step, index) => {
    const outer = valueAt(body, path.slice(0, index));
    return outer !== undefined && isJsonObject(outer) && Object.keys(outer).length === 0;
  });
}

/** The whole of what becomes empty within it. */
function withEmptied(
  path: ElementPath,
  { left, depth }: { readonly left: JsonObject; readonly depth: number },
): ElementPath {
  if (depth < 0) return path;
  const outer = path
    .map((_step, index) => path.slice(0, index + 1))
    .find((one) => one.length > depth && valueAt(left, one) === undefined);
  return outer ?? path;
}

function isWithin(path: ElementPath, outer: ElementPath): boolean {
  return outer.every((step, index) => step === path[index]);
}

function isEmptyList(value: Json | undefined): boolean {
  return value !== undefined && isJsonList(value) && value.length === 0;
}

function withNull(patch: Json | undefined, path: ElementPath): JsonObject {
  const [step = '', ...rest] = path;
  const name = step.slice(2);
  const members = patch !== undefined && isJsonObject(patch) ? Object.entries(patch) : [];
  const below = members.find(([other]) => other === name)?.[1];
  if (below === null) return Object.fromEntries(members);
  return Object.fromEntries([...members, [name, rest.length > 0 ? withNull(below, rest) : null]]);
}
