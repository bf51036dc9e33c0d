/** Members that a write cannot change because another endpoint is there for them. */

import type { JsonObject } from '@trueup/diagnostics';

import type { Cluster } from '../cluster/cluster.ts';
import { copyJson, type Draft, ensureDraft, toDraft } from '../object/draft.ts';
import { readObject } from '../object/read-fields.ts';
import { isPodPart, keepAllButPart } from './keep-pod-part.ts';
import type { WriteRequest } from './write-request.ts';

/** Puts back into `draft` what this write cannot change; `old` is absent at creation. */
export function keepResetFields(
  cluster: Cluster,
  request: WriteRequest,
  draft: Draft,
  old: JsonObject | undefined,
): void {
  if (request.subresource === 'status' && old) {
    keepAllButStatus(request, draft, old);
    return;
  }
  if (isPodPart(request.subresource) && old) {
    keepAllButPart(request.subresource, draft, old);
    return;
  }
  for (const name of resetMembers(cluster, request)) {
    // A Go struct is there even when there is nothing in it.
    const isStruct = !old && request.type.source === 'built-in' && draft[name] !== undefined;
    if (isStruct) draft[name] = {};
    else keep(draft, name, old);
  }
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
  if (value === undefined) delete draft[name];
  else draft[name] = copyJson(value);
}

function keepAllButStatus({ type }: WriteRequest, draft: Draft, old: JsonObject): void {
  const { apiVersion: _version, kind: _kind, metadata, status: _status, ...rest } = old;
  for (const name of Object.keys(draft)) {
    if (name !== 'metadata' && name !== 'status') delete draft[name];
  }
  Object.assign(draft, toDraft(rest));
  if (type.source === 'custom') return;
  const [own, before] = [ensureDraft(draft, 'metadata'), toDraft(readObject(metadata))];
  for (const name of ['labels', 'ownerReferences', 'finalizers']) keep(own, name, before);
}

/**
 * A write of a custom resource's status leaves the metadata alone. Those who tried to write it count
 * as its owners all the same, so this comes after that was recorded.
 */
export function keepMetadata(
  { type, subresource }: WriteRequest,
  draft: Draft,
  old: JsonObject,
): void {
  if (subresource !== 'status' || type.source !== 'custom') return;
  const own = ensureDraft(draft, 'metadata');
  const before = toDraft(readObject(old, 'metadata'));
  for (const name of Object.keys({ ...own, ...before })) {
    if (!decisive.has(name)) keep(own, name, before);
  }
}

/** What decides whether and how the write is recorded. */
const decisive: ReadonlySet<string> = new Set(['managedFields', 'resourceVersion', 'uid']);
