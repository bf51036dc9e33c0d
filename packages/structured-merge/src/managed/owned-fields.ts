import type { JsonObject } from '@trueup/diagnostics';

import { emptyFieldSet, type FieldSet, uniteFields } from '../fields/field-set.ts';
import { managedFieldsOf, type Operation, parseManagedFields } from './managed-fields.ts';

/** Which entries of a manager count. */
export interface OwnerFilter {
  readonly operation?: Operation;
  /** Empty for the resource itself. */
  readonly subresource?: string;
}

/** What a manager owns on an object, by all of its entries unless some are asked for. */
export function ownedFields(
  object: JsonObject,
  manager: string,
  filter: OwnerFilter = {},
): FieldSet {
  let fields = emptyFieldSet;
  for (const owner of parseManagedFields(managedFieldsOf(object))?.values() ?? []) {
    const isMeant =
      owner.manager === manager &&
      owner.operation === (filter.operation ?? owner.operation) &&
      owner.subresource === (filter.subresource ?? owner.subresource);
    if (isMeant) fields = uniteFields(fields, owner.fields);
  }
  return fields;
}
