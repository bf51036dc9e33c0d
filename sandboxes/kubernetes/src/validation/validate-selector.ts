import { isJsonObject, type Json, type JsonObject } from '@trueup/diagnostics';

import {
  readAt,
  readList,
  readObject,
  readObjects,
  readText,
  readTexts,
} from '../object/read-fields.ts';
import { matchesLabels, readLabelSelector } from '../selectors/label-selector.ts';
import { type FieldError, forbiddenField, invalidField, requiredField } from './field-error.ts';
import { checkLabelValue, checkQualifiedName } from './names.ts';

/** A selector of the newer form, with labels and expressions. */
export function validateSelector(selector: JsonObject, field: string): readonly FieldError[] {
  return [
    ...validateMatchLabels(selector, `${field}.matchLabels`),
    ...readObjects(selector, 'matchExpressions').flatMap((expression, index) =>
      validateExpression(expression, `${field}.matchExpressions[${index}]`),
    ),
  ];
}

function validateMatchLabels(selector: JsonObject, field: string): readonly FieldError[] {
  return Object.entries(readTexts(selector, 'matchLabels')).flatMap(([key, value]) => {
    const wrongKey = checkQualifiedName(key);
    const wrongValue = checkLabelValue(value);
    return [
      ...(wrongKey === undefined ? [] : [invalidField(field, key, wrongKey)]),
      ...(wrongValue === undefined ? [] : [invalidField(field, value, wrongValue)]),
    ];
  });
}

function validateExpression(expression: JsonObject, field: string): readonly FieldError[] {
  const operator = readText(expression, 'operator') ?? '';
  const values = readList(expression, 'values');
  const key = checkQualifiedName(readText(expression, 'key') ?? '');
  const keyErrors = key === undefined ? [] : [invalidField(`${field}.key`, expression['key'], key)];
  switch (operator) {
    case 'In':
    case 'NotIn':
      if (values.length > 0) return keyErrors;
      return [
        requiredField(`${field}.values`, "must be specified when `operator` is 'In' or 'NotIn'"),
        ...keyErrors,
      ];
    case 'Exists':
    case 'DoesNotExist':
      if (values.length === 0) return keyErrors;
      return [
        forbiddenField(
          `${field}.values`,
          "may not be specified when `operator` is 'Exists' or 'DoesNotExist'",
        ),
        ...keyErrors,
      ];
    default:
      return [
        invalidField(`${field}.operator`, operator, 'not a valid selector operator'),
        ...keyErrors,
      ];
  }
}

/** That a workload finds the pods of its own template. */
export function validateFit(value: JsonObject, selector: Json | undefined): readonly FieldError[] {
  const field = 'spec.template.metadata.labels';
  const labels = readAt(value, 'spec', 'template', 'metadata', 'labels');
  const known = isJsonObject(selector) ? readLabelSelector(selector) : undefined;
  const isFound =
    known !== undefined &&
    known.length > 0 &&
    matchesLabels(known, readTexts(readObject({ labels: labels ?? {} }), 'labels'));
  if (isFound) return [];
  return [invalidField(field, labels ?? null, '`selector` does not match template `labels`')];
}
