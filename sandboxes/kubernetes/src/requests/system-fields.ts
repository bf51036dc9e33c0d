/** The members of `metadata` that the server decides on, and what clients may say about them. */

import type { JsonObject } from '@trueup/diagnostics';

import { formatTime } from '../cluster/clock.ts';
import type { Cluster } from '../cluster/cluster.ts';
import { ApiError, badRequest, conflict, invalid, objectModified } from '../http/api-error.ts';
import { copyJson, type Draft, fillMember } from '../object/draft.ts';
import { readObject, readText } from '../object/read-fields.ts';
import { showJson } from '../object/show-json.ts';
import type { StoredObject } from '../storage/stored-object.ts';
import { invalidField } from '../validation/field-error.ts';
import type { WriteRequest } from './write-request.ts';

export function wipeSystemFields(metadata: Draft): void {
  for (const name of [
    'uid',
    'creationTimestamp',
    'deletionTimestamp',
    'deletionGracePeriodSeconds',
    'selfLink',
    'generation',
  ]) {
    delete metadata[name];
  }
  if (typeof metadata['resourceVersion'] === 'string' && metadata['resourceVersion'] !== '') {
    throw new ApiError(500, '', 'resourceVersion should not be set on objects to be created');
  }
}

export function placeInNamespace({ type, namespace }: WriteRequest, metadata: Draft): void {
  const own = metadata['namespace'];
  if (!type.namespaced) return;
  if (own === undefined || own === '') metadata['namespace'] = namespace;
  else if (own !== namespace) throw wrongNamespace();
}

function wrongNamespace(): Error {
  return badRequest(
    'the namespace of the provided object does not match the namespace sent on the request',
  );
}

export function fillSystemFields(cluster: Cluster, metadata: Draft): void {
  const prefix = metadata['generateName'];
  if (typeof prefix === 'string' && prefix !== '' && !metadata['name']) {
    metadata['name'] = `${prefix.slice(0, 58)}${cluster.randomSuffix(5)}`;
  }
  metadata['uid'] = cluster.createUid();
  metadata['creationTimestamp'] = formatTime(cluster.clock.now());
}

export function checkIdentity({ type, name, namespace }: WriteRequest, metadata: Draft): void {
  if (!metadata['name']) {
    throw badRequest(
      `the name of the object (${name} based on URL) was undeterminable: name must be provided`,
    );
  }
  if (metadata['name'] !== name) {
    throw badRequest(
      `the name of the object (${showJson(metadata['name'])}) does not match the name on the URL (${name})`,
    );
  }
  if (type.namespaced) {
    metadata['namespace'] ??= namespace;
    if (metadata['namespace'] !== namespace) throw wrongNamespace();
  }
}

export function checkUid(
  { type, name, namespace }: WriteRequest,
  metadata: Draft,
  stored: StoredObject,
): void {
  const uid = readText(metadata, 'uid') ?? '';
  if (uid === '' || uid === stored.uid) return;
  const key = ['/registry', type.resource, namespace, name].filter((one) => one !== '').join('/');
  throw conflict(
    type,
    name,
    `StorageError: invalid object, Code: 4, Key: ${key}, ResourceVersion: 0, AdditionalErrorMsg: Precondition failed: UID in precondition: ${uid}, UID in object meta: ${stored.uid}`,
  );
}

export function checkResourceVersion(
  cluster: Cluster,
  { type, name }: WriteRequest,
  object: Draft,
  stored: StoredObject,
): void {
  const asked = readText(object, 'metadata', 'resourceVersion') ?? '';
  if (asked === '' || asked === '0') {
    if (cluster.strategyOf(type).updatesBlindly) return;
    throw invalid({ group: type.group, kind: type.resource }, name, [
      invalidField('metadata.resourceVersion', 0, 'must be specified for an update'),
    ]);
  }
  if (asked !== String(stored.revision)) throw conflict(type, name, objectModified);
}

/** What no client can change. An uid is left for validation to refuse. */
export function keepSystemFields(metadata: Draft, observed: JsonObject): void {
  const old = readObject(observed, 'metadata');
  fillMember(metadata, 'uid', copyJson(old['uid'] ?? ''));
  for (const name of systemFields) {
    const value = old[name];
    if (value === undefined) delete metadata[name];
    else metadata[name] = copyJson(value);
  }
}

const systemFields: readonly string[] = [
  'creationTimestamp',
  'resourceVersion',
  'generation',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
];
