/** Whether a schema is structural: every value has a type, and nothing hides in combinations. */

import { isJsonObject, type JsonObject } from '@trueup/diagnostics';

import { readObject, readObjects, readText } from '../object/read-fields.ts';
import {
  type FieldError,
  forbiddenField,
  invalidField,
  requiredField,
  unsupportedField,
} from '../validation/field-error.ts';

const types = ['array', 'boolean', 'integer', 'number', 'object', 'string'];

export function validateStructural(schema: JsonObject, field: string): readonly FieldError[] {
  const errors: FieldError[] = [];
  if (readText(schema, 'type') !== 'object') {
    const detail = 'must be object';
    // The root is looked at twice: as a schema, and as the schema of an object.
    errors.push(invalidField(`${field}.type`, schema['type'] ?? '', detail));
    errors.push(invalidField(`${field}.type`, schema['type'] ?? '', 'must be object at the root'));
  }
  visit(schema, field, { errors, isRoot: true });
  return errors;
}

interface Walk {
  readonly errors: FieldError[];
  readonly isRoot: boolean;
}

function visit(schema: JsonObject, field: string, { errors, isRoot }: Walk): void {
  const below = { errors, isRoot: false };
  const properties = Object.entries(readObject(schema, 'properties')).sort(([a], [b]) =>
    a < b ? -1 : 1,
  );
  for (const [name, member] of properties) {
    if (isJsonObject(member)) visit(member, `${field}.properties[${name}]`, below);
  }
  const { additionalProperties, items } = schema;
  if (isJsonObject(additionalProperties))
    visit(additionalProperties, `${field}.additionalProperties`, below);
  if (isJsonObject(items)) visit(items, `${field}.items`, below);
  if (!isRoot) checkType(schema, field, errors);
  checkForbidden(schema, field, errors);
  checkListType(schema, field, errors);
}

function checkType(schema: JsonObject, field: string, errors: FieldError[]): void {
  const type = readText(schema, 'type') ?? '';
  const isOpen =
    schema['x-kubernetes-int-or-string'] === true ||
    schema['x-kubernetes-preserve-unknown-fields'] === true;
  if (type === '') {
    if (!isOpen)
      errors.push(requiredField(`${field}.type`, 'must not be empty for specified object fields'));
  } else if (!types.includes(type)) {
    errors.push(unsupportedField(`${field}.type`, type, types));
  }
  if (type === 'array' && !isJsonObject(schema['items'])) {
    errors.push(requiredField(`${field}.items`, 'must be specified'));
  }
}

function checkForbidden(schema: JsonObject, field: string, errors: FieldError[]): void {
  if (schema['$ref'] !== undefined)
    errors.push(forbiddenField(`${field}.$ref`, '$ref is not supported'));
  if (schema['uniqueItems'] === true) {
    errors.push(
      forbiddenField(
        `${field}.uniqueItems`,
        'uniqueItems cannot be set to true since the runtime complexity becomes quadratic',
      ),
    );
  }
  if (schema['additionalProperties'] === false) {
    errors.push(
      forbiddenField(
        `${field}.additionalProperties`,
        'additionalProperties cannot be set to false',
      ),
    );
  }
  if (
    schema['additionalProperties'] !== undefined &&
    Object.keys(readObject(schema, 'properties')).length > 0
  ) {
    errors.push(
      forbiddenField(
        `${field}.additionalProperties`,
        'additionalProperties and properties are mutual exclusive',
      ),
    );
  }
  for (const combination of ['allOf', 'anyOf', 'oneOf']) {
    for (const [index, one] of readObjects(schema, combination).entries()) {
      if (one['default'] !== undefined) {
        errors.push(
          forbiddenField(
            `${field}.${combination}[${index}].default`,
            'must be undefined to be structural',
          ),
        );
      }
    }
  }
}

function checkListType(schema: JsonObject, field: string, errors: FieldError[]): void {
  const kind = readText(schema, 'x-kubernetes-list-type');
  if (kind === undefined) return;
  const kinds = ['atomic', 'map', 'set'];
  if (!kinds.includes(kind)) {
    errors.push(unsupportedField(`${field}.x-kubernetes-list-type`, kind, kinds));
  }
  const keys = schema['x-kubernetes-list-map-keys'];
  if (kind === 'map' && !Array.isArray(keys)) {
    errors.push(
      requiredField(
        `${field}.x-kubernetes-list-map-keys`,
        'must not be empty if x-kubernetes-list-type is map',
      ),
    );
  }
}
