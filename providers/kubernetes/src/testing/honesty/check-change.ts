/**
 * P1: what changes on the server equals what the plan said, field by field, but for what it marked as
 * generated.
 */
import { isDeepStrictEqual } from 'node:util';

import {
  type FieldPath,
  formatFieldPath,
  formatJson,
  isJsonList,
  isJsonObject,
  type Json,
  type JsonObject,
} from '@trueup/diagnostics';
import { type Change, diffFields, digestBody, type FieldChange } from '@trueup/provider-sdk';

import { isClusterPart } from '../../fields/cluster-parts.ts';
import { isItem, listOwners, ownsAt, toElements, valueAt } from '../../fields/field-owners.ts';
import { keysFromOwners } from '../../fields/list-keys.ts';
import { declaredPart } from '../../plan/declared-part.ts';
import { openSeal } from './story.ts';

export interface Sides {
  readonly before: JsonObject | undefined;
  readonly after: JsonObject | undefined;
  readonly desired: JsonObject | undefined;
}

/** Everything in which the change and its effect differ, a line for each. */
export function checkChange(change: Change, sides: Sides): readonly string[] {
  const { id, action } = change;
  const { before, after } = sides;
  if (action === 'delete') return isGone(before, after) ? [] : [`${id} is still there`];
  if (!after) return [`${id} is not there`];
  if (action === 'create') return before ? [`${id} was there`] : checkCreate(change, after, sides);
  if (!before) return [`${id} was not there`];
  if (action === 'replace' && !isGone(before, after)) return [`${id} is the same as before`];
  return checkUpdate(change, before, after);
}

function isGone(before: JsonObject | undefined, after: JsonObject | undefined): boolean {
  return valueAt(before, uid) !== valueAt(after, uid);
}

const uid = ['f:metadata', 'f:uid'];

function checkCreate({ id, fields }: Change, after: JsonObject, { desired = {} }: Sides): string[] {
  const [root, ...besides] = fields;
  const digest = root?.sensitive ? openSeal(desired) : digestBody(desired);
  const problems = root?.path.length === 0 && root.after === digest ? [] : [`${id}: another root`];
  const happened = new Set(unlike(desired, declaredPart(after)).map(coarse));
  const told = new Set(besides.map(({ path }) => coarse(path)));
  return [
    ...problems,
    ...[...happened].filter((path) => !told.has(path)).map((path) => `${id}: nobody said ${path}`),
    ...besides
      .filter((field) => !isSo(field, after))
      .map(({ path }) => `${id}: another value at ${formatFieldPath(path)}`),
  ];
}

function isSo(field: FieldChange, after: JsonObject): boolean {
  if (isDeepStrictEqual(field.before, field.after)) return false;
  return isSame(field, field.after, valueAt(after, toElements(field.path)));
}

/** Where the object is not as asked. Written once more than in the plan, and simpler, on purpose. */
function unlike(asked: Json, found: Json | undefined, path: FieldPath = []): readonly FieldPath[] {
  if (isDeepStrictEqual(asked, found)) return [];
  if (isJsonList(asked) && isJsonList(found ?? null)) {
    const items = found as readonly Json[];
    return asked.length === items.length && asked.every((item, at) => isPartOf(item, items[at]))
      ? []
      : [path];
  }
  if (!isJsonObject(asked) || Object.keys(asked).length === 0) return [path];
  if (found !== undefined && !isJsonObject(found)) return [path];
  return Object.entries(asked).flatMap(([name, member]) =>
    unlike(member, found !== undefined && Object.hasOwn(found, name) ? found[name] : undefined, [
      ...path,
      name,
    ]),
  );
}

/** Defaults may be added to the items of a list, also to an empty one. */
function isPartOf(asked: Json, found: Json | undefined): boolean {
  if (isJsonObject(asked) && Object.keys(asked).length === 0) return isJsonObject(found ?? null);
  if (!isJsonObject(asked)) return unlike(asked, found).length === 0;
  return (
    isJsonObject(found ?? null) &&
    Object.entries(asked).every(([name, member]) => isPartOf(member, (found as JsonObject)[name]))
  );
}

/** Up to the first item of a list. */
function coarse(path: FieldPath): string {
  const end = path.findIndex((step) => typeof step !== 'string');
  return formatFieldPath(end < 0 ? path : path.slice(0, end));
}

function checkUpdate(change: Change, before: JsonObject, after: JsonObject): string[] {
  const { id, fields, action } = change;
  const keysOf = keysFromOwners([before, after]);
  const happened = diffFields(declaredPart(before), declaredPart(after), keysOf).filter(
    ({ path }) => !isReported(after, path),
  );
  const told = new Map(fields.map((field) => [formatFieldPath(field.path), field]));
  const unannounced = happened.filter(({ path, before: old, after: young }) => {
    const field = told.get(formatFieldPath(path));
    if (!field) return action !== 'replace' || isSomebodys(before, path);
    if (field.generated || action === 'replace') return false;
    return !(
      isSame(field, field.before, old) &&
      isSame(field, field.after, withoutGenerated(young, field, fields))
    );
  });
  const paths = new Set(happened.map(({ path }) => formatFieldPath(path)));
  const missing = fields
    .filter(({ generated }) => !generated)
    .map(({ path }) => formatFieldPath(path))
    .filter((path) => !paths.has(path));
  return [
    ...checkGenerated(change, after),
    ...unannounced.map((one) => {
      const path = formatFieldPath(one.path);
      const field = told.get(path);
      const values = [field?.before, field?.after, one.before, one.after].map(print);
      return field
        ? `${id}: said ${path}: ${values[0]} → ${values[1]}, did ${values[2]} → ${values[3]}`
        : `${id}: nobody said ${path}: ${values[2]} → ${values[3]}`;
    }),
    ...(action === 'replace' ? [] : missing.map((path) => `${id}: said and not done: ${path}`)),
  ];
}

/** A list that is told as one value, without what is told apart from it. */
function withoutGenerated(
  value: Json | undefined,
  { path }: FieldChange,
  fields: readonly FieldChange[],
): Json | undefined {
  if (value === undefined || !isJsonList(value)) return value;
  const apart = fields
    .filter((field) => field.generated && field.path.length === path.length + 2)
    .filter((field) => formatFieldPath(field.path.slice(0, path.length)) === formatFieldPath(path))
    .map((field) => toElements(field.path.slice(path.length)));
  return value.map((item) => {
    const names = apart.flatMap(([key = '', name = '']) =>
      isItem(item, key) ? [name.slice(2)] : [],
    );
    if (!isJsonObject(item) || names.length === 0) return item;
    return Object.fromEntries(Object.entries(item).filter(([name]) => !names.includes(name)));
  });
}

/** Of what is asked for nothing is generated: no approval would cover it. */
export function checkGenerated({ id, fields }: Change, after: JsonObject): readonly string[] {
  const asked = listOwners(after).filter(
    ({ manager, operation }) => manager === 'trueup' && operation === 'Apply',
  );
  return fields
    .filter(({ path, generated }) => generated && asked.some((owner) => ownsAt(owner, path)))
    .map(({ path }) => `${id}: asked for, and told as generated: ${formatFieldPath(path)}`);
}

function print(value: Json | undefined): string {
  return value === undefined ? '' : formatJson(value);
}

function isSame(field: FieldChange, told: Json | undefined, found: Json | undefined): boolean {
  const shown = field.sensitive && found !== undefined ? openSeal(found) : found;
  return isDeepStrictEqual(told, shown);
}

/** Parts of the cluster write as well, and nobody planned that. */
function isReported(body: JsonObject, path: FieldPath): boolean {
  const owners = listOwners(body).filter((owner) => ownsAt(owner, path));
  return (
    owners.length > 0 &&
    owners.every(({ manager, subresource }) => subresource === 'status' || isClusterPart(manager))
  );
}

/** Whether anybody had asked for it; the rest the server had filled in. */
function isSomebodys(body: JsonObject, path: FieldPath): boolean {
  return listOwners(body).some((owner) => ownsAt(owner, path));
}
