/** Answers requests for parts of objects that have a path of their own. */

import { ApiError, methodNotAllowed, noSuchResource } from '../http/api-error.ts';
import type { Reply } from '../http/call.ts';
import { readObjectBody, readPatchBody } from '../http/read-body-value.ts';
import { jsonReply } from '../http/reply.ts';
import { evictPod } from './evict-pod.ts';
import { patchKindOf, patchObject } from './patch-object.ts';
import { requireManager } from './read-query.ts';
import { renderStored, renderValue } from './render-object.ts';
import { type ResourceCall, renderingOf, storedOf, writeRequest } from './resource-call.ts';
import { serveFinalize } from './serve-finalize.ts';
import { bindPod, readPodLog } from './serve-pod-parts.ts';
import { serveScale } from './serve-scale.ts';
import { requestToken } from './serve-token.ts';
import { updateObject } from './write-object.ts';

type Serve = (request: ResourceCall) => Promise<Reply> | Reply;

const special: Readonly<Record<string, Serve>> = {
  scale: serveScale,
  binding: bindPod,
  eviction: evictPod,
  log: readPodLog,
  finalize: serveFinalize,
  token: requestToken,
  exec: refuseToRun,
  attach: refuseToRun,
  portforward: refuseToRun,
  proxy: refuseToRun,
};

/** @throws ApiError 404 for what is not there, 501 for the rest: containers only seem to run here */
function refuseToRun(request: ResourceCall): Reply {
  const { subresource } = request.path;
  storedOf(request);
  const message = `${subresource} is not possible: a sandbox runs no containers`;
  throw new ApiError(501, 'NotImplemented', message, { details: {} });
}

/** Parts that are the whole object under other rights. */
const plain: ReadonlySet<string> = new Set(['status', 'approval', 'ephemeralcontainers', 'resize']);

/** @throws ApiError 404 for parts that the kind does not have. */
export function serveSubresource(request: ResourceCall): Promise<Reply> | Reply {
  const { path, version } = request;
  const known = version.subresources.find(({ name }) => name === path.subresource);
  if (!known) throw noSuchResource();
  const serve = Object.hasOwn(special, known.name) ? special[known.name] : undefined;
  if (serve) return serve(request);
  if (plain.has(known.name)) return servePart(request);
  throw noSuchResource();
}

function servePart(request: ResourceCall): Promise<Reply> | Reply {
  const { call, cluster, format } = request;
  switch (call.method) {
    case 'GET':
      return jsonReply(200, renderStored(cluster, storedOf(request), renderingOf(request)), format);
    case 'PUT':
      return replacePart(request);
    case 'PATCH':
      return patchPart(request);
    default:
      throw methodNotAllowed();
  }
}

async function replacePart(request: ResourceCall): Promise<Reply> {
  const { call, cluster, format, warnings } = request;
  const body = await readObjectBody(call);
  const write = writeRequest(request, 'UpdateOptions');
  const { value } = updateObject(cluster, write, storedOf(request), {
    transform: () => body,
    replaces: true,
  });
  return jsonReply(200, renderValue(cluster, value, renderingOf(request)), format, warnings);
}

async function patchPart(request: ResourceCall): Promise<Reply> {
  const { call, cluster, format, type, warnings } = request;
  const kind = patchKindOf(call.headers['content-type'] ?? '', type.source === 'custom');
  if (kind === 'apply') requireManager(call.query);
  else storedOf(request);
  const body = await readPatchBody(call, kind === 'apply');
  const force = call.query.get('force') === 'true';
  const { value } = patchObject(cluster, writeRequest(request, 'PatchOptions'), {
    kind,
    body,
    force,
  });
  return jsonReply(200, renderValue(cluster, value, renderingOf(request)), format, warnings);
}
