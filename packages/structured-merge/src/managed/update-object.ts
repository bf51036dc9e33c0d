/** Who owns what after a create, update or patch: a write that says the whole object. */
import { isJsonList, isJsonObject, type Json, type JsonObject } from '@trueup/diagnostics';

import { emptyObject } from '../schema/empty-object.ts';
import { validateTyped } from '../typed/validate.ts';
import { capOwners } from './cap-owners.ts';
import {
  managedFieldsOf,
  type Owners,
  parseManagedFields,
  withOwners,
  withoutManagedFields,
} from './managed-fields.ts';
import { recordUpdate } from './record-update.ts';
import type { WriteContext } from './write-context.ts';

export interface UpdateRequest extends WriteContext {
  /** Absent when the object was created. */
  readonly before?: JsonObject;
  /** As it is to be stored; with the managed fields that the client sent, if it sent any. */
  readonly after: JsonObject;
}

/**
 * `after` with the owners that it has from now on. A value that is not of its type has no owners
 * afterwards, as on the API server; nor has an object that had none before and is only updated.
 */
export function updateObject(request: UpdateRequest): JsonObject {
  const { before, after, schema } = request;
  const owners = ownersBefore(request);
  const known = before ?? emptyObject(schema);
  const isTyped = [known, after].every(
    (object) => validateTyped(object, schema, { allowDuplicates: true }).length === 0,
  );
  if (!isTyped || (owners.size === 0 && before)) return withoutManagedFields(after);
  return withOwners(
    after,
    capOwners(
      recordUpdate(owners, {
        ...request,
        before: withoutManagedFields(known),
        after: withoutManagedFields(after),
      }),
    ),
  );
}

/** A client may edit the list; one that sends none keeps it, an empty one clears it. */
function ownersBefore({ before, after, subresource }: UpdateRequest): Owners {
  const stored = before && managedFieldsOf(before);
  const sent = managedFieldsOf(after);
  if ((subresource ?? '') !== '') return parseManagedFields(stored) ?? new Map();
  if (isReset(sent)) return new Map();
  const owners = parseManagedFields(sent);
  return owners && owners.size > 0 ? owners : (parseManagedFields(stored) ?? new Map());
}

function isReset(entries: Json | undefined): boolean {
  if (!isJsonList(entries)) return false;
  const [first] = entries;
  return entries.length === 0 || (entries.length === 1 && isJsonObject(first) && isBlank(first));
}

function isBlank(entry: JsonObject): boolean {
  return Object.values(entry).every((value) => value === null || value === '');
}
