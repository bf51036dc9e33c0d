import type { FieldPath, JsonObject } from '@trueup/diagnostics';

import { type ElementPath, hasField } from '../fields/field-set.ts';
import { formatFieldElement, formatKeyElement } from '../fields/path-element.ts';
import { managedFieldsOf, type Owner, parseManagedFields } from './managed-fields.ts';

/** All owners that are recorded on an object; none when the record is malformed. */
export function ownersOf(object: JsonObject): readonly Owner[] {
  return [...(parseManagedFields(managedFieldsOf(object))?.values() ?? [])];
}

/** Who set the value at a path, or owns the atomic value that it lies in; the latest writer first. */
export function findOwners(object: JsonObject, path: ElementPath): readonly Owner[] {
  const owners = ownersOf(object);
  for (let length = path.length; length > 0; length -= 1) {
    const found = owners.filter(({ fields }) => hasField(fields, path.slice(0, length)));
    if (found.length > 0) return found.sort(byTime);
  }
  return [];
}

function byTime(a: Owner, b: Owner): number {
  return Date.parse(b.time ?? '1970-01-01') - Date.parse(a.time ?? '1970-01-01');
}

/** One of our own paths in the words of a field set. */
export function toElementPath(path: FieldPath): ElementPath {
  return path.map((step) =>
    typeof step === 'string' ? formatFieldElement(step) : formatKeyElement(Object.entries(step)),
  );
}
