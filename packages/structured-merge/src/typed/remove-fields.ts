import { isJsonList, isJsonObject, type Json } from '@trueup/diagnostics';

import { type FieldSet, isEmptyFieldSet } from '../fields/field-set.ts';
import { formatFieldElement } from '../fields/path-element.ts';
import type { ListSchema, MapSchema, TypeSchema } from '../schema/type-schema.ts';
import { itemElementOrNameless } from './item-element.ts';
import { isEmptyObject, memberType, setMember, shapeOf } from './shape.ts';

/**
 * The value without the members of `fields`, each with all that is in it. A container that loses its
 * last item this way is null, as on the API server.
 */
export function removeTyped(value: Json, fields: FieldSet, schema: TypeSchema): Json {
  if (isEmptyFieldSet(fields)) return value;
  const shape = shapeOf(schema, value);
  if (shape === 'map' && schema.map) return removeFromMap(value, fields, schema.map);
  if (shape === 'list' && schema.list) return removeFromList(value, fields, schema.list);
  return value;
}

function removeFromMap(value: Json, fields: FieldSet, map: MapSchema): Json {
  if (!isJsonObject(value) || map.kind === 'atomic') return null;
  const kept: Record<string, Json> = {};
  for (const name in value) {
    const member = value[name];
    const step = formatFieldElement(name);
    if (member === undefined || fields.members.has(step)) continue;
    const below = fields.children.get(step);
    const type = below && memberType(map, name);
    setMember(kept, name, type ? removeTyped(member, below, type) : member);
  }
  return isEmptyObject(kept) ? null : kept;
}

function removeFromList(value: Json, fields: FieldSet, list: ListSchema): Json {
  if (!isJsonList(value) || list.kind === 'atomic') return null;
  const kept: Json[] = [];
  for (const item of value) {
    const step = itemElementOrNameless(list, item);
    if (fields.members.has(step)) continue;
    const below = fields.children.get(step);
    kept.push(below ? removeTyped(item, below, list.element) : item);
  }
  return kept.length > 0 ? kept : null;
}
