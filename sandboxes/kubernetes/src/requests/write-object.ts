/**
 * Creates and updates objects, in the order in which the API server takes its steps: decode and
 * default, record the owners, admit, prepare, validate, store. One synchronous step for each write.
 */

import type { JsonObject } from '@trueup/diagnostics';

import type { Cluster } from '../cluster/cluster.ts';
import { alreadyExists, invalid } from '../http/api-error.ts';
import { type Draft, ensureDraft, toDraft } from '../object/draft.ts';
import { readAt, readList, readNumber, readObject, readText } from '../object/read-fields.ts';
import { isSameJson } from '../object/same-json.ts';
import { typeKey } from '../resources/resource-registry.ts';
import { groupVersion } from '../resources/resource-type.ts';
import { withoutZeros } from '../schema/zero-object.ts';
import type { StoredObject } from '../storage/stored-object.ts';
import {
  finalizersOf,
  generationOf,
  validateMetadata,
  validateMetadataUpdate,
} from '../validation/validate-metadata.ts';
import { checkNamespace } from './check-namespace.ts';
import { hasEmptyLists, nextGeneration } from './count-generation.ts';
import { decodeBody } from './decode-body.ts';
import { recordWrite, withoutTimes } from './managed-fields.ts';
import { keepMetadata, keepResetFields } from './reset-fields.ts';
import {
  checkIdentity,
  checkResourceVersion,
  checkUid,
  fillSystemFields,
  keepSystemFields,
  placeInNamespace,
  wipeSystemFields,
} from './system-fields.ts';
import { validateObject } from './validate-object.ts';
import type { WriteRequest } from './write-request.ts';

export interface Written {
  /** As it is stored: without apiVersion and kind. */
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
  const object = toStored(request, owned);
  fillSystemFields(cluster, ensureDraft(object, 'metadata'));
  checkNamespace(cluster, request, readText(object, 'metadata', 'name') ?? '');

  const strategy = cluster.strategyOf(request.type);
  strategy.admit?.(object, undefined, cluster);
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
  const present = cluster.store.valueOf(stored);
  const observed = valueIn(cluster, request, stored);
  const body = transform(observed);
  const draft = decodeBody(cluster, request, body);
  const metadata = ensureDraft(draft, 'metadata');
  checkIdentity(request, metadata);
  if (replaces) checkUid(request, metadata, stored);
  keepResetFields(cluster, request, draft, observed);
  const owned = recorded ? draft : record(cluster, request, { before: observed, after: draft });
  const object = toStored(request, owned);
  keepMetadata(request, object, present);
  checkResourceVersion(cluster, request, object, stored);
  keepSystemFields(ensureDraft(object, 'metadata'), present);

  const strategy = cluster.strategyOf(request.type);
  strategy.admit?.(object, present, cluster);
  strategy.prepare?.(object, present, cluster);
  const counted = nextGeneration(cluster, request, object, present);
  const hasEmpty = strategy.countsEmptyLists === true && hasEmptyLists(body['spec']);
  const generation = hasEmpty ? generationOf(present) + 1 : counted;
  if (generation !== undefined) ensureDraft(object, 'metadata')['generation'] = generation;
  check(cluster, request, object, present);

  if (isUnchanged(object, present)) return { value: present, created: false };
  const value = isReleased(object)
    ? release(cluster, request, { stored, object })
    : save(cluster, request, object);
  return { value, created: false };
}

/** In the version in which it is stored, as a draft of its own. */
function toStored({ version }: WriteRequest, value: JsonObject): Draft {
  return toDraft(version.conversion?.toStored(value) ?? value);
}

/** The stored object in the version of the request, with apiVersion and kind. */
export function valueIn(
  cluster: Cluster,
  { type, version }: Pick<WriteRequest, 'type' | 'version'>,
  stored: StoredObject,
): JsonObject {
  const apiVersion = groupVersion(type.group, version.version);
  const present = cluster.store.valueOf(stored);
  const value = version.conversion?.fromStored(present) ?? present;
  return { apiVersion, kind: type.kind, ...value };
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
  const isSame = observed !== undefined && generationOf(object) === generationOf(observed);
  // Kinds that count their changes warn of what is new only.
  if (request.subresource !== '' || (isSame && strategy.countsTemplates)) return;
  for (const text of strategy.warnings?.(object) ?? []) request.warn(text);
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
function isUnchanged(object: JsonObject, present: JsonObject): boolean {
  return isSameJson(withoutTimes(object), withoutTimes(present));
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
  { store }: Cluster,
  { options }: WriteRequest,
  { stored, object }: { readonly stored: StoredObject; readonly object: JsonObject },
): JsonObject {
  return options.dryRun ? object : store.valueOf(store.remove(stored, object));
}

function save({ store }: Cluster, { options, type }: WriteRequest, object: Draft): JsonObject {
  return options.dryRun ? object : store.valueOf(store.put(typeKey(type), object));
}
