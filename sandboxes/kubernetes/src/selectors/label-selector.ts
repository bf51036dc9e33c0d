/** Label selectors, in the text form of queries and in the form of objects. */

import type { JsonObject } from '@trueup/diagnostics';

import { readList, readObjects, readText, readTexts } from '../object/read-fields.ts';

type Labels = Readonly<Record<string, string>>;

export interface LabelRequirement {
  readonly key: string;
  readonly operator: 'in' | 'not-in' | 'exists' | 'absent' | 'greater' | 'less';
  readonly values: readonly string[];
}

/** All of them must hold. None of them selects everything. */
export type LabelSelector = readonly LabelRequirement[];

const keyPattern = /^(?:[a-z0-9](?:[-a-z0-9.]*[a-z0-9])?\/)?[A-Za-z0-9](?:[-\w.]*[A-Za-z0-9])?$/;
const valuePattern = /^(?:[A-Za-z0-9](?:[-\w.]*[A-Za-z0-9])?)?$/;

export function isLabelKey(text: string): boolean {
  return keyPattern.test(text) && text.length <= 317 && (text.split('/').at(-1)?.length ?? 0) <= 63;
}

export function isLabelValue(text: string): boolean {
  return valuePattern.test(text) && text.length <= 63;
}

/** @returns `undefined` when the text is no selector. */
export function parseLabelSelector(text: string): LabelSelector | undefined {
  const requirements: LabelRequirement[] = [];
  for (const part of splitOutsideParentheses(text)) {
    if (part.trim() === '') {
      if (text.trim() === '') continue;
      return undefined;
    }
    const requirement = parseRequirement(part.trim());
    if (!requirement || !isLabelKey(requirement.key)) return undefined;
    requirements.push(requirement);
  }
  return requirements;
}

export function matchesLabels(selector: LabelSelector, labels: Labels): boolean {
  return selector.every((requirement) => holds(requirement, labels));
}

/** `undefined` for an absent selector, which selects nothing. */
export function readLabelSelector(selector: JsonObject | undefined): LabelSelector | undefined {
  if (!selector) return undefined;
  const exact = Object.entries(readTexts(selector, 'matchLabels')).map(
    ([key, value]): LabelRequirement => ({ key, operator: 'in', values: [value] }),
  );
  const expressions = readObjects(selector, 'matchExpressions').map(readExpression);
  return [...exact, ...expressions];
}

function readExpression(expression: JsonObject): LabelRequirement {
  const operators: Readonly<Record<string, LabelRequirement['operator']>> = {
    In: 'in',
    NotIn: 'not-in',
    Exists: 'exists',
    DoesNotExist: 'absent',
  };
  return {
    key: readText(expression, 'key') ?? '',
    operator: operators[readText(expression, 'operator') ?? ''] ?? 'in',
    values: readList(expression, 'values').filter((one) => typeof one === 'string'),
  };
}

/** As the `status.selector` of a scale says it. */
export function formatLabelSelector(selector: LabelSelector): string {
  return selector.map(formatRequirement).join(',');
}

function formatRequirement({ key, operator, values }: LabelRequirement): string {
  const list = values.toSorted().join(',');
  switch (operator) {
    case 'in':
      return values.length === 1 ? `${key}=${list}` : `${key} in (${list})`;
    case 'not-in':
      return `${key} notin (${list})`;
    case 'exists':
      return key;
    case 'absent':
      return `!${key}`;
    case 'greater':
      return `${key}>${list}`;
    case 'less':
      return `${key}<${list}`;
  }
}

function holds({ key, operator, values }: LabelRequirement, labels: Labels): boolean {
  const value = Object.hasOwn(labels, key) ? labels[key] : undefined;
  switch (operator) {
    case 'in':
      return value !== undefined && values.includes(value);
    case 'not-in':
      return value === undefined || !values.includes(value);
    case 'exists':
      return value !== undefined;
    case 'absent':
      return value === undefined;
    case 'greater':
      return value !== undefined && Number(value) > Number(values[0]);
    case 'less':
      return value !== undefined && Number(value) < Number(values[0]);
  }
}

function parseRequirement(text: string): LabelRequirement | undefined {
  const set = /^(\S+)\s+(in|notin)\s*\(([^()]*)\)$/.exec(text);
  if (set) {
    const [, key = '', operator, list = ''] = set;
    const values = list.split(',').map((one) => one.trim());
    if (!values.every(isLabelValue)) return undefined;
    return { key, operator: operator === 'in' ? 'in' : 'not-in', values };
  }
  const compared = /^([^=!<>\s]+)\s*(==|=|!=|>|<)\s*([^=!<>\s]*)$/.exec(text);
  if (compared) {
    const [, key = '', operator = '', value = ''] = compared;
    if (!isLabelValue(value)) return undefined;
    const operators = {
      '=': 'in',
      '==': 'in',
      '!=': 'not-in',
      '>': 'greater',
      '<': 'less',
    } as const;
    const name = Object.entries(operators).find(([symbol]) => symbol === operator)?.[1];
    return name && { key, operator: name, values: [value] };
  }
  const absent = /^!\s*(\S+)$/.exec(text);
  if (absent) return { key: absent[1] ?? '', operator: 'absent', values: [] };
  return /^\S+$/.test(text) ? { key: text, operator: 'exists', values: [] } : undefined;
}

function splitOutsideParentheses(text: string): readonly string[] {
  return text.split(/,(?![^(]*\))/);
}
