/**
 * Removes what an owner applied the last time, does not apply any more, and nobody else owns.
 *
 * It is done in three passes over the merged value, since an item may go only with all that others
 * own in it: remove all that was applied; take back what anybody still owns; take back what was
 * never applied by this owner but lies in what went.
 */
import type { Json } from '@trueup/diagnostics';

import {
  type FieldSet,
  intersectFields,
  isEmptyFieldSet,
  subtractFields,
  uniteFields,
} from '../fields/field-set.ts';
import type { TypeSchema } from '../schema/type-schema.ts';
import { removeTyped } from '../typed/remove-fields.ts';
import { toFieldSet } from '../typed/to-field-set.ts';
import { withDeclaredFields } from '../typed/with-declared-fields.ts';
import { hasEmptyPart } from '../values/has-empty-part.ts';

export interface PruneRequest {
  /** What the owner applied the last time. */
  readonly last: FieldSet;
  /** What the owner applies now; `value` is where it says so. */
  readonly applied: { readonly fields: FieldSet; readonly value: Json };
  /** What all owners own from now on, this one included. */
  readonly owned: FieldSet;
  readonly schema: TypeSchema;
}

export function pruneFields(merged: Json, { last, applied, owned, schema }: PruneRequest): Json {
  // Nothing goes by an apply that drops nothing: what it names is owned with all that it lies in.
  // An empty struct may go all the same, with what it has by now and nobody owns.
  const dropsNothing = isEmptyFieldSet(subtractFields(last, applied.fields));
  if (dropsNothing && !hasEmptyPart(applied.value)) return merged;

  const declared = (set: FieldSet): FieldSet => withDeclaredFields(set, schema);
  const lastDeclared = declared(last);
  const present = declared(toFieldSet(merged, schema));
  const fieldsLeft = (value: Json): FieldSet => declared(toFieldSet(value, schema));

  const stripped = fieldsLeft(removeTyped(merged, lastDeclared, schema));
  const unowned = subtractFields(present, uniteFields(stripped, declared(owned)));
  const restored = fieldsLeft(removeTyped(merged, unowned, schema));
  const dropped = intersectFields(subtractFields(present, restored), lastDeclared);
  return removeTyped(merged, dropped, schema);
}
