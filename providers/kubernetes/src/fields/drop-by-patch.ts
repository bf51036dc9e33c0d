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
  const paths = listPaths(fields)
    .filter((path) => path.every((step) => step.startsWith('f:')) && path[0] !== 'f:metadata')
    .filter((path) => valueAt(body, path) === undefined)
    .filter((path) => isEmptyList(valueAt(observed, path)) || isWithinEmpty(body, path));
  return {
    patch: paths.reduce<JsonObject>((patch, path) => withNull(patch, path), {}),
    dropped: fieldSetOf(paths),
  };
}

function isEmptyList(value: Json | undefined): boolean {
  return value !== undefined && isJsonList(value) && value.length === 0;
}

function isWithinEmpty(body: JsonObject, path: ElementPath): boolean {
  return path.some((_step, index) => {
    const outer = valueAt(body, path.slice(0, index));
    return outer !== undefined && isJsonObject(outer) && Object.keys(outer).length === 0;
  });
}

function withNull(patch: Json | undefined, path: ElementPath): JsonObject {
  const [step = '', ...rest] = path;
  const name = step.slice(2);
  const members = patch !== undefined && isJsonObject(patch) ? Object.entries(patch) : [];
  const below = members.find(([other]) => other === name)?.[1];
  return Object.fromEntries([...members, [name, rest.length > 0 ? withNull(below, rest) : null]]);
}
