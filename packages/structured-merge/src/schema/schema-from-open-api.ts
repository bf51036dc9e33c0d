import { isJsonList, isJsonObject, type Json, type JsonObject } from '@trueup/diagnostics';

import { atomicSchema } from './deduced-schema.ts';
import { type Resolve, readSchema } from './read-schema.ts';
import type { ScalarMeaning, ScalarSchema, TypeSchema } from './type-schema.ts';

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

/** Types that are encoded in their own way, whatever they are declared as. */
const special: ReadonlyMap<string, TypeSchema> = new Map([
  ['io.k8s.apimachinery.pkg.runtime.RawExtension', atomicSchema],
  meaningful('io.k8s.apimachinery.pkg.api.resource.Quantity', 'untyped', 'quantity'),
  meaningful('io.k8s.apimachinery.pkg.apis.meta.v1.Duration', 'string', 'duration'),
  meaningful('io.k8s.apimachinery.pkg.apis.meta.v1.MicroTime', 'untyped', 'micro-time'),
  meaningful('io.k8s.apimachinery.pkg.apis.meta.v1.Time', 'untyped', 'time'),
]);

function meaningful(
  name: string,
  scalar: ScalarSchema,
  meaning: ScalarMeaning,
): readonly [string, TypeSchema] {
  return [name, { name, scalar, meaning }];
}

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
