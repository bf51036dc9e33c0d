import { isJsonList, isJsonObject, type Json, type JsonObject } from '@trueup/diagnostics';

import { atomicSchema } from './deduced-schema.ts';
import { type Resolve, readSchema } from './read-schema.ts';
import type { TypeSchema } from './type-schema.ts';

/** What `/openapi/v3/...` holds under `components.schemas`, by name. */
export interface Components {
  readonly [name: string]: Json;
}

export interface GroupVersionKind {
  /** Empty for the core group. */
  readonly group: string;
  readonly version: string;
  readonly kind: string;
}

/**
 * The type of a kind, from the components of its group and version as the API server serves them.
 * `undefined` when no component says that it is this kind. Types are read on first use and cached
 * with the components, so asking again costs a look-up.
 */
export function schemaFromOpenApi(
  components: Components,
  kind: GroupVersionKind,
): TypeSchema | undefined {
  const known = cacheOf(components);
  const name = known.kinds.get(formatKind(kind));
  return name === undefined ? undefined : known.resolve(name);
}

interface Known {
  readonly kinds: ReadonlyMap<string, string>;
  readonly resolve: Resolve;
}

const caches = new WeakMap<Components, Known>();

function cacheOf(components: Components): Known {
  const cached = caches.get(components);
  if (cached) return cached;
  const known = { kinds: indexKinds(components), resolve: createResolve(components) };
  caches.set(components, known);
  return known;
}

/** Two types whose encoding in JSON differs from how they are declared. */
const special: ReadonlyMap<string, TypeSchema> = new Map<string, TypeSchema>([
  ['io.k8s.apimachinery.pkg.api.resource.Quantity', { scalar: 'untyped', meaning: 'quantity' }],
  ['io.k8s.apimachinery.pkg.runtime.RawExtension', atomicSchema],
]);

export function createResolve(components: Components): Resolve {
  const types = new Map<string, TypeSchema>(special);
  const resolve: Resolve = (name) => {
    const cached = types.get(name);
    if (cached) return cached;
    const schema = Object.hasOwn(components, name) ? components[name] : undefined;
    if (!isJsonObject(schema) || schema['$ref'] !== undefined) return undefined;
    const type = { name, ...readSchema(schema, { resolve, preserveUnknown: false }) };
    types.set(name, type);
    return type;
  };
  return resolve;
}

function indexKinds(components: Components): ReadonlyMap<string, string> {
  const kinds = new Map<string, string>();
  for (const [name, schema] of Object.entries(components)) {
    const named = isJsonObject(schema) ? schema['x-kubernetes-group-version-kind'] : undefined;
    for (const kind of isJsonList(named) ? named : []) {
      if (isJsonObject(kind)) kinds.set(formatNamedKind(kind), name);
    }
  }
  return kinds;
}

function formatNamedKind(named: JsonObject): string {
  const text = (member: string): string => {
    const value = named[member];
    return typeof value === 'string' ? value : '';
  };
  return formatKind({ group: text('group'), version: text('version'), kind: text('kind') });
}

function formatKind({ group, version, kind }: GroupVersionKind): string {
  return `${group}/${version}/${kind}`;
}
