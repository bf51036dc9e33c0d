export {
  countFields,
  descend,
  type ElementPath,
  emptyFieldSet,
  type FieldSet,
  FieldSetBuilder,
  fieldSetOf,
  hasField,
  intersectFields,
  isEmptyFieldSet,
  isSameFieldSet,
  leavesOf,
  listFields,
  listPaths,
  subtractFields,
  subtractFieldsBelow,
  uniteFields,
} from './fields/field-set.ts';
export { formatFieldsV1, parseFieldsV1 } from './fields/fields-v1.ts';
export {
  type ElementText,
  formatPathElement,
  formatServerPath,
  type PathElement,
  parsePathElement,
  readPathElement,
  toFieldPath,
} from './fields/path-element.ts';
export { type ApplyRequest, type ApplyResult, applyObject } from './managed/apply-object.ts';
export {
  type ConflictCause,
  describeCauses,
  describeConflicts,
} from './managed/describe-conflicts.ts';
export { type IsAppliedRequest, isApplied } from './managed/is-applied.ts';
export { keepTimes } from './managed/keep-times.ts';
export type { ManagedFieldsEntry, Operation, Owner } from './managed/managed-fields.ts';
export { type OwnerFilter, ownedFields } from './managed/owned-fields.ts';
export { findOwners, ownersOf, toElementPath } from './managed/owners-of.ts';
export { resetFieldsOf, resetFieldsOfCustom } from './managed/reset-fields.ts';
export type { Conflict } from './managed/resolve-owners.ts';
export {
  fromScaleEntries,
  type ReplicasPaths,
  type ScaleWrite,
  toScaleEntries,
} from './managed/scale-owners.ts';
export { type UpdateRequest, updateObject } from './managed/update-object.ts';
export type { WriteContext } from './managed/write-context.ts';
export { canonicaliseObject } from './quantity/canonicalise.ts';
export { formatDuration, parseDuration } from './quantity/duration.ts';
export {
  canonicalQuantity,
  compareQuantities,
  formatQuantity,
  parseQuantity,
  type Quantity,
  type QuantityFormat,
} from './quantity/quantity.ts';
export { canonicalTime } from './quantity/time.ts';
export { deducedSchema } from './schema/deduced-schema.ts';
export { emptyObject } from './schema/empty-object.ts';
export { keysOf } from './schema/keys-of.ts';
export { schemaFromCrd } from './schema/schema-from-crd.ts';
export {
  type Components,
  type GroupVersionKind,
  schemaFromOpenApi,
} from './schema/schema-from-open-api.ts';
export type {
  FieldSchema,
  ListSchema,
  MapSchema,
  ScalarMeaning,
  ScalarSchema,
  TypeSchema,
} from './schema/type-schema.ts';
export { type Comparison, compareTyped } from './typed/compare.ts';
export { describeProblems } from './typed/describe-problems.ts';
export { extractFields, withoutFields } from './typed/extract-fields.ts';
export { mergeTyped } from './typed/merge-typed.ts';
export { toFieldSet } from './typed/to-field-set.ts';
export { type Problem, validateTyped } from './typed/validate.ts';
