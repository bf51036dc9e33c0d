/**
 * Owners of `replicas` as the scale subresource sees them, and back: a Scale has entries of its own
 * while it is written, and they live on in the entries of the resource that it scales.
 */
import type { Json } from '@trueup/diagnostics';

import {
  type ElementPath,
  fieldSetOf,
  hasField,
  isEmptyFieldSet,
  subtractFields,
} from '../fields/field-set.ts';
import {
  formatManagedFields,
  type ManagedFieldsEntry,
  type Owner,
  type OwnerId,
  parseManagedFields,
} from './managed-fields.ts';

/** Where `replicas` is, for each served version of the scaled resource; `undefined` if nowhere. */
export type ReplicasPaths = ReadonlyMap<string, ElementPath | undefined>;

const scaleVersion = 'autoscaling/v1';
const replicasOfScale: ElementPath = ['f:spec', 'f:replicas'];

/** The entries of the Scale: those of the resource that own its replicas, and only these. */
export function toScaleEntries(
  parentEntries: Json | undefined,
  paths: ReplicasPaths,
): readonly ManagedFieldsEntry[] {
  const owners = new Map<OwnerId, Owner>();
  for (const [id, owner] of parseManagedFields(parentEntries) ?? []) {
    const path = paths.get(owner.apiVersion);
    if (!path || !hasField(owner.fields, path)) continue;
    const fields = fieldSetOf([replicasOfScale]);
    owners.set(id, { ...owner, apiVersion: scaleVersion, fields });
  }
  return formatManagedFields(owners);
}

export interface ScaleWrite {
  /** Of the resource, before the Scale was written. */
  readonly parentEntries: Json | undefined;
  /** Of the Scale, after it was written. */
  readonly scaleEntries: Json | undefined;
  /** The version in which new owners are recorded on the resource. */
  readonly apiVersion: string;
  readonly paths: ReplicasPaths;
}

/**
 * The entries of the resource after its Scale was written. As on the API server, one who updated
 * the Scale gets an entry without a time, beside the one that the same manager may have already.
 */
export function fromScaleEntries(write: ScaleWrite): readonly ManagedFieldsEntry[] {
  const { apiVersion, paths } = write;
  const parent = parseManagedFields(write.parentEntries) ?? new Map<OwnerId, Owner>();
  const scale = new Map(parseManagedFields(write.scaleEntries));
  const owners = new Map<OwnerId, Owner>();
  for (const [id, owner] of parent) {
    const kept = keepParent(owner, scale.delete(id), paths);
    if (kept) owners.set(id, kept);
  }
  const path = paths.get(apiVersion);
  for (const [id, owner] of scale) {
    if (!path || !hasField(owner.fields, replicasOfScale)) continue;
    const fields = fieldSetOf([path]);
    owners.set(id, { ...owner, apiVersion, time: parent.get(id)?.time, fields });
  }
  return formatManagedFields(owners);
}

/** An owner that the Scale does not know any more has lost its replicas there. */
function keepParent(owner: Owner, isOnScale: boolean, paths: ReplicasPaths): Owner | undefined {
  if (!paths.has(owner.apiVersion)) return undefined;
  const path = paths.get(owner.apiVersion);
  if (isOnScale || !path || !hasField(owner.fields, path)) return owner;
  const fields = subtractFields(owner.fields, fieldSetOf([path]));
  return isEmptyFieldSet(fields) ? undefined : { ...owner, fields };
}
