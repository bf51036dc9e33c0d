/** The paths of an OpenAPI document: which operations there are, for what, with which options. */

import type { Json, JsonObject } from '@trueup/diagnostics';

import type { ResourceType, ServedVersion, Subresource } from '../resources/resource-type.ts';

const actions: Readonly<Record<string, readonly [string, 'collection' | 'object']>> = {
  list: ['get', 'collection'],
  create: ['post', 'collection'],
  deletecollection: ['delete', 'collection'],
  get: ['get', 'object'],
  update: ['put', 'object'],
  patch: ['patch', 'object'],
  delete: ['delete', 'object'],
};

const textParameter = { type: 'string', uniqueItems: true };
const countParameter = { type: 'integer', uniqueItems: true };
const flagParameter = { type: 'boolean', uniqueItems: true };

/** Options in the query, by the type of their value. */
const options: Readonly<Record<string, JsonObject>> = {
  allowWatchBookmarks: flagParameter,
  continue: textParameter,
  dryRun: textParameter,
  fieldManager: textParameter,
  fieldSelector: textParameter,
  fieldValidation: textParameter,
  force: flagParameter,
  gracePeriodSeconds: countParameter,
  ignoreStoreReadErrorWithClusterBreakingPotential: flagParameter,
  labelSelector: textParameter,
  limit: countParameter,
  orphanDependents: flagParameter,
  pretty: textParameter,
  propagationPolicy: textParameter,
  resourceVersion: textParameter,
  resourceVersionMatch: textParameter,
  sendInitialEvents: flagParameter,
  shardSelector: textParameter,
  timeoutSeconds: countParameter,
  watch: flagParameter,
};

const selecting = [
  'continue',
  'fieldSelector',
  'labelSelector',
  'limit',
  'resourceVersion',
  'resourceVersionMatch',
  'sendInitialEvents',
  'timeoutSeconds',
];
const writing = ['dryRun', 'fieldManager', 'fieldValidation'];
const deleting = [
  'dryRun',
  'gracePeriodSeconds',
  'ignoreStoreReadErrorWithClusterBreakingPotential',
  'orphanDependents',
  'propagationPolicy',
];

/** Whoever validates by the server looks here whether it may. */
const optionsOf: Readonly<Record<string, readonly string[]>> = {
  list: ['allowWatchBookmarks', ...selecting, 'watch'],
  create: writing,
  update: writing,
  patch: [...writing, 'force'],
  delete: deleting,
  deletecollection: [...new Set([...selecting, ...deleting])],
};

export function pathsOf(
  type: ResourceType,
  version: ServedVersion,
): readonly [string, JsonObject][] {
  const root =
    type.group === '' ? `/api/${version.version}` : `/apis/${type.group}/${version.version}`;
  const inNamespace = type.namespaced ? `${root}/namespaces/{namespace}` : root;
  const collection = `${inNamespace}/${type.resource}`;
  const lists = type.namespaced && type.verbs.includes('list');
  const everywhere = operations({ ...type, verbs: ['list'] }, version, { level: 'collection' });
  return [
    [collection, item(collection, operations(type, version, { level: 'collection' }))],
    [
      `${collection}/{name}`,
      item(`${collection}/{name}`, operations(type, version, { level: 'object' })),
    ],
    ...version.subresources.map((part): [string, JsonObject] => {
      const path = `${collection}/{name}/${part.name}`;
      const verbs = part.verbs.filter((verb) => verb !== 'list');
      return [path, item(path, operations({ ...type, verbs }, version, { level: 'object', part }))];
    }),
    ...(lists ? [[`${root}/${type.resource}`, everywhere] satisfies [string, JsonObject]] : []),
  ];
}

function item(path: string, content: JsonObject): JsonObject {
  const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name);
  const parameters = [
    ...names.map((name) => ({ name, in: 'path', required: true, schema: textParameter })),
    { name: 'pretty', in: 'query', schema: textParameter },
  ];
  return { ...content, parameters };
}

interface Place {
  readonly level: 'collection' | 'object';
  /** Of which the operations are, when not of the object itself. */
  readonly part?: Subresource;
}

function operations(type: ResourceType, version: ServedVersion, place: Place): JsonObject {
  const entries = type.verbs.flatMap((verb): [string, JsonObject][] => {
    const action = actions[verb];
    // A part is created at the path of its object.
    const level = place.part ? 'object' : action?.[1];
    if (!action || level !== place.level) return [];
    return [[action[0], operation(type, version, { verb, ...place })]];
  });
  return Object.fromEntries(entries);
}

function operation(
  { group, kind }: ResourceType,
  { version, schemaName }: ServedVersion,
  { verb, part }: Place & { readonly verb: string },
): JsonObject {
  const parameters = (optionsOf[verb] ?? []).map(
    (name): Json => ({ name, in: 'query', schema: options[name] ?? textParameter }),
  );
  const schema = {
    $ref: `#/components/schemas/${verb === 'list' ? `${schemaName}List` : schemaName}`,
  };
  const content = { 'application/json': { schema } };
  const sendsObject = verb === 'create' || verb === 'update' || verb === 'patch';
  return {
    ...(parameters.length > 0 && { parameters }),
    ...(sendsObject && { requestBody: { content } }),
    responses: { 200: { description: 'OK', content } },
    'x-kubernetes-action': verb === 'create' ? 'post' : verb.replace('update', 'put'),
    'x-kubernetes-group-version-kind': {
      group: part?.group ?? group,
      version: part?.version ?? version,
      kind: part?.kind ?? kind,
    },
  };
}
