import { isJsonObject, type Json, type JsonObject } from '@trueup/diagnostics';

import { type FieldSet, FieldSetBuilder } from './field-set.ts';
import {
  compareElements,
  type ElementText,
  formatPathElement,
  parsePathElement,
} from './path-element.ts';

/**
 * Reads `fieldsV1` of an entry in `metadata.managedFields`. Elements of kinds that no server writes
 * so far are passed over, with all below them. `undefined` when it is no field set.
 */
export function parseFieldsV1(fields: Json): FieldSet | undefined {
  const set = new FieldSetBuilder();
  return read(fields, set, 0) === 'malformed' ? undefined : set;
}

/** Deeper than any object that a server takes; keeps a hostile document off our stack. */
const depthLimit = 1000;

/** Says whether the place itself is a member of the set around it. */
function read(fields: Json, into: FieldSetBuilder, depth: number): boolean | 'malformed' {
  if (!isJsonObject(fields) || depth > depthLimit) return 'malformed';
  for (const name in fields) {
    const below = fields[name];
    if (name === '.' || below === undefined) continue;
    if (readElement(name, below, into, depth) === 'malformed') return 'malformed';
  }
  return Object.hasOwn(fields, '.') || (into.members.size === 0 && into.children.size === 0);
}

function readElement(
  name: string,
  fields: Json,
  into: FieldSetBuilder,
  depth: number,
): 'malformed' | undefined {
  const step = toElementText(name);
  if (step === 'unknown') return undefined;
  if (step === undefined) return 'malformed';
  const child = into.children.get(step) ?? new FieldSetBuilder();
  const isMember = read(fields, child, depth + 1);
  if (isMember === 'malformed') return 'malformed';
  if (isMember) into.members.add(step);
  if (child.members.size > 0 || child.children.size > 0) into.children.set(step, child);
  return undefined;
}

function toElementText(name: string): ElementText | 'unknown' | undefined {
  if (name.startsWith('f:')) return name;
  const element = parsePathElement(name);
  if (element === undefined || element === 'unknown') return element;
  return formatPathElement(element);
}

/** Undoes {@link parseFieldsV1}, with the members in the order of the API server. */
export function formatFieldsV1(set: FieldSet): JsonObject {
  return write(set, false);
}

function write(set: FieldSet, isMember: boolean): JsonObject {
  const steps = [...set.members.union(new Set(set.children.keys()))].sort(compareElements);
  const entries: [string, JsonObject][] = steps.map((step) => {
    const child = set.children.get(step);
    return [step, child ? write(child, set.members.has(step)) : {}];
  });
  return Object.fromEntries(isMember ? [['.', {}], ...entries] : entries);
}
