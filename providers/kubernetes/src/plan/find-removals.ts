import { isJsonObject, type JsonObject } from '@trueup/diagnostics';
import {
  emptyFieldSet,
  type FieldSet,
  fieldSetOf,
  leavesOf,
  parseFieldsV1,
  subtractFields,
  uniteFields,
} from '@trueup/structured-merge/fields';

import { readObject } from '../client/read-fields.ts';
import { appliedEntryOf, listOwners } from '../fields/field-owners.ts';
import type { ForeignAddition } from '../fields/foreign-fields.ts';
import { isFormerManager } from '../fields/move-ownership.ts';
import { removeFields } from '../fields/remove-fields.ts';
import { uniteAll } from '../fields/unite-owners.ts';

export interface Removing {
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
  { takesOver, additions, fieldManager }: Removing,
): FieldSet {
  const owners = listOwners(observed);
  const former = takesOver ? owners.filter(isFormerManager) : [];
  if (former.length === 0 && additions.length === 0) return emptyFieldSet;
  const kept = owners.filter((owner) => !former.includes(owner) && owner.manager !== fieldManager);
  const abandoned = subtractFields(leavesOf(uniteAll(former)), uniteAll(kept));
  const named = fieldSetOf(additions.map(({ path }) => path));
  const asked =
    parseFieldsV1(readObject(appliedEntryOf(answer, fieldManager), 'fieldsV1')) ?? emptyFieldSet;
  return subtractFields(uniteFields(abandoned, named), asked);
}

/**
 * For a dry run that puts the whole object: the one way to ask what becomes of an object without
 * fields that others own.
 */
export function withoutFields(answer: JsonObject, removed: FieldSet): JsonObject {
  const { metadata, ...rest } = removeFields(answer, removed);
  if (!isJsonObject(metadata)) return rest;
  const { managedFields: _owners, ...kept } = metadata;
  return { ...rest, metadata: kept };
}
