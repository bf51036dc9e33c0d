/**
 * Server-side apply: what becomes of an object and of its owners when somebody applies a
 * configuration to it. Follows the API server step by step, so that the same comes out.
 */
import { isJsonObject, type Json, type JsonObject } from '@trueup/diagnostics';

import { emptyFieldSet, isEmptyFieldSet, uniteFields } from '../fields/field-set.ts';
import { emptyObject } from '../schema/empty-object.ts';
import { compareTyped } from '../typed/compare.ts';
import { mergeTyped } from '../typed/merge-typed.ts';
import { toFieldSet } from '../typed/to-field-set.ts';
import { type Problem, validateTyped } from '../typed/validate.ts';
import { isSameJson } from '../values/compare-json.ts';
import { renewLastApplied, settleByLastApplied } from './last-applied.ts';
import {
  formatTime,
  managedFieldsOf,
  type Owner,
  type OwnerId,
  type Owners,
  ownerId,
  parseManagedFields,
  withOwners,
  withoutManagedFields,
} from './managed-fields.ts';
import { pruneFields } from './prune-fields.ts';
import { recordUpdate } from './record-update.ts';
import {
  type Conflict,
  exclude,
  excludeFromComparison,
  findConflicts,
  reconcileOwners,
  takeFrom,
} from './resolve-owners.ts';
import { stripFields } from './stripped-fields.ts';
import type { WriteContext } from './write-context.ts';

export interface ApplyRequest extends WriteContext {
  /** Absent when the object is to be created. */
  readonly observed?: JsonObject;
  readonly applied: JsonObject;
  /** Takes fields from other owners instead of giving up. */
  readonly force: boolean;
}

export type ApplyResult =
  | {
      readonly kind: 'applied';
      /** With `metadata.managedFields`; neither defaulted nor normalised. */
      readonly object: JsonObject;
    }
  | { readonly kind: 'conflict'; readonly conflicts: readonly Conflict[] }
  | { readonly kind: 'invalid'; readonly problems: readonly Problem[] };

/**
 * Applies a configuration. Applying the same again changes nothing, the time of the entry included.
 * Nothing is applied by halves: a conflict or an invalid value leaves all as it was.
 */
export function applyObject(request: ApplyRequest): ApplyResult {
  const { applied, schema } = request;
  const observed = request.observed ?? {};
  const problems = [
    ...checkManagedFields(applied),
    ...validateTyped(applied, schema, { allowDuplicates: false }),
    ...validateTyped(observed, schema, { allowDuplicates: true }),
  ];
  const recorded = parseManagedFields(managedFieldsOf(observed));
  if (!recorded)
    problems.push({ path: managedFieldsPath, message: 'failed to decode managed fields' });
  if (!recorded || problems.length > 0) return { kind: 'invalid', problems };

  return applyTo(
    withoutManagedFields(observed),
    ownersBefore(request, observed, recorded),
    request,
  );
}

const managedFieldsPath = [
  { kind: 'field', name: 'metadata' },
  { kind: 'field', name: 'managedFields' },
] as const;

function checkManagedFields(applied: JsonObject): Problem[] {
  const entries = managedFieldsOf(applied) ?? null;
  if (entries === null) return [];
  return [{ path: managedFieldsPath, message: 'metadata.managedFields must be nil' }];
}

/** An object that nobody owned so far gets one owner for all that it has. */
function ownersBefore(request: ApplyRequest, observed: JsonObject, recorded: Owners): Owners {
  if (recorded.size > 0 || !request.observed) return recorded;
  return recordUpdate(recorded, {
    ...request,
    manager: 'before-first-apply',
    before: emptyObject(request.schema),
    after: withoutManagedFields(observed),
  });
}

function applyTo(observed: JsonObject, recorded: Owners, request: ApplyRequest): ApplyResult {
  const { applied, schema, apiVersion, resetFields, force } = request;
  const writer = writerOf(request);
  const id = ownerId(writer);
  const before = reconcileOwners(recorded, schema, request.isServed ?? (() => true));
  const last = before.get(id);

  const fields = exclude(toFieldSet(applied, schema), resetFields);
  const claimed = new Map(before).set(id, { ...writer, apiVersion, time: last?.time, fields });
  const merged = mergeTyped(observed, applied, schema);
  const pruned = pruneFields(merged, {
    last: last?.fields ?? emptyFieldSet,
    applied: { fields, value: applied },
    owned: [...claimed.values()].reduce(
      (all, owner) => uniteFields(all, owner.fields),
      emptyFieldSet,
    ),
    schema,
  });
  const problems =
    pruned === merged ? [] : validateTyped(pruned, schema, { allowDuplicates: true });
  if (problems.length > 0) return { kind: 'invalid', problems };

  const comparison = excludeFromComparison(compareTyped(observed, pruned, schema), resetFields);
  if (!force) {
    const found = findConflicts(claimed, id, comparison);
    const conflicts = isKubectl(request)
      ? settleByLastApplied(found, { observed, apiVersion, schema })
      : found;
    if (conflicts.length > 0) return { kind: 'conflict', conflicts };
  }
  const owners = settle(takeFrom(claimed, id, comparison), id);
  const object = finish(observed, pruned, owners, { id, now: request.now });
  return {
    kind: 'applied',
    object: isKubectl(request) ? renewLastApplied(object, applied) : object,
  };
}

function isKubectl({ manager }: WriteContext): boolean {
  return manager === 'kubectl';
}

function writerOf({ manager, apiVersion, subresource }: WriteContext): Owner {
  return {
    manager: manager === '' ? 'unknown' : manager,
    operation: 'Apply',
    apiVersion,
    subresource: subresource ?? '',
    time: undefined,
    fields: emptyFieldSet,
  };
}

/** Takes from the writer what nobody owns, and the writer away if nothing is left. */
function settle(owners: Owners, id: OwnerId): Owners {
  const writer = owners.get(id);
  if (!writer) return owners;
  const settled = new Map(owners);
  const fields = stripFields(writer.fields);
  if (isEmptyFieldSet(fields)) settled.delete(id);
  else settled.set(id, { ...writer, fields });
  return settled;
}

interface Stamp {
  readonly id: OwnerId;
  readonly now: Date;
}

/** An apply that changes no value leaves its entry the time of the last one that did. */
function finish(
  observed: JsonObject,
  result: Json,
  owners: Owners,
  { id, now }: Stamp,
): JsonObject {
  const object = isJsonObject(result) ? result : {};
  const writer = owners.get(id);
  if (!writer || isSameJson(observed, object)) return withOwners(object, owners);
  const stamped = new Map(owners).set(id, { ...writer, time: formatTime(now) });
  return withOwners(object, stamped);
}
