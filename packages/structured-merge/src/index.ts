export { type ApplyRequest, type ApplyResult, applyObject } from './managed/apply-object.ts';
export type { Conflict } from './managed/resolve-owners.ts';
export { type UpdateRequest, updateObject } from './managed/update-object.ts';
export type { WriteContext } from './managed/write-context.ts';
export { deducedSchema } from './schema/deduced-schema.ts';
export { schemaFromCrd } from './schema/schema-from-crd.ts';
export {
  type Components,
  type GroupVersionKind,
  schemaFromOpenApi,
} from './schema/schema-from-open-api.ts';
export type { TypeSchema } from './schema/type-schema.ts';
export type { Problem } from './typed/validate.ts';
