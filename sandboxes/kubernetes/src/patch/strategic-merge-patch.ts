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
      const result = this.#mergeMember(merged.get(name), { name, member, patch, schema });
      if (result === undefined) merged.delete(name);
      else merged.set(name, result);
    }
    this.#deleteFromLists(merged, patch);
    return Object.fromEntries(merged);
  }

  #mergeMember(
    present: Json | undefined,
    {
      name,
      member,
      patch,
      schema,
    }: {
      readonly name: string;
      readonly member: Json;
      readonly patch: JsonObject;
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
    const order = patch[`${orderPrefix}${name}`];
    return this.#mergeList(isJsonList(present) ? present : [], member, {
      key: readText(field, 'x-kubernetes-patch-merge-key'),
      items: this.#resolve(readObject(field, 'items')),
      order: isJsonList(order) ? order : undefined,
    });
  }

  #mergeList(
    present: readonly Json[],
    patch: readonly Json[],
    rules: {
      readonly key: string | undefined;
      readonly items: JsonObject;
      readonly order: readonly Json[] | undefined;
    },
  ): readonly Json[] {
    const { key, items, order } = rules;
    if (key === undefined) {
      const added = patch.filter((one) => !present.some((known) => isSameJson(known, one)));
      return sortBy([...present, ...added], order, (one) => one);
    }
    const entries = patch.filter(isJsonObject);
    const isReplaced = entries.some((one) => one[directive] === 'replace');
    let merged: Json[] = isReplaced ? [] : [...present];
    for (const entry of entries) {
      if (entry[directive] === 'replace') continue;
      merged = this.#mergeItem(merged, entry, { key, items });
    }
    return sortBy(merged, order, (one) => (isJsonObject(one) ? (one[key] ?? null) : null), key);
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

/** With `$retainKeys` only the members that it names stay. */
function retained(value: JsonObject, patch: JsonObject): JsonObject {
  const names = patch[retainKeys];
  if (!isJsonList(names)) return value;
  return Object.fromEntries(Object.entries(value).filter(([name]) => names.includes(name)));
}

function withoutDirectives(value: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(value).filter(([name]) => !name.startsWith('$')));
}

/** What `order` names comes in its order; the rest stays where it is relative to its neighbours. */
function sortBy(
  list: readonly Json[],
  order: readonly Json[] | undefined,
  idOf: (item: Json) => Json,
  key?: string,
): readonly Json[] {
  if (!order) return list;
  const ids = order.map((one) =>
    key !== undefined && isJsonObject(one) ? (one[key] ?? null) : one,
  );
  const rank = (item: Json): number => ids.findIndex((id) => isSameJson(id, idOf(item)));
  const named = list.filter((item) => rank(item) >= 0).toSorted((a, b) => rank(a) - rank(b));
  const others = readList(list.filter((item) => rank(item) < 0));
  // Items that the patch does not know keep their place before what followed them.
  const result: Json[] = [...named];
  for (const item of others) {
    const follower = list.slice(list.indexOf(item) + 1).find((one) => rank(one) >= 0);
    const at = follower === undefined ? result.length : result.indexOf(follower);
    result.splice(at, 0, item);
  }
  return result;
}
