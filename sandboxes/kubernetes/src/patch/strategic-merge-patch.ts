/**
 * Strategic merge patch: a merge patch that knows from the type's schema which lists are merged, and
 * by which member of their items. Its directives are members that begin with `$`.
 */

import { isJsonList, isJsonObject, type Json, type JsonObject } from '@trueup/diagnostics';

import { readList, readObject, readText } from '../object/read-fields.ts';
import { isSameJson } from '../object/same-json.ts';
import { showJson } from '../object/show-json.ts';
import { PatchError } from './json-patch.ts';

export type Schemas = Readonly<Record<string, JsonObject>>;

const directive = '$patch';
const retainKeys = '$retainKeys';
const deleteFromPrefix = '$deleteFromPrimitiveList/';
const orderPrefix = '$setElementOrder/';

/** @param schemaName of the type, as OpenAPI names it. */
export function applyStrategicMergePatch(
  value: JsonObject,
  patch: Json,
  { schemas, schemaName }: { readonly schemas: Schemas; readonly schemaName: string },
): JsonObject {
  if (!isJsonObject(patch))
    throw new PatchError('malformed', 'a strategic merge patch is an object');
  const merger = new Merger(schemas);
  return merger.mergeObject(value, patch, schemas[schemaName] ?? {}) ?? {};
}

class Merger {
  readonly #schemas: Schemas;

  constructor(schemas: Schemas) {
    this.#schemas = schemas;
  }

  /** `undefined` when the patch asks for the object to go. */
  mergeObject(value: JsonObject, patch: JsonObject, schema: JsonObject): JsonObject | undefined {
    switch (patch[directive]) {
      case 'replace':
        return withoutDirectives(patch);
      case 'delete':
        return undefined;
      case undefined:
      case 'merge':
        break;
      default:
        throw new PatchError('malformed', `Unknown patch type: ${showJson(patch[directive])}`);
    }
    const merged = new Map(Object.entries(retained(value, patch)));
    for (const [name, member] of Object.entries(patch)) {
      if (name.startsWith('$')) continue;
      const result = this.#mergeMember(merged.get(name), { name, member, schema });
      if (result === undefined) merged.delete(name);
      else merged.set(name, result);
    }
    this.#deleteFromLists(merged, patch);
    this.#orderLists(merged, { value, patch, schema });
    return Object.fromEntries(merged);
  }

  #mergeMember(
    present: Json | undefined,
    {
      name,
      member,
      schema,
    }: {
      readonly name: string;
      readonly member: Json;
      readonly schema: JsonObject;
    },
  ): Json | undefined {
    if (member === null) return undefined;
    const field = this.#fieldOf(schema, name);
    if (isJsonObject(member)) {
      const before = isJsonObject(present) ? present : {};
      return this.mergeObject(before, member, this.#resolve(field));
    }
    const strategy = readText(field, 'x-kubernetes-patch-strategy') ?? '';
    if (!isJsonList(member) || !strategy.split(',').includes('merge')) return member;
    const key = readText(field, 'x-kubernetes-patch-merge-key');
    const items = this.#resolve(readObject(field, 'items'));
    return this.#mergeList(isJsonList(present) ? present : [], member, { key, items });
  }

  #mergeList(
    present: readonly Json[],
    patch: readonly Json[],
    { key, items }: { readonly key: string | undefined; readonly items: JsonObject },
  ): readonly Json[] {
    if (key === undefined) {
      const added = patch.filter((one) => !present.some((known) => isSameJson(known, one)));
      const idOf = (item: Json): Json => item;
      return sortBy([...present, ...added], { order: patch, before: present, idOf });
    }
    const entries = patch.filter(isJsonObject);
    const isReplaced = entries.some((one) => one[directive] === 'replace');
    let merged: Json[] = isReplaced ? [] : [...present];
    for (const entry of entries) {
      if (entry[directive] === 'replace') continue;
      merged = this.#mergeItem(merged, entry, { key, items });
    }
    return sortBy(merged, { order: patch, before: present, idOf: keyed(key) });
  }

  #mergeItem(
    list: readonly Json[],
    entry: JsonObject,
    { key, items }: { readonly key: string; readonly items: JsonObject },
  ): Json[] {
    const id = entry[key];
    if (id === undefined) {
      throw new PatchError(
        'malformed',
        `map: ${JSON.stringify(Object.keys(entry))} does not contain declared merge key: ${key}`,
      );
    }
    const index = list.findIndex((one) => isJsonObject(one) && isSameJson(one[key], id));
    const present = list[index];
    const merged = this.mergeObject(isJsonObject(present) ? present : {}, entry, items);
    if (index < 0) return merged ? [...list, merged] : [...list];
    return merged ? list.with(index, merged) : list.toSpliced(index, 1);
  }

  #deleteFromLists(merged: Map<string, Json>, patch: JsonObject): void {
    for (const [name, values] of Object.entries(patch)) {
      if (!name.startsWith(deleteFromPrefix) || !isJsonList(values)) continue;
      const list = merged.get(name.slice(deleteFromPrefix.length));
      if (!isJsonList(list)) continue;
      const kept = list.filter((one) => !values.some((gone) => isSameJson(gone, one)));
      merged.set(name.slice(deleteFromPrefix.length), kept);
    }
  }

  /** The order that a patch asks for holds for the lists that it leaves out, too. */
  #orderLists(
    merged: Map<string, Json>,
    {
      value,
      patch,
      schema,
    }: { readonly value: JsonObject; readonly patch: JsonObject; readonly schema: JsonObject },
  ): void {
    for (const [directiveName, order] of Object.entries(patch)) {
      if (!directiveName.startsWith(orderPrefix) || !isJsonList(order)) continue;
      const name = directiveName.slice(orderPrefix.length);
      const list = merged.get(name);
      if (!isJsonList(list)) continue;
      const key = readText(this.#fieldOf(schema, name), 'x-kubernetes-patch-merge-key');
      const idOf = key === undefined ? (item: Json): Json => item : keyed(key);
      merged.set(name, sortBy(list, { order, before: readList(value, name), idOf }));
    }
  }

  #fieldOf(schema: JsonObject, name: string): JsonObject {
    const properties = readObject(schema, 'properties');
    if (Object.hasOwn(properties, name)) return readObject(properties[name]);
    return readObject(schema, 'additionalProperties');
  }

  #resolve(schema: JsonObject): JsonObject {
    const reference = readText(schema, '$ref') ?? readText(schema, 'allOf', 0, '$ref');
    if (reference === undefined) return schema;
    return this.#schemas[reference.slice('#/components/schemas/'.length)] ?? {};
  }
}

/** What identifies an item among its siblings. */
function keyed(key: string): (item: Json) => Json {
  return (item) => (isJsonObject(item) ? (item[key] ?? null) : item);
}

/** With `$retainKeys` only the members that it names stay. */
function retained(value: JsonObject, patch: JsonObject): JsonObject {
  const names = patch[retainKeys];
  if (!isJsonList(names)) return value;
  return Object.fromEntries(Object.entries(value).filter(([name]) => names.includes(name)));
}

function withoutDirectives(value: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(value).filter(([name]) => !name.startsWith('$')));
}

/**
 * What `order` names comes in its order. The rest is sorted in between as it was before, as far as
 * that is possible without changing either order.
 */
function sortBy(
  merged: readonly Json[],
  {
    order,
    before,
    idOf,
  }: {
    readonly order: readonly Json[];
    readonly before: readonly Json[];
    readonly idOf: (item: Json) => Json;
  },
): readonly Json[] {
  const indexIn = (list: readonly Json[], item: Json): number =>
    list.findIndex((one) => isSameJson(idOf(one), idOf(item)));
  const named = merged
    .filter((item) => indexIn(order, item) >= 0)
    .toSorted((a, b) => indexIn(order, a) - indexIn(order, b));
  const others = merged.filter((item) => indexIn(order, item) < 0);
  const sorted: Json[] = [];
  while (named.length > 0 || others.length > 0) {
    const [first, other] = [named[0], others[0]];
    if (other !== undefined && (first === undefined || precedes(other, first))) {
      sorted.push(other);
      others.shift();
    } else if (first !== undefined) {
      sorted.push(first);
      named.shift();
    }
  }
  return sorted;

  function precedes(left: Json, right: Json): boolean {
    const [a, b] = [indexIn(before, left), indexIn(before, right)];
    return a >= 0 && b >= 0 && a < b;
  }
}
