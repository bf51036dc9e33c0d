/** Members that a write cannot change because another endpoint is there for them. */

import type { JsonObject } from '@trueup/diagnostics';

import type { Cluster } from '../cluster/cluster.ts';
import { copyJson, type Draft, ensureDraft, toDraft } from '../object/draft.ts';
import { readObject } from '../object/read-fields.ts';
import type { WriteRequest } from './write-request.ts';

/** Puts back into `draft` what this write cannot change; `old` is absent at creation. */
export function keepResetFields(
  cluster: Cluster,
  request: WriteRequest,
  draft: Draft,
  old: JsonObject | undefined,
): void {
  if (request.subresource === 'status' && old) keepAllButStatus(request, draft, old);
  else for (const name of resetMembers(cluster, request)) keep(draft, name, old);
}

/** Top-level members that a write of the object itself leaves as they are. */
export function resetMembers(
  cluster: Cluster,
  { type, version, subresource }: Pick<WriteRequest, 'type' | 'version' | 'subresource'>,
): readonly string[] {
  if (subresource === 'status') return ['spec'];
  const own = cluster.strategyOf(type).resetFields;
  if (own) return own;
  return version.subresources.some(({ name }) => name === 'status') ? ['status'] : [];
}

function keep(draft: Draft, name: string, old: JsonObject | undefined): void {
  const value = old?.[name];
  if (value !== undefined) draft[name] = copyJson(value);
  else if (old === undefined && draft[name] !== undefined) draft[name] = {};
  else delete draft[name];
}

function keepAllButStatus({ type }: WriteRequest, draft: Draft, old: JsonObject): void {
  const { apiVersion: _version, kind: _kind, metadata, status: _status, ...rest } = old;
  for (const name of Object.keys(draft)) {
    if (name !== 'metadata' && name !== 'status') delete draft[name];
  }
  Object.assign(draft, toDraft(rest));
  const own = ensureDraft(draft, 'metadata');
  const before = toDraft(readObject(metadata));
  if (type.source === 'custom') {
    // A custom resource's status endpoint takes nothing but the status.
    const { managedFields, resourceVersion, uid } = own;
    draft['metadata'] = {
      ...before,
      ...(managedFields !== undefined && { managedFields }),
      ...(resourceVersion !== undefined && { resourceVersion }),
      ...(uid !== undefined && { uid }),
    };
    return;
  }
  for (const name of ['labels', 'ownerReferences', 'finalizers'] as const) {
    if (before[name] === undefined) delete own[name];
    else own[name] = before[name];
  }
}
