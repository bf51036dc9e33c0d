/**
 * Creates and updates objects, in the order in which the API server takes its steps: decode and
 * default, record the owners, admit, prepare, validate, store. One synchronous step for each write.
 */

import type { JsonObject } from '@trueup/diagnostics';

import { formatTime } from '../cluster/clock.ts';
import type { Cluster } from '../cluster/cluster.ts';
import {
  ApiError,
  alreadyExists,
  badRequest,
  conflict,
  invalid,
  objectModified,
} from '../http/api-error.ts';
import { copyJson, type Draft, ensureDraft, fillMember, toDraft } from '../object/draft.ts';
import { readAt, readList, readNumber, readObject, readText } from '../object/read-fields.ts';
import { isSameJson } from '../object/same-json.ts';
import { showJson } from '../object/show-json.ts';
import { typeKey } from '../resources/resource-registry.ts';
import { groupVersion } from '../resources/resource-type.ts';
import { withoutZeros } from '../schema/zero-object.ts';
import type { StoredObject } from '../storage/stored-object.ts';
import { invalidField } from '../validation/field-error.ts';
import {
  finalizersOf,
  validateMetadata,
  validateMetadataUpdate,
} from '../validation/validate-metadata.ts';
import { checkNamespace } from './check-namespace.ts';
import { nextGeneration } from './count-generation.ts';
import { decodeBody } from './decode-body.ts';
import { recordWrite, withoutTimes } from './managed-fields.ts';
import { keepMetadata, keepResetFields } from './reset-fields.ts';
import { validateObject } from './validate-object.ts';
import type { WriteRequest } from './write-request.ts';

export interface Written {
  /** With apiVersion and kind. */
  readonly value: JsonObject;
  readonly created: boolean;
}

/** @param recorded the body already says who owns what, as after an apply. */
export function createObject(
  cluster: Cluster,
  request: WriteRequest,
  body: JsonObject,
  { recorded = false }: { readonly recorded?: boolean } = {},
): Written {
  const draft = decodeBody(cluster, request, body);
  const metadata = ensureDraft(draft, 'metadata');
  wipeSystemFields(metadata);
  placeInNamespace(request, metadata);
  keepResetFields(cluster, request, draft, undefined);
  const owned = recorded ? draft : record(cluster, request, { before: undefined, after: draft });
  const object = toDraft(owned);
  fillSystemFields(cluster, ensureDraft(object, 'metadata'));
  checkNamespace(cluster, request, readText(object, 'metadata', 'name') ?? '');

  const strategy = cluster.strategyOf(request.type);
  strategy.admit?.(object, undefined);
  const generation = nextGeneration(cluster, request, object, undefined);
  if (generation !== undefined) ensureDraft(object, 'metadata')['generation'] = generation;
  strategy.prepare?.(object, undefined, cluster);
  check(cluster, request, object, undefined);

  const name = readText(object, 'metadata', 'name') ?? '';
  const { namespace, type } = request;
  if (cluster.store.get({ resource: typeKey(type), namespace, name }))
    throw alreadyExists(type, name);
  return { value: save(cluster, request, object), created: true };
}

export interface Update {
  /** Makes the new object from the present one, both in the version of the request. */
  readonly transform: (observed: JsonObject) => JsonObject;
  /** What it makes already says who owns what. */
  readonly recorded?: boolean;
  /** The client sent the whole object: an uid in it is a precondition. */
  readonly replaces?: boolean;
}

/** What changes nothing is not stored. */
export function updateObject(
  cluster: Cluster,
  request: WriteRequest,
  stored: StoredObject,
  { transform, recorded = false, replaces = false }: Update,
): Written {
  const observed = valueIn(cluster, request, stored);
  const body = transform(observed);
  const draft = decodeBody(cluster, request, body);
  const metadata = ensureDraft(draft, 'metadata');
  checkIdentity(request, metadata);
  if (replaces) checkUid(request, metadata, stored);
  keepResetFields(cluster, request, draft, observed);
  const owned = recorded ? draft : record(cluster, request, { before: observed, after: draft });
  const object = toDraft(owned);
  keepMetadata(request, object, observed);
  checkResourceVersion(cluster, request, object, stored);
  keepSystemFields(ensureDraft(object, 'metadata'), observed);

  const strategy = cluster.strategyOf(request.type);
  strategy.admit?.(object, observed);
  strategy.prepare?.(object, observed, cluster);
  const generation = nextGeneration(cluster, request, object, observed);
  if (generation !== undefined) ensureDraft(object, 'metadata')['generation'] = generation;
  check(cluster, request, object, observed);

  if (isUnchanged(object, observed)) return { value: observed, created: false };
  if (isReleased(object))
    return { value: release(cluster, request, { stored, object }), created: false };
  return { value: save(cluster, request, object), created: false };
}

/** The stored object in the version of the request, with apiVersion and kind. */
export function valueIn(
  cluster: Cluster,
  { type, version }: Pick<WriteRequest, 'type' | 'version'>,
  stored: StoredObject,
): JsonObject {
  const apiVersion = groupVersion(type.group, version.version);
  return { apiVersion, kind: type.kind, ...cluster.store.valueOf(stored) };
}

function record(
  cluster: Cluster,
  request: WriteRequest,
  { before, after }: { readonly before: JsonObject | undefined; readonly after: Draft },
): JsonObject {
  const { type, version, options, subresource } = request;
  const kinds = { apiVersion: groupVersion(type.group, version.version), kind: type.kind };
  const isBuiltInCreate = before === undefined && version.type !== undefined;
  const set = isBuiltInCreate ? withoutZeros(version.type, after) : after;
  const recorded = recordWrite(cluster, request, {
    writer: { manager: options.manager, subresource },
    before,
    after: { ...kinds, ...set },
  });
  const owners = readAt(recorded, 'metadata', 'managedFields');
  const { managedFields: _old, ...metadata } = readObject(after, 'metadata');
  return {
    ...after,
    metadata: { ...metadata, ...(owners !== undefined && { managedFields: owners }) },
  };
}

function wipeSystemFields(metadata: Draft): void {
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

function placeInNamespace({ type, namespace }: WriteRequest, metadata: Draft): void {
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

function fillSystemFields(cluster: Cluster, metadata: Draft): void {
  const prefix = metadata['generateName'];
  if (typeof prefix === 'string' && prefix !== '' && !metadata['name']) {
    metadata['name'] = `${prefix.slice(0, 58)}${cluster.randomSuffix(5)}`;
  }
  metadata['uid'] = cluster.createUid();
  metadata['creationTimestamp'] = formatTime(cluster.clock.now());
}

function checkIdentity({ type, name, namespace }: WriteRequest, metadata: Draft): void {
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

function checkUid(
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

function checkResourceVersion(
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
function keepSystemFields(metadata: Draft, observed: JsonObject): void {
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

function check(
  cluster: Cluster,
  request: WriteRequest,
  object: JsonObject,
  observed: JsonObject | undefined,
): void {
  const { type } = request;
  const strategy = cluster.strategyOf(type);
  const metadata = readObject(object, 'metadata');
  const { nameRule } = strategy;
  const errors = [
    ...validateMetadata(metadata, { nameRule, namespaced: type.namespaced }),
    ...(observed ? updateErrors(metadata, observed) : []),
    ...validateObject(cluster, request, object, observed),
  ];
  if (errors.length > 0) throw invalid(type, readText(metadata, 'name') ?? '', errors);
}

/** The server checks this twice, and says so twice. */
function updateErrors(
  metadata: JsonObject,
  observed: JsonObject,
): ReturnType<typeof validateMetadataUpdate> {
  const errors = validateMetadataUpdate(metadata, readObject(observed, 'metadata'));
  return [...errors, ...errors];
}

/** Times of owners alone are no change. */
function isUnchanged(object: JsonObject, observed: JsonObject): boolean {
  const { apiVersion: _version, kind: _kind, ...old } = observed;
  return isSameJson(withoutTimes(object), withoutTimes(old));
}

/** Whether this write has taken the last finalizer of an object that is being deleted. */
function isReleased(object: JsonObject): boolean {
  const metadata = readObject(object, 'metadata');
  return (
    readText(metadata, 'deletionTimestamp') !== undefined &&
    finalizersOf(metadata).length === 0 &&
    readList(object, 'spec', 'finalizers').length === 0 &&
    (readNumber(metadata, 'deletionGracePeriodSeconds') ?? 0) === 0
  );
}

function release(
  cluster: Cluster,
  request: WriteRequest,
  { stored, object }: { readonly stored: StoredObject; readonly object: JsonObject },
): JsonObject {
  const value = named(request, object);
  if (request.options.dryRun) return value;
  return named(request, cluster.store.valueOf(cluster.store.remove(stored, object)));
}

function save(cluster: Cluster, request: WriteRequest, object: Draft): JsonObject {
  if (request.options.dryRun) return named(request, object);
  const stored = cluster.store.put(typeKey(request.type), object);
  const value = cluster.store.valueOf(stored);
  return named(request, value);
}

function named({ type, version }: WriteRequest, value: JsonObject): JsonObject {
  return { apiVersion: groupVersion(type.group, version.version), kind: type.kind, ...value };
}
