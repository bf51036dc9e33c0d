import { isJsonList, isJsonObject, type Json } from '@trueup/diagnostics';

import {
  formatFieldElement,
  formatServerPath,
  type PathElement,
  readPathElement,
} from '../fields/path-element.ts';
import type { ListSchema, MapSchema, ScalarSchema, TypeSchema } from '../schema/type-schema.ts';
import { isElement, itemElement } from './item-element.ts';
import { isScalar, memberType, shapeOf } from './shape.ts';

/** Why a value is not of its type. Names shapes, never values: one may be a secret. */
export interface Problem {
  readonly path: readonly PathElement[];
  readonly message: string;
}

/**
 * Everything in which `value` is not of its type, as far as server-side apply cares: shapes, unknown
 * members, keys. Required members, formats and limits are not its business.
 */
export function validateTyped(
  value: Json,
  schema: TypeSchema,
  { allowDuplicates }: { readonly allowDuplicates: boolean },
): readonly Problem[] {
  const walk: Walk = { allowDuplicates, path: [], problems: [] };
  visit(walk, value, schema);
  return walk.problems;
}

interface Walk {
  readonly allowDuplicates: boolean;
  readonly path: string[];
  readonly problems: Problem[];
}

/** Deeper than any object that a server takes; keeps a hostile document off our stack. */
const depthLimit = 1000;

function visit(walk: Walk, value: Json, schema: TypeSchema): void {
  const shape = shapeOf(schema, value);
  if (walk.path.length > depthLimit) report(walk, 'nested too deeply');
  else if (shape === 'map' && schema.map) visitMap(walk, value, schema.map);
  else if (shape === 'list' && schema.list) visitList(walk, value, schema.list);
  else if (schema.scalar !== undefined) visitScalar(walk, value, schema.scalar);
  else report(walk, 'schema error: invalid type');
}

function report(walk: Walk, message: string): void {
  walk.problems.push({ path: walk.path.map(readPathElement), message });
}

function visitScalar(walk: Walk, value: Json, scalar: ScalarSchema): void {
  if (value !== null && !isScalar(scalar, value)) {
    const expected = expectations[scalar];
    report(walk, `expected ${expected}, got ${describeShape(value)}`);
  }
}

const expectations: Readonly<Record<ScalarSchema, string>> = {
  numeric: 'numeric (int or float)',
  string: 'string',
  boolean: 'boolean',
  untyped: 'any scalar',
};

function describeShape(value: Json): string {
  if (isJsonList(value)) return 'list';
  if (isJsonObject(value)) return 'map';
  return typeof value === 'bigint' ? 'number' : typeof value;
}

function visitMap(walk: Walk, value: Json, map: MapSchema): void {
  if (value !== null && !isJsonObject(value)) {
    report(walk, `expected map, got ${describeShape(value)}`);
  }
  if (!isJsonObject(value)) return;
  for (const [name, member] of Object.entries(value)) {
    walk.path.push(formatFieldElement(name));
    const type = memberType(map, name);
    if (type) visit(walk, member, type);
    else report(walk, 'field not declared in schema');
    walk.path.pop();
  }
}

function visitList(walk: Walk, value: Json, list: ListSchema): void {
  if (value !== null && !isJsonList(value)) {
    report(walk, `expected list, got ${describeShape(value)}`);
  }
  if (!isJsonList(value)) return;
  const seen = new Set<string>();
  for (const [at, item] of value.entries()) {
    const element = list.kind === 'atomic' ? `i:${at}` : itemElement(list, item);
    // Without a name for the item nothing below it can be named either.
    if (!isElement(element)) {
      report(walk, `element ${at}: ${element.problem}`);
      return;
    }
    if (seen.has(element) && !walk.allowDuplicates) {
      report(walk, `duplicate entries for key ${formatServerPath([readPathElement(element)])}`);
    }
    seen.add(element);
    walk.path.push(element);
    visit(walk, item, list.element);
    walk.path.pop();
  }
}
