/** Answers requests for parts of objects that have a path of their own. */

import { methodNotAllowed, noSuchResource, notFound } from '../http/api-error.ts';
import type { Reply } from '../http/call.ts';
import { readObjectBody, readPatchBody } from '../http/read-body-value.ts';
import { jsonReply } from '../http/reply.ts';
import { typeKey } from '../resources/resource-registry.ts';
import type { StoredObject } from '../storage/stored-object.ts';
import { patchKindOf, patchObject } from './patch-object.ts';
import { requireManager } from './read-query.ts';
import { renderStored, renderValue } from './render-object.ts';
import { type ResourceCall, renderingOf, writeRequest } from './resource-call.ts';
import { updateObject } from './write-object.ts';

export function serveSubresource(request: ResourceCall): Promise<Reply> | Reply {
  const { path, version } = request;
  const known = version.subresources.find(({ name }) => name === path.subresource.split('/')[0]);
  if (!known) throw noSuchResource();
  switch (known.name) {
    case 'status':
      return serveStatus(request);
    default:
      throw noSuchResource();
  }
}

export function storedOf({ cluster, type, path }: ResourceCall): StoredObject {
  const { namespace, name } = path;
  const stored = cluster.store.get({ resource: typeKey(type), namespace, name });
  if (!stored) throw notFound(type, name);
  return stored;
}

async function serveStatus(request: ResourceCall): Promise<Reply> {
  const { call, cluster, format, type } = request;
  const rendering = renderingOf(request);
  switch (call.method) {
    case 'GET':
      return jsonReply(200, renderStored(cluster, storedOf(request), rendering), format);
    case 'PUT': {
      const body = await readObjectBody(call);
      const write = writeRequest(request, 'UpdateOptions');
      const { value } = updateObject(cluster, write, storedOf(request), { transform: () => body });
      return jsonReply(200, renderValue(cluster, value, rendering), format, request.warnings);
    }
    case 'PATCH': {
      const kind = patchKindOf(call.headers['content-type'] ?? '', type.source === 'custom');
      if (kind === 'apply') requireManager(call.query);
      const body = await readPatchBody(call, kind === 'apply');
      const force = call.query.get('force') === 'true';
      const write = writeRequest(request, 'PatchOptions');
      const { value } = patchObject(cluster, write, { kind, body, force });
      return jsonReply(200, renderValue(cluster, value, rendering), format, request.warnings);
    }
    default:
      throw methodNotAllowed();
  }
}
