/** Schemas of custom kinds, as the server publishes them. */

import { isJsonObject, type JsonObject } from '@trueup/diagnostics';

import type { ResourceType, ServedVersion } from '../resources/resource-type.ts';

const prefix = '#/components/schemas/';
const metaPrefix = 'io.k8s.apimachinery.pkg.apis.meta.v1';

export function customComponent(
  type: ResourceType,
  version: ServedVersion,
  schema: JsonObject,
): JsonObject {
  const published = publish(schema);
  const properties = isJsonObject(published['properties']) ? published['properties'] : {};
  return {
    ...published,
    properties: {
      ...properties,
      apiVersion: {
        description: 'APIVersion defines the versioned schema of this representation of an object.',
        type: 'string',
      },
      kind: {
        description:
          'Kind is a string value representing the REST resource this object represents.',
        type: 'string',
      },
      metadata: {
        description: "Standard object's metadata.",
        allOf: [{ $ref: `${prefix}${metaPrefix}.ObjectMeta` }],
      },
    },
    'x-kubernetes-group-version-kind': [
      { group: type.group, kind: type.kind, version: version.version },
    ],
  };
}

export function listComponent(type: ResourceType, version: ServedVersion): JsonObject {
  return {
    description: `${type.listKind} is a list of ${type.kind}`,
    type: 'object',
    required: ['items'],
    properties: {
      apiVersion: { type: 'string' },
      kind: { type: 'string' },
      items: { type: 'array', items: { allOf: [{ $ref: `${prefix}${version.schemaName}` }] } },
      metadata: { allOf: [{ $ref: `${prefix}${metaPrefix}.ListMeta` }] },
    },
    'x-kubernetes-group-version-kind': [
      { group: type.group, kind: type.listKind, version: version.version },
    ],
  };
}

/** Says of values that may be of two types which ones these are. */
function publish(schema: JsonObject): JsonObject {
  const { properties, items, additionalProperties } = schema;
  const isEither = schema['x-kubernetes-int-or-string'] === true;
  const saysSo = 'anyOf' in schema || 'allOf' in schema;
  return {
    ...schema,
    ...(isEither && !saysSo && { anyOf: [{ type: 'integer' }, { type: 'string' }] }),
    ...(isJsonObject(properties) && {
      properties: Object.fromEntries(
        Object.entries(properties).map(([name, one]) => [
          name,
          isJsonObject(one) ? publish(one) : one,
        ]),
      ),
    }),
    ...(isJsonObject(items) && { items: publish(items) }),
    ...(isJsonObject(additionalProperties) && {
      additionalProperties: publish(additionalProperties),
    }),
  };
}
