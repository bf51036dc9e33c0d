/** What one can do with a pod besides reading and writing it. */

import type { JsonObject } from '@trueup/diagnostics';

import { formatTime } from '../cluster/clock.ts';
import { ApiError, badRequest, methodNotAllowed } from '../http/api-error.ts';
import type { Reply } from '../http/call.ts';
import { readObjectBody } from '../http/read-body-value.ts';
import { textReply, valueReply } from '../http/reply.ts';
import { draftsIn, ensureDraft, toDraft } from '../object/draft.ts';
import { readObjects, readText } from '../object/read-fields.ts';
import { readDryRun } from './read-query.ts';
import { type ResourceCall, storedOf } from './resource-call.ts';

export const success: JsonObject = {
  kind: 'Status',
  apiVersion: 'v1',
  metadata: {},
  status: 'Success',
  code: 201,
};

export async function bindPod(request: ResourceCall): Promise<Reply> {
  const { call, cluster, path } = request;
  if (call.method !== 'POST') throw methodNotAllowed();
  const body = await readObjectBody(call);
  const node = nodeOf(body);
  // At the path of all bindings, the body tells of which pod.
  const name = path.name === '' ? (readText(body, 'metadata', 'name') ?? '') : path.name;
  const pod = cluster.registry.findByKey('/pods') ?? request.type;
  const stored = storedOf({ ...request, type: pod, path: { ...path, name } });
  const value = cluster.store.valueOf(stored);
  const present = readText(value, 'spec', 'nodeName') ?? '';
  if (present !== '') {
    throw new ApiError(
      409,
      'Conflict',
      `Operation cannot be fulfilled on pods/binding ${JSON.stringify(name)}: pod ${name} is already assigned to node ${JSON.stringify(present)}`,
      { details: { name, kind: 'pods/binding' } },
    );
  }
  if (readDryRun(call.query.getAll('dryRun'), 'CreateOptions')) return valueReply(201, success);
  const draft = toDraft(value);
  ensureDraft(draft, 'spec')['nodeName'] = node;
  const status = ensureDraft(draft, 'status');
  status['conditions'] = [
    ...draftsIn(status, 'conditions').filter((one) => one['type'] !== 'PodScheduled'),
    {
      type: 'PodScheduled',
      status: 'True',
      lastProbeTime: null,
      lastTransitionTime: formatTime(cluster.clock.now()),
    },
  ];
  cluster.store.put(stored.resource, draft);
  return valueReply(201, success);
}

/** @throws ApiError 500, which is what the server makes of a binding to nothing */
function nodeOf(body: JsonObject): string {
  const kind = readText(body, 'target', 'kind') ?? '';
  const name = readText(body, 'target', 'name') ?? '';
  if (kind !== '' && kind !== 'Node') {
    const supported = 'supported values: "Node", "<empty>"';
    throw new ApiError(
      500,
      '',
      `target.kind: Unsupported value: ${JSON.stringify(kind)}: ${supported}`,
    );
  }
  if (name === '') throw new ApiError(500, '', 'target.name: Required value');
  return name;
}

/** Nothing runs here, so a log tells how the containers are. */
export function readPodLog(request: ResourceCall): Reply {
  const { call, cluster, path } = request;
  if (call.method !== 'GET') throw methodNotAllowed();
  const pod = cluster.store.valueOf(storedOf(request));
  const names = ['initContainers', 'containers', 'ephemeralContainers'].flatMap((list) =>
    readObjects(pod, 'spec', list).map((one) => readText(one, 'name') ?? ''),
  );
  const [first = ''] = readObjects(pod, 'spec', 'containers').map(
    (one) => readText(one, 'name') ?? '',
  );
  const container = call.query.get('container') || first;
  if (!names.includes(container)) {
    throw badRequest(`container ${container} is not valid for pod ${path.name}`);
  }
  if (!call.query.get('container') && readObjects(pod, 'spec', 'containers').length > 1) {
    throw badRequest(
      `a container name must be specified for pod ${path.name}, choose one of: [${names.join(' ')}]`,
    );
  }
  return textReply(200, logOf(pod, container, call.query));
}

function logOf(pod: JsonObject, container: string, query: URLSearchParams): string {
  const startedAt =
    readText(pod, 'status', 'startTime') ?? readText(pod, 'metadata', 'creationTimestamp') ?? '';
  const status = readObjects(pod, 'status', 'containerStatuses').find(
    (one) => one['name'] === container,
  );
  const crashes = readText(status, 'state', 'waiting', 'reason') === 'CrashLoopBackOff';
  const lines = [
    `${container}: starting`,
    crashes ? `${container}: fatal: told to crash` : `${container}: ready`,
    ...(crashes ? [] : [`${container}: serving`]),
  ];
  const count = Number(query.get('tailLines') ?? lines.length);
  const shown = query.has('tailLines') ? lines.slice(Math.max(0, lines.length - count)) : lines;
  const isTimed = query.get('timestamps') === 'true';
  return shown.map((line) => `${isTimed ? `${startedAt} ` : ''}${line}\n`).join('');
}
