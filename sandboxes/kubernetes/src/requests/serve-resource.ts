/** Answers requests for objects: finds the type, checks the verb, calls what does it. */

import { isJsonObject, type JsonObject } from '@trueup/diagnostics';

import type { Cluster } from '../cluster/cluster.ts';
import { methodNotAllowed, noSuchResource, notFound } from '../http/api-error.ts';
import type { Call, Reply } from '../http/call.ts';
import { negotiate } from '../http/negotiate.ts';
import type { ApiPath } from '../http/parse-request.ts';
import { readOptionalBody, readPatchBody, readWholeBody } from '../http/read-body-value.ts';
import { jsonReply, refusalReply, textReply, valueReply } from '../http/reply.ts';
import { readText } from '../object/read-fields.ts';
import { typeKey } from '../resources/resource-registry.ts';
import { type ResourceType, servedVersion } from '../resources/resource-type.ts';
import type { WatchHub } from '../watch/watch-hub.ts';
import { type Deletion, deleteObject } from './delete-object.ts';
import { isSelected, listObjects, readListQuery } from './list-objects.ts';
import { patchKindOf, patchObject } from './patch-object.ts';
import { readDeleteOptions, readSelection, requireManager } from './read-query.ts';
import { renderPage, renderStored, renderValue } from './render-object.ts';
import { type ResourceCall, renderingOf, storedOf, writeRequest } from './resource-call.ts';
import { bindPod } from './serve-pod-parts.ts';
import { isReview, serveReview } from './serve-review.ts';
import { serveSubresource } from './serve-subresource.ts';
import { watchObjects } from './watch-objects.ts';
import { createObject, updateObject, type Written } from './write-object.ts';

/** @throws ApiError 404 when nobody serves such a resource, 405 for a verb that it does not have. */
export async function serveResource(
  { cluster, hub }: { readonly cluster: Cluster; readonly hub: WatchHub },
  call: Call,
  path: ApiPath,
): Promise<Reply> {
  const type = cluster.registry.find(path.group, path.resource);
  const version = type && servedVersion(type, path.version);
  if (!type || !version) return unknownResource(cluster, path);
  if (type.namespaced !== (path.namespace !== '') && (path.name !== '' || !type.namespaced)) {
    throw noSuchResource();
  }
  const format = negotiate(call.headers.accept);
  const { deprecationWarning } = version;
  const warnings = deprecationWarning === undefined ? [] : [deprecationWarning];
  const request: ResourceCall = { cluster, hub, call, path, type, version, format, warnings };
  try {
    return await serve(request);
  } catch (error) {
    // A refusal does not hide what one should know besides.
    return refusalReply(error, warnings);
  }
}

function serve(request: ResourceCall): Promise<Reply> | Reply {
  const { path } = request;
  if (path.subresource !== '') return serveSubresource(request);
  return path.name === '' ? serveCollection(request) : serveObject(request);
}

/** The server knows of groups and versions before it knows of resources. */
function unknownResource({ registry }: Cluster, { group, version }: ApiPath): Reply {
  const isGroup = registry.all().some((type) => type.group === group);
  const isServed = registry
    .all()
    .some((type) => type.group === group && servedVersion(type, version));
  const isCustom = registry.all().every((type) => type.group !== group || type.source === 'custom');
  if (!isGroup || (isCustom && !isServed)) return textReply(404, '404 page not found\n');
  throw noSuchResource();
}

function serveCollection(request: ResourceCall): Promise<Reply> | Reply {
  const { call, type, path } = request;
  const isEverywhere = type.namespaced && path.namespace === '';
  switch (call.method) {
    case 'GET':
      requireVerb(type, asksToWatch(request) ? 'watch' : 'list');
      return asksToWatch(request) ? watchObjects(request) : list(request);
    case 'POST':
      requireVerb(type, 'create');
      return serveSpecial(request) ?? create(request);
    case 'DELETE':
      requireVerb(type, 'deletecollection');
      if (isEverywhere) throw methodNotAllowed();
      return deleteCollection(request);
    default:
      throw methodNotAllowed();
  }
}

/** Kinds that one creates without anything being stored. */
function serveSpecial(request: ResourceCall): Promise<Reply> | undefined {
  const { type, path } = request;
  if (isReview(type.resource)) return serveReview(request);
  if (type.kind === 'Binding' && type.group === '') return bindPod(request);
  if (type.namespaced && path.namespace === '') throw methodNotAllowed();
  return undefined;
}

function asksToWatch({ call, path }: ResourceCall): boolean {
  return path.isWatchPath || /^(?:true|1)$/.test(call.query.get('watch') ?? '');
}

function serveObject(request: ResourceCall): Promise<Reply> | Reply {
  const { call, type } = request;
  switch (call.method) {
    case 'GET':
      requireVerb(type, asksToWatch(request) ? 'watch' : 'get');
      return asksToWatch(request) ? watchObjects(request) : get(request);
    case 'PUT':
      requireVerb(type, 'update');
      return update(request);
    case 'PATCH':
      requireVerb(type, 'patch');
      return patch(request);
    case 'DELETE':
      requireVerb(type, 'delete');
      return remove(request);
    default:
      throw methodNotAllowed();
  }
}

function requireVerb(type: ResourceType, verb: string): void {
  if (!type.verbs.includes(verb)) throw methodNotAllowed();
}

function get(request: ResourceCall): Reply {
  const { cluster, type, path } = request;
  const stored = cluster.store.get({
    resource: typeKey(type),
    namespace: path.namespace,
    name: path.name,
  });
  if (!stored) throw notFound(type, path.name);
  return jsonReply(
    200,
    renderStored(cluster, stored, renderingOf(request)),
    request.format,
    request.warnings,
  );
}

function list(request: ResourceCall): Reply {
  const { cluster, call, type, path } = request;
  const resource = typeKey(type);
  const selection = readSelection(
    call.query,
    `${type.group}/${type.resource}`,
    type.selectableFields,
  );
  const query = readListQuery(call.query, { resource, namespace: path.namespace, selection });
  return jsonReply(
    200,
    renderPage(cluster, listObjects(cluster, query), renderingOf(request)),
    request.format,
    request.warnings,
  );
}

async function create(request: ResourceCall): Promise<Reply> {
  const { call, cluster } = request;
  const { object, duplicates } = await readWholeBody(call);
  const write = writeRequest(request, 'CreateOptions');
  const name = readText(object, 'metadata', 'name') ?? '';
  return reply(request, createObject(cluster, { ...write, name, duplicates }, object));
}

async function update(request: ResourceCall): Promise<Reply> {
  const { call, cluster, type, path } = request;
  const { object, duplicates } = await readWholeBody(call);
  const write = { ...writeRequest(request, 'UpdateOptions'), duplicates };
  const stored = cluster.store.get({
    resource: typeKey(type),
    namespace: path.namespace,
    name: path.name,
  });
  if (stored)
    return reply(
      request,
      updateObject(cluster, write, stored, { transform: () => object, replaces: true }),
    );
  if (!cluster.strategyOf(type).createsOnUpdate) throw notFound(type, path.name);
  return reply(request, createObject(cluster, write, object));
}

async function patch(request: ResourceCall): Promise<Reply> {
  const { call, cluster, type } = request;
  const kind = patchKindOf(call.headers['content-type'] ?? '', type.source === 'custom');
  if (kind === 'apply') requireManager(call.query);
  else storedOf(request);
  const body = await readPatchBody(call, kind === 'apply');
  const force = /^(?:true|1)$/.test(call.query.get('force') ?? '');
  return reply(
    request,
    patchObject(cluster, writeRequest(request, 'PatchOptions'), { kind, body, force }),
  );
}

async function remove(request: ResourceCall): Promise<Reply> {
  const { call, cluster, type, path } = request;
  const options = readDeleteOptions(call.query, await readOptionalBody(call));
  const stored = cluster.store.get({
    resource: typeKey(type),
    namespace: path.namespace,
    name: path.name,
  });
  if (!stored) throw notFound(type, path.name);
  const { deleteWarning } = cluster.strategyOf(type);
  if (options.propagationPolicy === undefined && deleteWarning !== undefined) {
    request.warnings.push(deleteWarning);
  }
  return answerDeletion(request, deleteObject(cluster, type, stored, options));
}

function answerDeletion(request: ResourceCall, { value, isGone }: Deletion): Reply {
  const { cluster, type, path, format, warnings } = request;
  if (!isGone || cluster.strategyOf(type).returnsDeleted) {
    return jsonReply(200, renderValue(cluster, value, renderingOf(request)), format, warnings);
  }
  const uid = isJsonObject(value['metadata']) ? value['metadata']['uid'] : undefined;
  const details: JsonObject = {
    name: path.name,
    ...(type.group !== '' && { group: type.group }),
    kind: type.resource,
    ...(uid !== undefined && { uid }),
  };
  return valueReply(200, {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Success',
    details,
  });
}

async function deleteCollection(request: ResourceCall): Promise<Reply> {
  const { call, cluster, type, path } = request;
  const options = readDeleteOptions(call.query, await readOptionalBody(call));
  const resource = typeKey(type);
  const selection = readSelection(
    call.query,
    `${type.group}/${type.resource}`,
    type.selectableFields,
  );
  const query = readListQuery(call.query, { resource, namespace: path.namespace, selection });
  const page = listObjects(cluster, query);
  for (const stored of page.objects) {
    if (isSelected(cluster.store, stored, selection)) deleteObject(cluster, type, stored, options);
  }
  return jsonReply(
    200,
    renderPage(cluster, page, renderingOf(request)),
    request.format,
    request.warnings,
  );
}

function reply(request: ResourceCall, { value, created }: Written): Reply {
  const { cluster, format, warnings } = request;
  const text = renderValue(cluster, value, renderingOf(request));
  return jsonReply(created ? 201 : 200, text, format, warnings);
}
