/** Who belongs to whom. */

import type { JsonObject } from '@trueup/diagnostics';

import type { Cluster } from '../cluster/cluster.ts';
import type { Draft } from '../object/draft.ts';
import { readObjects, readText } from '../object/read-fields.ts';
import { groupVersion } from '../resources/resource-type.ts';
import type { Identity, StoredObject } from '../storage/stored-object.ts';

/** A stored object with its value. */
export interface Known {
  readonly stored: StoredObject;
  /** With apiVersion and kind. */
  readonly value: JsonObject;
}

/** @returns `undefined` when it is gone. */
export function find({ store, registry }: Cluster, identity: Identity): Known | undefined {
  const stored = store.get(identity);
  const type = registry.findByKey(identity.resource);
  if (!stored || !type) return undefined;
  const apiVersion = groupVersion(type.group, type.storageVersion);
  return { stored, value: { apiVersion, kind: type.kind, ...store.valueOf(stored) } };
}

/** What `owner` controls of one resource, in the order of their names. */
export function ownedBy(cluster: Cluster, owner: StoredObject, resource: string): readonly Known[] {
  return cluster.store
    .dependentsOf(owner.uid)
    .filter((one) => one.resource === resource)
    .flatMap((one) => find(cluster, one) ?? [])
    .filter(({ value }) => controllerUid(value) === owner.uid)
    .sort((a, b) => (a.stored.name < b.stored.name ? -1 : 1));
}

/** The identity of the owner that is of this resource, if there is one. */
export function ownerIn(
  { store }: Cluster,
  object: StoredObject,
  resource: string,
): readonly Identity[] {
  return object.owners
    .map((uid) => store.findByUid(uid))
    .filter((owner) => owner !== undefined)
    .filter((owner) => owner.resource === resource);
}

export function controllerUid(value: JsonObject): string | undefined {
  const references = readObjects(value, 'metadata', 'ownerReferences');
  return readText(
    references.find((one) => one['controller'] === true),
    'uid',
  );
}

/** What a controlled object says of who controls it. */
export function controlledBy({ value }: Known): Draft {
  return {
    apiVersion: readText(value, 'apiVersion') ?? '',
    kind: readText(value, 'kind') ?? '',
    name: readText(value, 'metadata', 'name') ?? '',
    uid: readText(value, 'metadata', 'uid') ?? '',
    controller: true,
    blockOwnerDeletion: true,
  };
}

export function isBeingDeleted(value: JsonObject): boolean {
  return readText(value, 'metadata', 'deletionTimestamp') !== undefined;
}
