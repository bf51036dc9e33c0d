/**
 * Which fields a change takes from others: what it tells is compared with what they own. A field
 * that goes may have a value afterwards, its default; so it does not show in the change alone.
 */
import { isDeepStrictEqual } from 'node:util';

import { isJsonList, type Json, type JsonObject } from '@trueup/diagnostics';
import type { Change, FieldChange } from '@trueup/provider-sdk';
import { type ElementPath, type FieldSet, fieldSetOf } from '@trueup/structured-merge/fields';

import { toElements, valueAt } from '../fields/field-owners.ts';
import { listOthers } from '../fields/foreign-fields.ts';
import type { WriteScene } from './write-scene.ts';

/** Whether others may own some of what goes. Told without looking at the object. */
export function mayTake({ fields }: Change, body: JsonObject): boolean {
  return fields.some((field) => !field.generated && !isOnlySet(field, body));
}

/** Whether the field merely gets the value that is asked for. */
function isOnlySet({ path, before, after }: FieldChange, body: JsonObject): boolean {
  if (before === undefined) return true;
  if (after === undefined || !isDeepStrictEqual(after, valueAt(body, toElements(path))))
    return false;
  if (!isJsonList(before)) return true;
  const items = isJsonList(after) ? after : [];
  return before.every((item) => items.some((other) => isDeepStrictEqual(item, other)));
}

/** Of the object as it was planned from. */
export function takenFields(
  { fields }: Change,
  { body, observed }: { readonly body: JsonObject; readonly observed: JsonObject },
  { fieldManager, leaveTo }: Pick<WriteScene, 'fieldManager' | 'leaveTo'>,
): FieldSet {
  const told = fields
    .filter(({ generated, unknown }) => !generated && !unknown)
    .map(({ path, after }) => ({ elements: toElements(path), after }));
  const taken = listOthers(observed, fieldManager, leaveTo)
    .map(({ path }) => path)
    .filter((path) => valueAt(body, path) === undefined)
    .filter((path) => told.some((field) => isChanged(path, field, observed)));
  return fieldSetOf(taken);
}

interface Told {
  readonly elements: ElementPath;
  readonly after: Json | undefined;
}

/** What is owned as a whole changes with any part of it. */
function isChanged(path: ElementPath, { elements, after }: Told, observed: JsonObject): boolean {
  if (isWithin(elements, path)) return true;
  if (!isWithin(path, elements)) return false;
  const left = valueAt(after, path.slice(elements.length));
  return !isDeepStrictEqual(left, valueAt(observed, path));
}

function isWithin(path: ElementPath, outer: ElementPath): boolean {
  return outer.length <= path.length && outer.every((step, index) => step === path[index]);
}
