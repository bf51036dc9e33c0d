/** What a write does to the owners of the fields that it touches. */

import type { FieldPath } from '@trueup/diagnostics';
import {
  type FieldSet,
  intersectFields,
  isEmptyFieldSet,
  listFields,
  subtractFields,
  subtractFieldsBelow,
  uniteFields,
} from '../fields/field-set.ts';
import { type PathElement, toFieldPath } from '../fields/path-element.ts';
import type { TypeSchema } from '../schema/type-schema.ts';
import type { Comparison } from '../typed/compare.ts';
import { reconcileFields } from '../typed/reconcile-fields.ts';
import {
  compareText,
  type Operation,
  type Owner,
  type OwnerId,
  type Owners,
} from './managed-fields.ts';

/** A field that somebody else owns and that an apply would set to another value. */
export interface Conflict {
  readonly manager: string;
  readonly operation: Operation;
  readonly apiVersion: string;
  readonly subresource: string;
  /** The field, ending where our own paths take a list for one value. */
  readonly path: FieldPath;
  /** The field, exactly. */
  readonly elements: readonly PathElement[];
}

/** Drops owners at versions that are no longer served and fits the others to the type. */
export function reconcileOwners(
  owners: Owners,
  schema: TypeSchema,
  isServed: (apiVersion: string) => boolean,
): Owners {
  const reconciled = new Map<OwnerId, Owner>();
  for (const [id, owner] of owners) {
    if (!isServed(owner.apiVersion)) continue;
    const fields = reconcileFields(owner.fields, schema);
    reconciled.set(id, fields === owner.fields ? owner : { ...owner, fields });
  }
  return reconciled;
}

/** Without the fields that a resource lets nobody set here, and all below them. */
export function exclude(set: FieldSet, resetFields: FieldSet | undefined): FieldSet {
  return resetFields ? subtractFieldsBelow(set, resetFields) : set;
}

export function excludeFromComparison(
  comparison: Comparison,
  resetFields: FieldSet | undefined,
): Comparison {
  if (!resetFields) return comparison;
  return {
    added: exclude(comparison.added, resetFields),
    modified: exclude(comparison.modified, resetFields),
    removed: exclude(comparison.removed, resetFields),
  };
}

/** What each other owner owns of what the write set, by the name of the owner. */
export function findConflicts(
  owners: Owners,
  writer: OwnerId,
  comparison: Comparison,
): readonly Conflict[] {
  const written = uniteFields(comparison.modified, comparison.added);
  const conflicts: Conflict[] = [];
  const named = [...owners].sort(([a], [b]) => compareText(a, b));
  for (const [id, owner] of named) {
    if (id === writer) continue;
    for (const elements of listFields(intersectFields(owner.fields, written))) {
      const { manager, operation, apiVersion, subresource } = owner;
      const path = toFieldPath(elements);
      conflicts.push({ manager, operation, apiVersion, subresource, path, elements });
    }
  }
  return conflicts;
}

/** Takes what was written or removed away from everybody but the writer. */
export function takeFrom(owners: Owners, writer: OwnerId, comparison: Comparison): Owners {
  const { added, modified, removed } = comparison;
  const gone = uniteFields(uniteFields(modified, added), removed);
  const remaining = new Map<OwnerId, Owner>();
  for (const [id, owner] of owners) {
    const fields = id === writer ? owner.fields : subtractFields(owner.fields, gone);
    if (!isEmptyFieldSet(fields))
      remaining.set(id, fields === owner.fields ? owner : { ...owner, fields });
  }
  return remaining;
}
