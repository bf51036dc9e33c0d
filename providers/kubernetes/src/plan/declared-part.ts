import { hash } from 'node:crypto';

import { isJsonObject, type JsonObject, readList, readText } from '@trueup/diagnostics';

import { formatExactJson } from '../client/exact-json.ts';
import { clusterFields, isClusterPart } from '../fields/cluster-parts.ts';
import { removeFields } from '../fields/remove-fields.ts';

/**
 * What people can have an intention about. `status`, counters and the record of owners move by
 * themselves, and nobody asks for them in Git.
 */
export function declaredPart({ status: _status, metadata, ...declared }: JsonObject): JsonObject {
  if (!isJsonObject(metadata)) return declared;
  const entries = Object.entries(metadata).filter(([name]) => !bookkeeping.includes(name));
  return { ...declared, metadata: Object.fromEntries(entries) };
}

const bookkeeping = [
  'creationTimestamp',
  'deletionGracePeriodSeconds',
  'deletionTimestamp',
  'generation',
  'managedFields',
  'resourceVersion',
  'selfLink',
  'uid',
];

/**
 * Stands for all that a plan depends on: the declared part and who owns its fields, but not when
 * they were written. Reports of status leave it as it is, and so does what the cluster notes down in
 * the object by itself (the revision of a deployment).
 */
export function digestContent(body: JsonObject): string {
  const cached = digests.get(body);
  if (cached !== undefined) return cached;
  const owners = readList(body, 'metadata', 'managedFields')
    .filter(isJsonObject)
    .filter((entry) => (readText(entry, 'subresource') ?? '') === '')
    .filter((entry) => !isClusterPart(readText(entry, 'manager') ?? ''))
    .map(({ time: _time, ...entry }) => entry);
  const going = readText(body, 'metadata', 'deletionTimestamp') !== undefined;
  const besides = clusterFields(body);
  const { apiVersion, kind, ...declared } = declaredPart(
    besides ? removeFields(body, besides) : body,
  );
  // Otherwise in the server's own order, which is the same for equal objects: canonical JSON takes
  // several times as long. Only what names the type comes first in one answer and last in another.
  const content = [apiVersion ?? '', kind ?? '', declared, owners, going];
  const text = formatExactJson(content);
  const digest = hash('sha256', text).slice(0, 32);
  digests.set(body, digest);
  return digest;
}

/** Bodies are never changed, so a body has one digest. */
const digests = new WeakMap<JsonObject, string>();
