import type { Change, FieldChange } from '@trueup/control-plane';
import { isJsonObject, type Json, type JsonObject } from '@trueup/diagnostics';

import { sealed, sealedChanged } from '../output/shown-value.ts';
import { type ActionName, nameOf, type ResourceName } from './plan-report.ts';
import { setField } from './set-field.ts';

/** The shape of `trueup diff -o json`: both sides of each resource that would change. */
export interface DiffDocument {
  readonly resources: readonly DiffReport[];
}

export interface DiffReport extends ResourceName {
  readonly stack: string;
  readonly action: ActionName;
  /** Absent when it does not exist. Secrets are `(sealed)`. */
  readonly before?: JsonObject;
  /** Absent when it goes. */
  readonly after?: JsonObject;
}

export interface DiffSides {
  readonly stack: string;
  /** As the provider presents it. */
  readonly observed: JsonObject | undefined;
  readonly desired: JsonObject | undefined;
}

/** Both sides of a change, the second one as the plan says that it will be. */
export function reportDiff(change: Change, { stack, observed, desired }: DiffSides): DiffReport {
  const common = { stack, ...nameOf(change.id), action: change.action };
  if (change.action === 'delete') return { ...common, ...(observed && { before: observed }) };
  if (!observed || change.action === 'create' || change.action === 'execute') {
    return { ...common, ...(desired && { after: desired }) };
  }
  const after = change.fields.reduce<Json>(setChanged, observed);
  return { ...common, before: observed, after: toObject(after) };
}

function setChanged(body: Json, { path, before, after, sensitive, unknown }: FieldChange): Json {
  if (path.length === 0) return body;
  if (unknown) return setField(body, path, '(known when it is applied)');
  if (!sensitive || after === undefined) return setField(body, path, after);
  return setField(body, path, before === undefined ? sealed : sealedChanged);
}

function toObject(value: Json): JsonObject {
  return isJsonObject(value) ? value : { value };
}
