import type { Json } from '@trueup/diagnostics';

import { type FieldSet, FieldSetBuilder } from '../fields/field-set.ts';
import { type ElementText, formatFieldElement } from '../fields/path-element.ts';
import type { ListSchema, MapSchema, TypeSchema } from '../schema/type-schema.ts';
import { isSameJson } from '../values/compare-json.ts';
import { isElement, itemElement } from './item-element.ts';
import { asList, asMap, isEmptyObject, memberOf, memberType, shapeOf } from './shape.ts';

/** What one value has that the other has not. No field is in more than one of the sets. */
export interface Comparison {
  readonly added: FieldSet;
  readonly modified: FieldSet;
  readonly removed: FieldSet;
}

/**
 * Compares two values of a type, field by field as owners count them. A container that comes or goes
 * is itself added or removed, with all that is in it.
 */
export function compareTyped(before: Json, after: Json, schema: TypeSchema): Comparison {
  const walk: Walk = {
    path: [],
    added: new FieldSetBuilder(),
    modified: new FieldSetBuilder(),
    removed: new FieldSetBuilder(),
  };
  compare(walk, before, after, schema);
  return { added: walk.added, modified: walk.modified, removed: walk.removed };
}

interface Walk extends Comparison {
  readonly path: ElementText[];
  readonly added: FieldSetBuilder;
  readonly modified: FieldSetBuilder;
  readonly removed: FieldSetBuilder;
}

type Side = Json | undefined;

function compare(walk: Walk, before: Side, after: Side, schema: TypeSchema): void {
  const old = before === undefined ? undefined : shapeOf(schema, before);
  const young = after === undefined ? undefined : shapeOf(schema, after);
  if (old !== undefined && young !== undefined && old !== young) {
    compareShape(walk, { before, after, schema, shape: old });
  }
  compareShape(walk, { before, after, schema, shape: young ?? old });
  if (before === undefined) walk.added.add(walk.path);
  else if (after === undefined) walk.removed.add(walk.path);
}

interface Pair {
  readonly before: Side;
  readonly after: Side;
  readonly schema: TypeSchema;
  readonly shape: 'map' | 'list' | 'scalar' | undefined;
}

function compareShape(walk: Walk, { before, after, schema, shape }: Pair): void {
  if (shape === 'map' && schema.map) compareMaps(walk, before, after, schema.map);
  else if (shape === 'list' && schema.list) compareLists(walk, before, after, schema.list);
  else compareLeaf(walk, before, after);
}

function compareLeaf(walk: Walk, before: Side, after: Side): void {
  if (before === undefined) walk.added.add(walk.path);
  else if (after === undefined) walk.removed.add(walk.path);
  else if (!isSameJson(before, after)) walk.modified.add(walk.path);
}

function compareMaps(walk: Walk, before: Side, after: Side, map: MapSchema): void {
  const old = asMap(before);
  const young = asMap(after);
  // Two empty maps are compared as values, so that null and {} differ.
  if (map.kind === 'atomic' || (isEmptyObject(old) && isEmptyObject(young))) {
    compareLeaf(walk, before, after);
    return;
  }
  for (const name in old) compareMember(walk, { name, map, old, young });
  for (const name in young) {
    if (!Object.hasOwn(old, name)) compareMember(walk, { name, map, old, young });
  }
}

interface MemberPair {
  readonly name: string;
  readonly map: MapSchema;
  readonly old: { readonly [name: string]: Json };
  readonly young: { readonly [name: string]: Json };
}

function compareMember(walk: Walk, { name, map, old, young }: MemberPair): void {
  const before = memberOf(old, name);
  const after = memberOf(young, name);
  if (before === after) return;
  const type = memberType(map, name);
  if (!type) return;
  walk.path.push(formatFieldElement(name));
  compare(walk, before, after, type);
  walk.path.pop();
}

function compareLists(walk: Walk, before: Side, after: Side, list: ListSchema): void {
  const old = asList(before);
  const young = asList(after);
  if (list.kind === 'atomic' || (old.length === 0 && young.length === 0)) {
    compareLeaf(walk, before, after);
    return;
  }
  const oldItems = groupItems(old, list);
  const youngItems = groupItems(young, list);
  for (const [step, items] of oldItems) {
    walk.path.push(step);
    compareItems(walk, items, youngItems.get(step) ?? [], list.element);
    walk.path.pop();
  }
  for (const [step, items] of youngItems) {
    if (oldItems.has(step)) continue;
    walk.path.push(step);
    compareItems(walk, [], items, list.element);
    walk.path.pop();
  }
}

function groupItems(
  items: readonly Json[],
  list: ListSchema,
): ReadonlyMap<ElementText, readonly Json[]> {
  const groups = new Map<ElementText, Json[]>();
  for (const item of items) {
    const step = itemElement(list, item);
    if (!isElement(step)) continue;
    const group = groups.get(step);
    if (group) group.push(item);
    else groups.set(step, [item]);
  }
  return groups;
}

/** Items that share a name are one field; it comes and goes with there being several of them. */
function compareItems(
  walk: Walk,
  old: readonly Json[],
  young: readonly Json[],
  schema: TypeSchema,
): void {
  if (old.length <= 1 && young.length <= 1) {
    compare(walk, old[0], young[0], schema);
  } else if (old.length > 1 && young.length > 1) {
    if (!isSameJson(old, young)) walk.modified.add(walk.path);
  } else if (old.length > 1) {
    if (young[0] !== undefined) compare(walk, undefined, young[0], schema);
    walk.removed.add(walk.path);
  } else {
    if (old[0] !== undefined) compare(walk, old[0], undefined, schema);
    walk.added.add(walk.path);
  }
}
