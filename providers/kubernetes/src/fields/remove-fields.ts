import { isJsonList, isJsonObject, type Json, type JsonObject } from '@trueup/diagnostics';
import type { ElementText, FieldSet } from '@trueup/structured-merge/fields';

import { isItem } from './field-owners.ts';

/** The object without these fields. Containers that become empty by that go as well. */
export function removeFields(body: JsonObject, fields: FieldSet): JsonObject {
  const left = strip(body, fields);
  return isJsonObject(left) ? left : {};
}

/** `undefined` when nothing is left. */
function strip(value: Json, fields: FieldSet): Json | undefined {
  if (isJsonObject(value)) return stripMembers(value, fields);
  return isJsonList(value) ? stripItems(value, fields) : value;
}

function stripMembers(value: JsonObject, fields: FieldSet): JsonObject | undefined {
  const entries = Object.entries(value).flatMap(([name, member]): [string, Json][] => {
    const left = stripAt(member, `f:${name}`, fields);
    return left === undefined ? [] : [[name, left]];
  });
  return entries.length === 0 && Object.keys(value).length > 0
    ? undefined
    : Object.fromEntries(entries);
}

function stripItems(value: readonly Json[], fields: FieldSet): readonly Json[] | undefined {
  const steps = [...new Set([...fields.members, ...fields.children.keys()])];
  const items = value.flatMap((item): Json[] => {
    const step = steps.find((candidate) => isItem(item, candidate));
    const left = step === undefined ? item : stripAt(item, step, fields);
    return left === undefined ? [] : [left];
  });
  return items.length === 0 && value.length > 0 ? undefined : items;
}

/** A place with owned fields below it loses these; without any it goes as a whole. */
function stripAt(value: Json, step: ElementText, fields: FieldSet): Json | undefined {
  const below = fields.children.get(step);
  if (below) return strip(value, below);
  return fields.members.has(step) ? undefined : value;
}
