/**
 * Reads OpenAPI v3 as the API server itself does when it prepares server-side apply, which decides
 * more than the specification does: a single `allOf` is a reference, a type without a name allows
 * all shapes, unknown fields are deduced below `x-kubernetes-preserve-unknown-fields` but not
 * through a reference, and the patch strategy counts where no list type is given.
 *
 * What is malformed never throws, since a document may come from anywhere: an unknown list type is
 * read as atomic, a reference to nothing as deduced.
 */
import { isJsonList, isJsonObject, type Json, type JsonObject } from '@trueup/diagnostics';

import { atomicSchema, deducedSchema } from './deduced-schema.ts';
import type { FieldSchema, ListSchema, MapSchema, TypeSchema } from './type-schema.ts';

/** Finds the type that a `$ref` names, by the last segment of its path. */
export type Resolve = (name: string) => TypeSchema | undefined;

export interface ReadContext {
  readonly resolve: Resolve;
  /** Whether an enclosing schema keeps fields that it does not declare. */
  readonly preserveUnknown: boolean;
}

/** The type that `schema` describes in place; references in it are resolved on first use. */
export function readSchema(schema: JsonObject, outer: ReadContext): TypeSchema {
  const preserves = schema['x-kubernetes-preserve-unknown-fields'] === true;
  const context = preserves ? { ...outer, preserveUnknown: true } : outer;

  switch (schema['type']) {
    case 'object':
      return { map: readMap(schema, context) };
    case 'array':
      return { list: readList(schema, context) };
    case 'integer':
    case 'number':
      return { scalar: 'numeric' };
    case 'boolean':
      return { scalar: 'boolean' };
    case 'string':
      return readString(schema);
    default:
      return {
        scalar: 'untyped',
        list: readList(schema, context),
        map: readMap(schema, context),
      };
  }
}

/** The type that a property, item or additional property has: by reference or in place. */
export function readReference(schema: Json | undefined, context: ReadContext): TypeSchema {
  if (!isJsonObject(schema)) return deducedSchema;
  const name = referredName(schema);
  if (name === undefined) return readSchema(schema, context);

  const referred = context.resolve(name) ?? deducedSchema;
  const kind = mapKindOf(schema);
  return kind === undefined ? referred : withKind(referred, kind);
}

function readString(schema: JsonObject): TypeSchema {
  const format = schema['format'] ?? '';
  const scalar = format === '' || format === 'byte' ? 'string' : 'untyped';
  return { scalar };
}

function readMap(schema: JsonObject, context: ReadContext): MapSchema {
  const required = isJsonList(schema['required']) ? schema['required'] : [];
  const properties = isJsonObject(schema['properties']) ? Object.entries(schema['properties']) : [];
  const fields = properties.map(
    ([name, property]) =>
      [name, new LazyField(property, context, required.includes(name))] as const,
  );
  return new LazyMap(mapKindOf(schema) ?? 'granular', new Map(fields), () =>
    readElement(schema, context),
  );
}

function readElement(schema: JsonObject, context: ReadContext): TypeSchema | undefined {
  const additional = schema['additionalProperties'];
  if (additional === undefined) {
    const declared = isJsonObject(schema['properties']) ? Object.keys(schema['properties']) : [];
    return context.preserveUnknown || declared.length === 0 ? deducedSchema : undefined;
  }
  if (isJsonObject(additional)) return readReference(additional, context);
  return additional === true ? deducedSchema : undefined;
}

function readList(schema: JsonObject, context: ReadContext): ListSchema {
  const { kind, keys } = readListKind(schema);
  return new LazyList(kind, keys, () =>
    isJsonObject(schema['items']) ? readReference(schema['items'], context) : atomicSchema,
  );
}

function readListKind(schema: JsonObject): Pick<ListSchema, 'kind' | 'keys'> {
  const type = schema['x-kubernetes-list-type'];
  if (type === 'set') return { kind: 'set', keys: [] };
  if (type === 'map') return keyed(schema['x-kubernetes-list-map-keys']);
  if (type !== undefined) return atomicList;

  const strategy = schema['x-kubernetes-patch-strategy'];
  if (strategy !== 'merge' && strategy !== 'merge,retainKeys') return atomicList;
  const mergeKey = schema['x-kubernetes-patch-merge-key'];
  return mergeKey === undefined ? { kind: 'set', keys: [] } : keyed([mergeKey]);
}

const atomicList: Pick<ListSchema, 'kind' | 'keys'> = { kind: 'atomic', keys: [] };

function keyed(keys: Json | undefined): Pick<ListSchema, 'kind' | 'keys'> {
  const names = isJsonList(keys) ? keys.filter((key) => typeof key === 'string') : [];
  return names.length > 0 ? { kind: 'map', keys: names } : atomicList;
}

function mapKindOf(schema: JsonObject): MapSchema['kind'] | undefined {
  const type = schema['x-kubernetes-map-type'];
  return type === 'atomic' || type === 'granular' ? type : undefined;
}

/** A field may say how the type that it refers to is owned, without a new type. */
function withKind(type: TypeSchema, kind: MapSchema['kind']): TypeSchema {
  const { map, list } = type;
  if (map) return { ...type, map: new LazyMap(kind, map.fields, () => map.element) };
  if (list && kind === 'atomic') {
    return { ...type, list: new LazyList('atomic', [], () => list.element) };
  }
  return type;
}

function referredName(schema: JsonObject): string | undefined {
  const direct = schema['$ref'];
  if (typeof direct === 'string' && direct !== '') return lastSegment(direct);
  const all = schema['allOf'];
  const only = isJsonList(all) && all.length === 1 ? all[0] : undefined;
  const reference = isJsonObject(only) ? only['$ref'] : undefined;
  return typeof reference === 'string' && reference !== '' ? lastSegment(reference) : undefined;
}

function lastSegment(reference: string): string | undefined {
  return reference.slice(reference.lastIndexOf('/') + 1) || undefined;
}

class LazyField implements FieldSchema {
  readonly default?: Json;
  readonly required: boolean;
  readonly #property: Json;
  readonly #context: ReadContext;
  #type: TypeSchema | undefined;

  constructor(property: Json, context: ReadContext, required: boolean) {
    this.#property = property;
    this.#context = context;
    this.required = required;
    const value = isJsonObject(property) ? property['default'] : undefined;
    if (value !== undefined && value !== null) this.default = value;
  }

  get type(): TypeSchema {
    this.#type ??= readReference(this.#property, this.#context);
    return this.#type;
  }
}

class LazyMap implements MapSchema {
  readonly kind: MapSchema['kind'];
  readonly fields: MapSchema['fields'];
  readonly #make: () => TypeSchema | undefined;
  #element: TypeSchema | undefined;
  #made = false;

  constructor(
    kind: MapSchema['kind'],
    fields: MapSchema['fields'],
    make: () => TypeSchema | undefined,
  ) {
    this.kind = kind;
    this.fields = fields;
    this.#make = make;
  }

  get element(): TypeSchema | undefined {
    if (!this.#made) this.#element = this.#make();
    this.#made = true;
    return this.#element;
  }
}

class LazyList implements ListSchema {
  readonly kind: ListSchema['kind'];
  readonly keys: readonly string[];
  readonly #make: () => TypeSchema;
  #element: TypeSchema | undefined;

  constructor(kind: ListSchema['kind'], keys: readonly string[], make: () => TypeSchema) {
    this.kind = kind;
    this.keys = keys;
    this.#make = make;
  }

  get element(): TypeSchema {
    this.#element ??= this.#make();
    return this.#element;
  }
}
