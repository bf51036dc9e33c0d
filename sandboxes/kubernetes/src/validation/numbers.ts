/** Numbers and shares as many kinds have them. */

import type { Json } from '@trueup/diagnostics';

import { type FieldError, invalidField } from './field-error.ts';

export function atLeastZero(field: string, value: number | undefined): readonly FieldError[] {
  if (value === undefined || value >= 0) return [];
  return [invalidField(field, value, 'must be greater than or equal to 0')];
}

export function portNumber(field: string, value: number): readonly FieldError[] {
  if (value >= 1 && value <= 65_535) return [];
  return [invalidField(field, value, 'must be between 1 and 65535, inclusive')];
}

const percentRule =
  "a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%',  or '93%', regex used for validation is '[0-9]+%')";

/** A number that is not negative, or a percentage. */
export function countOrShare(field: string, value: Json | undefined): readonly FieldError[] {
  if (typeof value === 'number') return atLeastZero(field, value);
  if (typeof value !== 'string' || /^\d+%$/.test(value)) return [];
  return [invalidField(field, value, percentRule)];
}

export function atMostWhole(field: string, value: Json | undefined): readonly FieldError[] {
  if (typeof value !== 'string' || !/^\d+%$/.test(value) || Number.parseInt(value, 10) <= 100)
    return [];
  return [invalidField(field, value, 'must not be greater than 100%')];
}

/** Whether it comes to nothing. */
export function isNone(value: Json | undefined): boolean {
  return value === 0 || value === '0%';
}
