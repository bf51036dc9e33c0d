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
export type { ManagedFieldsEntry, Operation } from './managed/managed-fields.ts';
export { type OwnerFilter, ownedFields } from './managed/owned-fields.ts';
export type { Conflict } from './managed/resolve-owners.ts';
export { type UpdateRequest, updateObject } from './managed/update-object.ts';
export type { WriteContext } from './managed/write-context.ts';
export { deducedSchema } from './schema/deduced-schema.ts';
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
export { mergeTyped } from './typed/merge-typed.ts';
export { removeTyped } from './typed/remove-fields.ts';
export { toFieldSet } from './typed/to-field-set.ts';
export { type Problem, validateTyped } from './typed/validate.ts';
