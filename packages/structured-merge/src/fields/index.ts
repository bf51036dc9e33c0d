export {
  descend,
  type ElementPath,
  emptyFieldSet,
  type FieldSet,
  fieldSetOf,
  hasField,
  isEmptyFieldSet,
  leavesOf,
  listPaths,
  subtractFields,
  uniteFields,
} from './field-set.ts';
export { formatFieldsV1, parseFieldsV1 } from './fields-v1.ts';
export {
  type ElementText,
  formatPathElement,
  formatServerPath,
  readPathElement,
  toFieldPath,
} from './path-element.ts';
