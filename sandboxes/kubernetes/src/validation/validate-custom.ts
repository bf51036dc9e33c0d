/** Checks a custom resource against its structural schema, in the words of the real validator. */

import { isJsonList, isJsonObject, type Json, type JsonObject } from '@trueup/diagnostics';

import { writeJson } from '../object/json-text.ts';
import { readList, readNumber, readObject, readText } from '../object/read-fields.ts';
import { isSameJson } from '../object/same-json.ts';
import { showJson } from '../object/show-json.ts';
import {
  duplicateField,
  type FieldError,
  invalidField,
  jsonType,
  requiredField,
  tooLongField,
  unsupportedField,
  wrongType,
} from './field-error.ts';

export function validateCustom(schema: JsonObject, object: JsonObject): readonly FieldError[] {
  const errors: FieldError[] = [];
  const { metadata: _metadata, apiVersion: _version, kind: _kind, ...rest } = object;
  validateValue(schema, rest, { path: '', errors });
  return errors;
}

interface Walk {
  readonly path: string;
  readonly errors: FieldError[];
}

function validateValue(schema: JsonObject, value: Json, walk: Walk): void {
  if (value === null && schema['nullable'] === true) return;
  if (!hasType(schema, value)) {
    walk.errors.push(typeError(schema, value, walk.path));
    return;
  }
  validateEnum(schema, value, walk);
  if (typeof value === 'string') validateText(schema, value, walk);
  else if (typeof value === 'number' || typeof value === 'bigint')
    validateNumber(schema, value, walk);
  else if (isJsonList(value)) validateList(schema, value, walk);
  else if (isJsonObject(value)) validateMembers(schema, value, walk);
  validateCombinations(schema, value, walk);
}

function hasType(schema: JsonObject, value: Json): boolean {
  const actual = jsonType(value);
  if (schema['x-kubernetes-int-or-string'] === true)
    return actual === 'string' || actual === 'integer';
  const { type } = schema;
  if (type === undefined) return true;
  return type === actual || (type === 'number' && actual === 'integer');
}

function typeError(schema: JsonObject, value: Json, path: string): FieldError {
  const wanted = schema['x-kubernetes-int-or-string'] === true ? 'integer,string' : schema['type'];
  return wrongType(
    path,
    value,
    `${path} in body must be of type ${showJson(wanted)}: ${JSON.stringify(jsonType(value))}`,
  );
}

function validateEnum(schema: JsonObject, value: Json, { path, errors }: Walk): void {
  const allowed = readList(schema, 'enum');
  if (allowed.length === 0 || allowed.some((one) => isSameJson(one, value))) return;
  errors.push(
    unsupportedField(
      path,
      value,
      allowed.map((one) => (typeof one === 'string' ? one : writeJson(one))),
    ),
  );
}

/** The validator stops at the first thing that is wrong with a text. */
function validateText(schema: JsonObject, value: string, { path, errors }: Walk): void {
  const error = lengthError(schema, value, path) ?? patternError(schema, value, path);
  if (error) errors.push(error);
  const format = readText(schema, 'format');
  if (format !== undefined && !hasFormat(format, value)) {
    const detail = `${path} in body must be of type ${format}: ${JSON.stringify(value)}`;
    errors.push(invalidField(path, value, detail));
  }
}

function lengthError(schema: JsonObject, value: string, path: string): FieldError | undefined {
  const length = [...value].length;
  const [shortest, longest] = [readNumber(schema, 'minLength'), readNumber(schema, 'maxLength')];
  if (longest !== undefined && length > longest) return tooLongField(path, longest);
  if (shortest === undefined || length >= shortest) return undefined;
  return invalidField(path, value, `${path} in body should be at least ${shortest} chars long`);
}

function patternError(schema: JsonObject, value: string, path: string): FieldError | undefined {
  const pattern = readText(schema, 'pattern');
  if (pattern === undefined || matches(pattern, value)) return undefined;
  return invalidField(path, value, `${path} in body should match '${pattern}'`);
}

/** A pattern that this engine cannot read accepts everything. */
function matches(pattern: string, value: string): boolean {
  try {
    return new RegExp(pattern, 'u').test(value);
  } catch {
    return true;
  }
}

function hasFormat(format: string, value: string): boolean {
  switch (format) {
    case 'date-time':
      return /^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d/.test(value) && !Number.isNaN(Date.parse(value));
    case 'date':
      return /^\d{4}-\d\d-\d\d$/.test(value);
    case 'byte':
      return /^[A-Za-z0-9+/\r\n]*={0,2}$/.test(value);
    case 'ipv4':
      return /^(?:\d{1,3}\.){3}\d{1,3}$/.test(value);
    case 'uuid':
      return /^[\da-f]{8}-?(?:[\da-f]{4}-?){3}[\da-f]{12}$/i.test(value);
    case 'email':
      return /^[^@\s]+@[^@\s]+$/.test(value);
    default:
      return true;
  }
}

function validateNumber(schema: JsonObject, value: number | bigint, walk: Walk): void {
  validateBound(schema, value, walk, { member: 'minimum', exclusive: 'exclusiveMinimum', sign: 1 });
  validateBound(schema, value, walk, {
    member: 'maximum',
    exclusive: 'exclusiveMaximum',
    sign: -1,
  });
  const step = readNumber(schema, 'multipleOf');
  if (step !== undefined && Number(value) % step !== 0) {
    const { path, errors } = walk;
    errors.push(invalidField(path, value, `${path} in body should be a multiple of ${step}`));
  }
}

interface Bound {
  readonly member: string;
  readonly exclusive: string;
  /** 1 for what must not be below it, -1 for what must not be above. */
  readonly sign: 1 | -1;
}

function validateBound(
  schema: JsonObject,
  value: number | bigint,
  { path, errors }: Walk,
  { member, exclusive, sign }: Bound,
): void {
  const bound = readNumber(schema, member);
  if (bound === undefined) return;
  const isStrict = schema[exclusive] === true;
  const distance = sign * (Number(value) - bound);
  if (distance > 0 || (distance === 0 && !isStrict)) return;
  const than = `${sign === 1 ? 'greater' : 'less'} than${isStrict ? '' : ' or equal to'}`;
  errors.push(invalidField(path, value, `${path} in body should be ${than} ${bound}`));
}

function validateList(schema: JsonObject, list: readonly Json[], walk: Walk): void {
  const { path, errors } = walk;
  const [fewest, most] = [readNumber(schema, 'minItems'), readNumber(schema, 'maxItems')];
  if (fewest !== undefined && list.length < fewest) {
    errors.push(
      invalidField(path, list.length, `${path} in body should have at least ${fewest} items`),
    );
  }
  if (most !== undefined && list.length > most) {
    errors.push({
      reason: 'FieldValueTooMany',
      message: `Too many: ${list.length}: must have at most ${most} items`,
      field: path,
    });
  }
  const items = readObject(schema, 'items');
  for (const [index, item] of list.entries()) {
    validateValue(items, item, { path: `${path}[${index}]`, errors });
  }
  validateUnique(schema, list, walk);
}

function validateUnique(schema: JsonObject, list: readonly Json[], { path, errors }: Walk): void {
  const kind = schema['x-kubernetes-list-type'];
  if (kind !== 'set' && kind !== 'map') return;
  const keys = readList(schema, 'x-kubernetes-list-map-keys').filter(
    (one) => typeof one === 'string',
  );
  const seen = new Set<string>();
  for (const [index, item] of list.entries()) {
    const key = kind === 'set' ? item : pick(item, keys);
    const text = writeJson(key);
    if (seen.has(text)) errors.push(duplicateField(`${path}[${index}]`, key));
    seen.add(text);
  }
}

function pick(item: Json, keys: readonly string[]): JsonObject {
  const value = readObject(item);
  return Object.fromEntries(
    keys.filter((key) => key in value).map((key) => [key, value[key] ?? null]),
  );
}

function validateMembers(schema: JsonObject, value: JsonObject, walk: Walk): void {
  const { path, errors } = walk;
  for (const name of readList(schema, 'required')) {
    if (typeof name === 'string' && !Object.hasOwn(value, name)) {
      errors.push(requiredField(joinPath(path, name)));
    }
  }
  const properties = readObject(schema, 'properties');
  const { additionalProperties } = schema;
  for (const [name, member] of Object.entries(value)) {
    const known = Object.hasOwn(properties, name) ? properties[name] : additionalProperties;
    if (isJsonObject(known)) validateValue(known, member, { path: joinPath(path, name), errors });
  }
  validateCount(schema, Object.keys(value).length, walk);
}

function validateCount(schema: JsonObject, count: number, { path, errors }: Walk): void {
  const [fewest, most] = [readNumber(schema, 'minProperties'), readNumber(schema, 'maxProperties')];
  if (fewest !== undefined && count < fewest) {
    const detail = `${path} in body should have at least ${fewest} properties`;
    errors.push(invalidField(path, count, detail));
  }
  if (most !== undefined && count > most) {
    const message = `Too many: ${count}: must have at most ${most} items`;
    errors.push({ reason: 'FieldValueTooMany', message, field: path });
  }
}

function validateCombinations(schema: JsonObject, value: Json, { path, errors }: Walk): void {
  const passing = (list: string): number =>
    readList(schema, list).filter((one) => isValid(readObject(one), value, path)).length;
  const all = readList(schema, 'allOf');
  for (const one of all) validateValue(readObject(one), value, { path, errors });
  if (readList(schema, 'anyOf').length > 0 && passing('anyOf') === 0) {
    errors.push(
      invalidField(path, value, `${path} in body must validate at least one schema (anyOf)`),
    );
  }
  if (readList(schema, 'oneOf').length > 0 && passing('oneOf') !== 1) {
    errors.push(
      invalidField(path, value, `${path} in body must validate one and only one schema (oneOf)`),
    );
  }
  const { not } = schema;
  if (isJsonObject(not) && isValid(not, value, path)) {
    errors.push(invalidField(path, value, `${path} in body must not validate the schema (not)`));
  }
}

function isValid(schema: JsonObject, value: Json, path: string): boolean {
  const errors: FieldError[] = [];
  validateValue(schema, value, { path, errors });
  return errors.length === 0;
}

function joinPath(path: string, name: string): string {
  return path === '' ? name : `${path}.${name}`;
}
