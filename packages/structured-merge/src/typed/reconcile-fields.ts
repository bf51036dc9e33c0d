/**
 * Brings what was recorded about owners in line with a type that has changed since: what has become
 * atomic is owned as a whole by whoever owned a part of it.
 */
import {
  type FieldSet,
  FieldSetBuilder,
  subtractFieldsBelow,
  uniteFields,
} from '../fields/field-set.ts';
import type { ElementText } from '../fields/path-element.ts';
import { deducedSchema } from '../schema/deduced-schema.ts';
import type { MapSchema, TypeSchema } from '../schema/type-schema.ts';
import { shapeOf } from './shape.ts';

/** Gives back the very same set when nothing has to change. */
export function reconcileFields(set: FieldSet, schema: TypeSchema): FieldSet {
  const atomic = new FieldSetBuilder();
  visit({ path: [], atomic }, { set, schema, isWhole: false });
  if (atomic.members.size === 0 && atomic.children.size === 0) return set;
  return uniteFields(subtractFieldsBelow(set, atomic), atomic);
}

interface Walk {
  readonly path: ElementText[];
  /** The places that are to be owned as a whole. */
  readonly atomic: FieldSetBuilder;
}

interface Place {
  readonly set: FieldSet | undefined;
  readonly schema: TypeSchema;
  /** Whether it is owned without anything below. */
  readonly isWhole: boolean;
}

function visit(walk: Walk, place: Place): void {
  // No value is at hand, so that of the shapes that a type allows the preferred one counts.
  const shape = shapeOf(place.schema, null);
  const { map, list } = place.schema;
  if (shape === 'map' && map) visitMap(walk, place, map);
  else if (shape === 'list' && list) {
    if (list.kind === 'atomic' && !place.isWhole) walk.atomic.add(walk.path);
    else visitEach(walk, place.set, () => list.element);
  }
}

function visitMap(walk: Walk, place: Place, map: MapSchema): void {
  if (isDeduced(map)) return;
  if (map.kind === 'atomic' && !place.isWhole) {
    if (place.set) walk.atomic.add(walk.path);
    return;
  }
  visitEach(walk, place.set, (step) => {
    const field = step.startsWith('f:') ? map.fields.get(step.slice(2)) : undefined;
    return field ? field.type : map.element;
  });
}

function visitEach(
  walk: Walk,
  set: FieldSet | undefined,
  typeOf: (step: ElementText) => TypeSchema | undefined,
): void {
  if (!set) return;
  for (const [step, child] of set.children) visitBelow(walk, step, typeOf, child);
  for (const step of set.members) {
    if (!set.children.has(step)) visitBelow(walk, step, typeOf, undefined);
  }
}

function visitBelow(
  walk: Walk,
  step: ElementText,
  typeOf: (step: ElementText) => TypeSchema | undefined,
  child: FieldSet | undefined,
): void {
  const schema = typeOf(step);
  if (!schema) return;
  walk.path.push(step);
  visit(walk, { set: child, schema, isWhole: child === undefined });
  walk.path.pop();
}

/** Deduced maps hold no marks that could have changed. */
function isDeduced({ element, fields }: MapSchema): boolean {
  if (!element || fields.size > 0) return false;
  return element === deducedSchema || (element.name === undefined && element.scalar === 'untyped');
}
