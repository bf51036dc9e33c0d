import type { JsonObject } from '@trueup/diagnostics';

import { emptyFieldSet, isEmptyFieldSet, uniteFields } from '../fields/field-set.ts';
import { compareTyped } from '../typed/compare.ts';
import { formatTime, type Owner, type Owners, ownerId } from './managed-fields.ts';
import { excludeFromComparison, reconcileOwners, takeFrom } from './resolve-owners.ts';
import { stripFields } from './stripped-fields.ts';
import type { WriteContext } from './write-context.ts';

/** The owners after a write that turned `before` into `after`. */
export function recordUpdate(
  recorded: Owners,
  request: WriteContext & { readonly before: JsonObject; readonly after: JsonObject },
): Owners {
  const { before, after, schema, apiVersion, resetFields, now } = request;
  const owners = reconcileOwners(recorded, schema, request.isServed ?? (() => true));
  const comparison = excludeFromComparison(compareTyped(before, after, schema), resetFields);

  // The write is told from earlier ones of the same manager until it is known what it did.
  const others = takeFrom(owners, '', comparison);
  const written = stripFields(uniteFields(comparison.modified, comparison.added));
  if (isEmptyFieldSet(written)) return others;

  const writer: Owner = {
    manager: request.manager === '' ? 'unknown' : request.manager,
    operation: 'Update',
    apiVersion,
    subresource: request.subresource ?? '',
    time: formatTime(now),
    fields: emptyFieldSet,
  };
  const id = ownerId(writer);
  const earlier = others.get(id)?.fields ?? emptyFieldSet;
  return new Map(others).set(id, { ...writer, fields: uniteFields(written, earlier) });
}
