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
} from './field-set.ts';
export { formatFieldsV1, parseFieldsV1 } from './fields-v1.ts';
export {
  type ElementText,
  formatPathElement,
  formatServerPath,
  type PathElement,
  parsePathElement,
  readPathElement,
  toFieldPath,
} from './path-element.ts';
