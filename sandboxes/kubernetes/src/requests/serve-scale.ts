/** How many there should be, of whatever kind, without knowing the kind. */

import type { Json, JsonObject } from '@trueup/diagnostics';

import { conflict, invalid, methodNotAllowed, objectModified } from '../http/api-error.ts';
import type { Reply } from '../http/call.ts';
import { readObjectBody, readPatchBody } from '../http/read-body-value.ts';
import { valueReply } from '../http/reply.ts';
import { type Draft, ensureDraft, toDraft } from '../object/draft.ts';
import { readAt, readNumber, readObject, readText, readTexts } from '../object/read-fields.ts';
import { formatLabelSelector, readLabelSelector } from '../selectors/label-selector.ts';
import { evaluateJsonPath } from '../table/json-path.ts';
import { invalidField } from '../validation/field-error.ts';
import { patched, patchKindOf } from './patch-object.ts';
import { type ResourceCall, storedOf, writeRequest } from './resource-call.ts';
import { updateObject, valueIn } from './write-object.ts';
import type { WriteRequest } from './write-request.ts';

/** Where a kind keeps it. */
interface ScalePaths {
  readonly spec: string;
  readonly status: string;
  readonly selector: string | undefined;
}

const builtIn: ScalePaths = {
  spec: '.spec.replicas',
  status: '.status.replicas',
  selector: undefined,
};

export async function serveScale(request: ResourceCall): Promise<Reply> {
  const { call, cluster } = request;
  const stored = storedOf(request);
  const observed = valueIn(cluster, request, stored);
  switch (call.method) {
    case 'GET':
      return valueReply(200, toScale(request, observed));
    case 'PUT':
      return writeScale(
        request,
        await readObjectBody(call),
        writeRequest(request, 'UpdateOptions'),
      );
    case 'PATCH': {
      const write = writeRequest(request, 'PatchOptions');
      const kind = patchKindOf(call.headers['content-type'] ?? '', false);
      const body = await readPatchBody(call, kind === 'apply');
      const scale = toScale(request, observed);
      const result =
        kind === 'apply' ? body : patched(cluster, write, scale, { kind, body, force: false });
      return writeScale(request, readObject(result), write);
    }
    default:
      throw methodNotAllowed();
  }
}

function pathsOf({ version }: ResourceCall): ScalePaths {
  return version.subresources.find(({ name }) => name === 'scale')?.paths ?? builtIn;
}

function writeScale(request: ResourceCall, scale: JsonObject, write: WriteRequest): Reply {
  const { cluster, type, path } = request;
  const stored = storedOf(request);
  const replicas = readNumber(scale, 'spec', 'replicas') ?? 0;
  if (replicas < 0) {
    const why = 'must be greater than or equal to 0';
    throw invalid({ group: 'autoscaling', kind: 'Scale' }, path.name, [
      invalidField('spec.replicas', replicas, why),
    ]);
  }
  const version = readText(scale, 'metadata', 'resourceVersion') ?? '';
  if (version !== '' && version !== String(stored.revision)) {
    throw conflict(type, path.name, objectModified);
  }
  const { value } = updateObject(cluster, write, stored, {
    transform: (observed) => withReplicas(observed, pathsOf(request).spec, replicas),
  });
  return valueReply(200, toScale(request, value));
}

function withReplicas(observed: JsonObject, path: string, replicas: number): JsonObject {
  const draft = toDraft(observed);
  const steps = path.split('.').filter((step) => step !== '');
  const last = steps.pop() ?? 'replicas';
  const parent = steps.reduce<Draft>((inner, step) => ensureDraft(inner, step), draft);
  parent[last] = replicas;
  return draft;
}

function toScale(request: ResourceCall, observed: JsonObject): JsonObject {
  const paths = pathsOf(request);
  const { name, namespace, uid, resourceVersion, creationTimestamp } = readObject(
    observed,
    'metadata',
  );
  const selector = selectorOf(paths, observed);
  return {
    kind: 'Scale',
    apiVersion: 'autoscaling/v1',
    metadata: present({ name, namespace, uid, resourceVersion, creationTimestamp }),
    spec: present({ replicas: numberAt(paths.spec, observed) || undefined }),
    status: {
      replicas: numberAt(paths.status, observed),
      ...(selector !== '' && { selector }),
    },
  };
}

function present(members: Readonly<Record<string, Json | undefined>>): JsonObject {
  const entries = Object.entries(members).filter(
    (entry): entry is [string, Json] => entry[1] !== undefined,
  );
  return Object.fromEntries(entries);
}

function numberAt(path: string, observed: JsonObject): number {
  const [found] = evaluateJsonPath(path, observed);
  return typeof found === 'number' ? found : 0;
}

function selectorOf(paths: ScalePaths, observed: JsonObject): string {
  if (paths !== builtIn) {
    const [found] = paths.selector === undefined ? [] : evaluateJsonPath(paths.selector, observed);
    return typeof found === 'string' ? found : '';
  }
  const selector = readObject(observed, 'spec', 'selector');
  // That of a ReplicationController is a plain map of labels.
  const isPlain =
    readAt(selector, 'matchLabels') === undefined &&
    readAt(selector, 'matchExpressions') === undefined;
  if (!isPlain) return formatLabelSelector(readLabelSelector(selector) ?? []);
  const labels = Object.entries(readTexts(selector)).sort(([a], [b]) => (a < b ? -1 : 1));
  return labels.map(([key, value]) => `${key}=${value}`).join(',');
}
