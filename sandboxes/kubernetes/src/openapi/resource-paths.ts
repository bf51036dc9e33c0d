/** The paths of an OpenAPI document: which operations there are, for what, with which options. */

import type { Json, JsonObject } from '@trueup/diagnostics';

import type { ResourceType, ServedVersion } from '../resources/resource-type.ts';

const actions: Readonly<Record<string, readonly [string, 'collection' | 'object']>> = {
  list: ['get', 'collection'],
  create: ['post', 'collection'],
  deletecollection: ['delete', 'collection'],
  get: ['get', 'object'],
  update: ['put', 'object'],
  patch: ['patch', 'object'],
  delete: ['delete', 'object'],
};

/** Whoever validates by the server looks here whether it may. */
const writeParameters: readonly Json[] = ['dryRun', 'fieldManager', 'fieldValidation'].map(
  (name) => ({
    name,
    in: 'query',
    schema: { type: 'string', uniqueItems: true },
  }),
);

export function pathsOf(
  type: ResourceType,
  version: ServedVersion,
): readonly [string, JsonObject][] {
  const root =
    type.group === '' ? `/api/${version.version}` : `/apis/${type.group}/${version.version}`;
  const inNamespace = type.namespaced ? `${root}/namespaces/{namespace}` : root;
  const collection = `${inNamespace}/${type.resource}`;
  return [
    [collection, operations(type, version, 'collection')],
    [`${collection}/{name}`, operations(type, version, 'object')],
    ...version.subresources.map(({ name, verbs }): [string, JsonObject] => [
      `${collection}/{name}/${name}`,
      operations({ ...type, verbs: verbs.filter((verb) => verb !== 'list') }, version, 'object'),
    ]),
  ];
}

function operations(
  type: ResourceType,
  version: ServedVersion,
  level: 'collection' | 'object',
): JsonObject {
  const entries = type.verbs.flatMap((verb): [string, JsonObject][] => {
    const action = actions[verb];
    if (action?.[1] !== level) return [];
    return [[action[0], operation(type, version, { verb, method: action[0] })]];
  });
  return Object.fromEntries(entries);
}

function operation(
  { group, kind }: ResourceType,
  { version, schemaName }: ServedVersion,
  { verb, method }: { readonly verb: string; readonly method: string },
): JsonObject {
  const isWrite = method !== 'get';
  const schema = {
    $ref: `#/components/schemas/${verb === 'list' ? `${schemaName}List` : schemaName}`,
  };
  const content = { 'application/json': { schema } };
  return {
    ...(isWrite && { parameters: writeParameters }),
    ...(isWrite && verb !== 'delete' && { requestBody: { content } }),
    responses: { 200: { description: 'OK', content } },
    'x-kubernetes-action': verb === 'create' ? 'post' : verb.replace('update', 'put'),
    'x-kubernetes-group-version-kind': { group, version, kind },
  };
}
