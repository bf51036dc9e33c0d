import { isJsonList, isJsonObject, type JsonObject, readObject } from '@trueup/diagnostics';
import {
  descend,
  type ElementPath,
  emptyFieldSet,
  type FieldSet,
  fieldSetOf,
  hasField,
  leavesOf,
  listPaths,
  parseFieldsV1,
  subtractFields,
  uniteFields,
} from '@trueup/structured-merge/fields';

import { appliedEntryOf, listOwners, valueAt } from '../fields/field-owners.ts';
import type { ForeignAddition } from '../fields/foreign-fields.ts';
import { isFormerManager } from '../fields/move-ownership.ts';
import { uniteAll } from '../fields/unite-owners.ts';

export interface Removing {
  /** What is asked for: that stays, also where it is empty and so nobody's by the record. */
  readonly desired: JsonObject;
  /** The object becomes ours: what former managers wrote and Git does not say goes. */
  readonly takesOver: boolean;
  /** What others added and the rule wants to go. */
  readonly additions: readonly ForeignAddition[];
  readonly fieldManager: string;
}

/** Fields that go although we never owned them; `answer` tells which ones we ask for. */
export function findRemovals(
  observed: JsonObject,
  answer: JsonObject,
  { desired, takesOver, additions, fieldManager }: Removing,
): FieldSet {
  const owners = listOwners(observed);
  const former = takesOver ? owners.filter(isFormerManager) : [];
  if (former.length === 0 && additions.length === 0) return emptyFieldSet;
  const kept = owners.filter((owner) => !former.includes(owner) && owner.manager !== fieldManager);
  const abandoned = subtractFields(leavesOf(uniteAll(former)), uniteAll(kept));
  const named = fieldSetOf(additions.map(({ path }) => path));
  const asked =
    parseFieldsV1(readObject(appliedEntryOf(answer, fieldManager), 'fieldsV1')) ?? emptyFieldSet;
  const superfluous = subtractFields(uniteFields(abandoned, named), asked);
  const paths = listPaths(superfluous).filter((path) => valueAt(desired, path) === undefined);
  const going = fieldSetOf(paths.filter((path) => canGo(observed, path)));
  const staying = subtractFields(leavesOf(uniteAll(listOwners(answer))), going);
  return fieldSetOf(listPaths(going).map((path) => withUnowned(path, staying)));
}

/** With a field goes the member that it lies in, with all in it, unless somebody owns some of that. */
function withUnowned(path: ElementPath, staying: FieldSet): ElementPath {
  let going = path;
  for (let length = path.length - 1; length > 0; length -= 1) {
    const outer = path.slice(0, length);
    if (hasField(staying, outer) || descend(staying, outer)) break;
    if (outer.at(-1)?.startsWith('f:')) going = outer;
  }
  return going;
}

/** An empty list within an item is what neither an apply nor a merge patch can take away. */
function canGo(observed: JsonObject, path: ElementPath): boolean {
  const value = valueAt(observed, path);
  const isEmpty = value !== undefined && isJsonList(value) && value.length === 0;
  return !isEmpty || path.every((step) => step.startsWith('f:'));
}

/**
 * For a dry run that puts the whole object: the one way to ask what becomes of an object without
 * fields that others own.
 */
export function withoutOwners({ metadata, ...rest }: JsonObject): JsonObject {
  if (!isJsonObject(metadata)) return rest;
  const { managedFields: _owners, ...kept } = metadata;
  return { ...rest, metadata: kept };
}
