import { isJsonObject, type Json } from '@trueup/diagnostics';

import { type FieldSet, FieldSetBuilder } from '../fields/field-set.ts';
import { type ElementText, formatFieldElement } from '../fields/path-element.ts';
import type { ListSchema, MapSchema, TypeSchema } from '../schema/type-schema.ts';
import { itemElementOrNameless } from './item-element.ts';
import { asList, asMap, isEmptyObject, shapeOf } from './shape.ts';

/**
 * The fields that a value mentions: what its author comes to own by applying it.
 *
 * Leaves, items of keyed lists and members that the type does not declare are in the set;
 * containers that the type declares are not, unless they are empty or null.
 */
export function toFieldSet(value: Json, schema: TypeSchema): FieldSet {
  const set = new FieldSetBuilder();
  collect(set, value, schema);
  return set;
}

/**
 * Collects what lies below a place, and says whether the place itself is a leaf. An undeclared type
 * contributes nothing, since validation has refused it before.
 */
function collect(set: FieldSetBuilder, value: Json, schema: TypeSchema | undefined): boolean {
  const shape = schema && shapeOf(schema, value);
  if (shape === 'map' && schema?.map) return collectMap(set, value, schema.map);
  if (shape === 'list' && schema?.list) return collectList(set, value, schema.list);
  return shape === 'scalar';
}

function collectMap(set: FieldSetBuilder, value: Json, map: MapSchema): boolean {
  if (map.kind === 'atomic') return true;
  const members = asMap(value);
  for (const name in members) {
    const member = members[name] ?? null;
    const step = formatFieldElement(name);
    const field = map.fields.get(name);
    const isLeaf = collectBelow(set, step, member, field ? field.type : map.element);
    if (isLeaf || !field || isBare(member)) set.members.add(step);
  }
  return false;
}

function isBare(value: Json): boolean {
  return value === null || (isJsonObject(value) && isEmptyObject(value));
}

function collectList(set: FieldSetBuilder, value: Json, list: ListSchema): boolean {
  if (list.kind === 'atomic') return true;
  const items = asList(value);
  const counts = new Map<ElementText, number>();
  const elements = items.map((item) => {
    const element = itemElementOrNameless(list, item);
    counts.set(element, (counts.get(element) ?? 0) + 1);
    return element;
  });
  for (const [at, step] of elements.entries()) {
    set.members.add(step);
    // Of items that share a name none can be told from the other, so they are one field.
    if (counts.get(step) === 1) collectBelow(set, step, items[at] ?? null, list.element);
  }
  return false;
}

function collectBelow(
  set: FieldSetBuilder,
  step: ElementText,
  value: Json,
  schema: TypeSchema | undefined,
): boolean {
  if (typeof value !== 'object') return collect(set, value, schema);
  const below = new FieldSetBuilder();
  const isLeaf = collect(below, value, schema);
  if (below.members.size > 0 || below.children.size > 0) set.children.set(step, below);
  return isLeaf;
}
