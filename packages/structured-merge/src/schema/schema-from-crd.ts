/**
 * The type of a custom resource, as the API server builds it from the definition: the declared
 * schema, with `apiVersion`, `kind` and `metadata` replaced at the root and in embedded resources.
 */
import { isJsonObject, type Json, type JsonObject } from '@trueup/diagnostics';

import { type Resolve, readSchema } from './read-schema.ts';
import { createResolve } from './schema-from-open-api.ts';
import type { TypeSchema } from './type-schema.ts';

/**
 * @param openApiV3Schema `spec.versions[].schema.openAPIV3Schema`; without one every field is
 *   deduced from the value at hand.
 */
export function schemaFromCrd(openApiV3Schema: JsonObject | undefined): TypeSchema {
  if (!openApiV3Schema) return readSchema({ type: 'object' }, context);
  return readSchema(withObjectFields(embed(openApiV3Schema)), context);
}

const objectMetaReference: JsonObject = { $ref: '#/components/schemas/ObjectMeta' };

const text: JsonObject = { type: 'string' };

const texts: JsonObject = { type: 'object', additionalProperties: text };

const time: JsonObject = { type: 'string', format: 'date-time' };

/** The part of `ObjectMeta` that all versions of the API server share. */
const components: { readonly [name: string]: Json } = {
  ObjectMeta: {
    type: 'object',
    properties: {
      annotations: texts,
      creationTimestamp: time,
      deletionGracePeriodSeconds: { type: 'integer' },
      deletionTimestamp: time,
      finalizers: {
        type: 'array',
        items: text,
        'x-kubernetes-list-type': 'set',
        'x-kubernetes-patch-strategy': 'merge',
      },
      generateName: text,
      generation: { type: 'integer' },
      labels: texts,
      managedFields: {
        type: 'array',
        items: { $ref: 'ManagedFieldsEntry' },
        'x-kubernetes-list-type': 'atomic',
      },
      name: text,
      namespace: text,
      ownerReferences: {
        type: 'array',
        items: { $ref: 'OwnerReference' },
        'x-kubernetes-list-map-keys': ['uid'],
        'x-kubernetes-list-type': 'map',
      },
      resourceVersion: text,
      selfLink: text,
      uid: text,
    },
  },
  ManagedFieldsEntry: {
    type: 'object',
    properties: {
      apiVersion: text,
      fieldsType: text,
      fieldsV1: { type: 'object' },
      manager: text,
      operation: text,
      subresource: text,
      time,
    },
  },
  OwnerReference: {
    type: 'object',
    properties: {
      apiVersion: text,
      blockOwnerDeletion: { type: 'boolean' },
      controller: { type: 'boolean' },
      kind: text,
      name: text,
      uid: text,
    },
    'x-kubernetes-map-type': 'atomic',
  },
};

const resolve: Resolve = createResolve(components);

const context = { resolve, preserveUnknown: false } as const;

/** Adds what every object has wherever an embedded resource is declared. */
function embed(schema: JsonObject): JsonObject {
  const { properties, items, additionalProperties } = schema;
  const embedded: JsonObject = {
    ...schema,
    ...(isJsonObject(properties) && { properties: embedEach(properties) }),
    ...(isJsonObject(items) && { items: embed(items) }),
    ...(isJsonObject(additionalProperties) && {
      additionalProperties: embed(additionalProperties),
    }),
  };
  return schema['x-kubernetes-embedded-resource'] === true ? withObjectFields(embedded) : embedded;
}

function embedEach(properties: JsonObject): JsonObject {
  const entries = Object.entries(properties).map(
    ([name, property]) => [name, isJsonObject(property) ? embed(property) : property] as const,
  );
  return Object.fromEntries(entries);
}

function withObjectFields(schema: JsonObject): JsonObject {
  const own = isJsonObject(schema['properties']) ? schema['properties'] : {};
  const properties = { ...own, apiVersion: text, kind: text, metadata: objectMetaReference };
  return { ...schema, properties };
}
