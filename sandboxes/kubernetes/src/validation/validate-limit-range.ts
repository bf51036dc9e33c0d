/** What is wrong with a range of limits. */

import type { JsonObject } from '@trueup/diagnostics';

import { parseQuantity } from '../object/quantity.ts';
import { readObjects, readText, readTexts } from '../object/read-fields.ts';
import { duplicateField, type FieldError, forbiddenField, invalidField } from './field-error.ts';

const standardTypes: readonly string[] = ['Pod', 'Container', 'PersistentVolumeClaim'];

export function validateLimitRange(value: JsonObject): readonly FieldError[] {
  const seen = new Set<string>();
  return readObjects(value, 'spec', 'limits').flatMap((limit, index) => {
    const field = `spec.limits[${index}]`;
    const type = readText(limit, 'type') ?? '';
    if (!standardTypes.includes(type) && !type.includes('/')) {
      const why = 'must be a standard limit type or fully qualified';
      return [invalidField(`${field}.type`, type, why)];
    }
    if (seen.has(type)) return [duplicateField(`${field}.type`, type)];
    seen.add(type);
    return [...validateDefaults(limit, type, field), ...validateBounds(limit, field)];
  });
}

function validateDefaults(limit: JsonObject, type: string, field: string): readonly FieldError[] {
  if (type !== 'Pod') return [];
  return ['default', 'defaultRequest']
    .filter((name) => Object.keys(readTexts(limit, name)).length > 0)
    .map((name) => forbiddenField(`${field}.${name}`, "may not be specified when `type` is 'Pod'"));
}

/** Which must not exceed which, and whose value the server then shows. */
const orders: readonly (readonly [string, string, string, string])[] = [
  ['min', 'max', 'min', 'min'],
  ['min', 'defaultRequest', 'defaultRequest', 'defaultRequest'],
  ['defaultRequest', 'max', 'defaultRequest', 'defaultRequest'],
  ['defaultRequest', 'default', 'defaultRequest', 'defaultRequest'],
  ['min', 'default', 'default', 'min'],
  ['default', 'max', 'default', 'max'],
];

const words: Readonly<Record<string, string>> = {
  min: 'min value',
  max: 'max value',
  default: 'default value',
  defaultRequest: 'default request value',
};

function validateBounds(limit: JsonObject, field: string): readonly FieldError[] {
  const names = [...new Set(orders.flat())];
  const resources = new Set(names.flatMap((name) => Object.keys(readTexts(limit, name))));
  return [...resources].flatMap((resource) =>
    orders.flatMap(([lower, upper, at, shown]) => {
      const amount = (name: string): string | undefined => readTexts(limit, name)[resource];
      const [least, most] = [amount(lower), amount(upper)];
      if (least === undefined || most === undefined || !exceeds(least, most)) return [];
      const limitWord = lower === 'defaultRequest' && upper === 'default';
      const upperWord = limitWord ? 'default limit value' : words[upper];
      const why = `${words[lower]} ${least} is greater than ${upperWord} ${most}`;
      return [invalidField(`${field}.${at}[${resource}]`, amount(shown), why)];
    }),
  );
}

function exceeds(least: string, most: string): boolean {
  return (parseQuantity(least) ?? 0n) > (parseQuantity(most) ?? 0n);
}
