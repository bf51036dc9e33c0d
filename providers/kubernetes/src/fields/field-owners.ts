import {
  type FieldPath,
  isJsonObject,
  type Json,
  type JsonObject,
  readList,
  readObject,
  readText,
} from '@trueup/diagnostics';
import type { Writer } from '@trueup/provider-sdk';
import {
  type ElementPath,
  type ElementText,
  emptyFieldSet,
  type FieldSet,
  formatPathElement,
  parseFieldsV1,
} from '@trueup/structured-merge/fields';

/** One entry of `metadata.managedFields`. */
export interface FieldOwner {
  readonly manager: string;
  readonly operation: 'Apply' | 'Update';
  readonly apiVersion: string;
  /** Empty for the object itself; else `status`, `scale` and the like. */
  readonly subresource: string;
  readonly time: string | undefined;
  readonly fields: FieldSet;
  /** As the server wrote it. */
  readonly entry: JsonObject;
}

/** Who owns which fields of an object. Entries that cannot be read own nothing. */
export function listOwners(body: JsonObject): readonly FieldOwner[] {
  return readList(body, 'metadata', 'managedFields').filter(isJsonObject).map(toOwner);
}

/** The fields are read when they are asked for: most questions are about managers alone. */
function toOwner(entry: JsonObject): FieldOwner {
  let fields: FieldSet | undefined;
  return {
    manager: readText(entry, 'manager') ?? '',
    operation: readText(entry, 'operation') === 'Apply' ? 'Apply' : 'Update',
    apiVersion: readText(entry, 'apiVersion') ?? '',
    subresource: readText(entry, 'subresource') ?? '',
    time: readText(entry, 'time'),
    get fields() {
      fields ??= parseFieldsV1(readObject(entry, 'fieldsV1')) ?? emptyFieldSet;
      return fields;
    },
    entry,
  };
}

/** What server-side apply recorded for `manager`. */
export function appliedEntryOf(body: JsonObject, manager: string): JsonObject | undefined {
  return readList(body, 'metadata', 'managedFields')
    .filter(isJsonObject)
    .find(
      (entry) =>
        readText(entry, 'manager') === manager &&
        readText(entry, 'operation') === 'Apply' &&
        (readText(entry, 'subresource') ?? '') === '',
    );
}

export function toElements(path: FieldPath): ElementPath {
  return path.map(
    (step): ElementText =>
      formatPathElement(
        typeof step === 'string'
          ? { kind: 'field', name: step }
          : { kind: 'key', key: { ...step } },
      ),
  );
}

/** Whether the owner has a say about the value at `path`: about it, a part of it, or what it is in. */
export function ownsAt({ fields }: Pick<FieldOwner, 'fields'>, path: FieldPath): boolean {
  const elements = toElements(path);
  let at: FieldSet = fields;
  for (const [index, step] of elements.entries()) {
    const below = at.children.get(step);
    const isLast = index === elements.length - 1;
    if (!below) return isLast ? at.members.has(step) : at.members.has(step) && isLeaf(at, step);
    at = below;
  }
  return elements.length > 0;
}

/** An owned place with nothing owned below is owned as a whole. */
function isLeaf(set: FieldSet, step: ElementText): boolean {
  return !set.children.has(step);
}

/**
 * Who wrote the value at `path`: the latest of its owners, and rather another one than `ourselves`.
 * `undefined` for what the server filled in.
 */
export function writerAt(
  owners: readonly FieldOwner[],
  path: FieldPath,
  ourselves: string,
): Writer | undefined {
  const able = owners.filter((owner) => ownsAt(owner, path));
  const others = able.filter(({ manager }) => manager !== ourselves);
  const [latest] = (others.length > 0 ? others : able).toSorted((a, b) =>
    (b.time ?? '').localeCompare(a.time ?? ''),
  );
  return latest && toWriter(latest);
}

export function toWriter({ manager, time }: FieldOwner): Writer {
  return { name: manager || 'unknown', ...(time !== undefined && { writtenAt: time }) };
}

/** The value at a path of field-set steps; `undefined` when there is none. */
export function valueAt(body: Json | undefined, path: ElementPath): Json | undefined {
  let at = body;
  for (const step of path) at = at === undefined ? undefined : stepInto(at, step);
  return at;
}

function stepInto(value: Json, step: ElementText): Json | undefined {
  if (step.startsWith('f:')) {
    const name = step.slice(2);
    return isJsonObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;
  }
  if (!Array.isArray(value)) return undefined;
  return value.find((item) => isItem(item, step));
}

/** Whether an item of a list is the one that a `k:` or `v:` step names. */
export function isItem(item: Json, step: ElementText): boolean {
  if (step.startsWith('v:')) return formatPathElement({ kind: 'value', value: item }) === step;
  if (!(step.startsWith('k:') && isJsonObject(item))) return false;
  const key = JSON.parse(step.slice(2));
  return isJsonObject(key) && Object.entries(key).every(([name, value]) => item[name] === value);
}
