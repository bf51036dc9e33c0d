/** What is wrong with a field, in the words of the real server. */

import { isJsonList, type Json } from '@trueup/diagnostics';

import type { Cause } from '../http/api-error.ts';
import { writeJson } from '../object/json-text.ts';

export type FieldError = Cause;

export function requiredField(field: string, detail = ''): FieldError {
  return { reason: 'FieldValueRequired', message: withDetail('Required value', detail), field };
}

export function invalidField(field: string, value: Json | undefined, detail: string): FieldError {
  return {
    reason: 'FieldValueInvalid',
    message: withDetail(`Invalid value: ${show(value)}`, detail),
    field,
  };
}

export function unsupportedField(
  field: string,
  value: Json | undefined,
  supported: readonly string[],
): FieldError {
  const list = supported.map((one) => JSON.stringify(one)).join(', ');
  return {
    reason: 'FieldValueNotSupported',
    message: `Unsupported value: ${show(value)}: supported values: ${list}`,
    field,
  };
}

export function forbiddenField(field: string, detail: string): FieldError {
  return { reason: 'FieldValueForbidden', message: withDetail('Forbidden', detail), field };
}

export function duplicateField(field: string, value: Json): FieldError {
  return { reason: 'FieldValueDuplicate', message: `Duplicate value: ${show(value)}`, field };
}

export function missingReference(field: string, value: Json): FieldError {
  return { reason: 'FieldValueNotFound', message: `Not found: ${show(value)}`, field };
}

/** @param field `[]` for the whole object */
export function tooLongField(field: string, maximum: number): FieldError {
  return {
    reason: 'FieldValueTooLong',
    message: `Too long: may not be more than ${maximum} bytes`,
    field,
  };
}

/** A type error of a custom resource, in the words of its validator. */
export function wrongType(field: string, value: Json, detail: string): FieldError {
  return {
    reason: 'FieldValueTypeInvalid',
    message: `Invalid value: ${JSON.stringify(jsonType(value))}: ${detail}`,
    field,
  };
}

export function jsonType(value: Json): string {
  if (value === null) return 'null';
  if (isJsonList(value)) return 'array';
  if (typeof value === 'bigint') return 'integer';
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'number';
  return typeof value;
}

function show(value: Json | undefined): string {
  if (value === undefined || value === null) return 'null';
  if (typeof value === 'string') return JSON.stringify(value);
  return writeJson(value);
}

function withDetail(text: string, detail: string): string {
  return detail === '' ? text : `${text}: ${detail}`;
}
