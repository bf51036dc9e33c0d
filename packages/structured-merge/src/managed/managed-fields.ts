/** Who owns which fields of an object: `metadata.managedFields`, read and written. */
import { isJsonList, isJsonObject, type Json, type JsonObject } from '@trueup/diagnostics';

import { emptyFieldSet, type FieldSet } from '../fields/field-set.ts';
import { formatFieldsV1, parseFieldsV1 } from '../fields/fields-v1.ts';

export type Operation = 'Apply' | 'Update';

/** An entry of `metadata.managedFields` as it is on the wire. */
export interface ManagedFieldsEntry {
  readonly manager: string;
  readonly operation: Operation;
  readonly apiVersion: string;
  /** RFC 3339, whole seconds, UTC. */
  readonly time?: string;
  readonly fieldsType: 'FieldsV1';
  readonly fieldsV1: JsonObject;
  readonly subresource?: string;
}

/** One owner with what it owns. */
export interface Owner {
  readonly manager: string;
  readonly operation: Operation;
  /** The version in which the fields are to be read. */
  readonly apiVersion: string;
  readonly subresource: string;
  readonly time: string | undefined;
  readonly fields: FieldSet;
}

/**
 * What tells owners apart. One who applies is the same whatever version it applies; one who updates
 * is another one for each version.
 */
export type OwnerId = string & { readonly brand?: 'OwnerId' };

export type Owners = ReadonlyMap<OwnerId, Owner>;

export function ownerId(owner: Omit<Owner, 'time' | 'fields'>): OwnerId {
  const { manager, operation, apiVersion, subresource } = owner;
  // As the API server writes it, since owners of one second are put in order by it.
  return JSON.stringify({
    manager,
    operation,
    ...(operation !== 'Apply' && { apiVersion }),
    ...(subresource !== '' && { subresource }),
  });
}

/** `undefined` when an entry is malformed: nothing in the list can be relied upon then. */
export function parseManagedFields(entries: Json | undefined): Owners | undefined {
  const owners = new Map<OwnerId, Owner>();
  if (entries === undefined || entries === null) return owners;
  if (!isJsonList(entries)) return undefined;
  for (const entry of entries) {
    const owner = isJsonObject(entry) ? parseEntry(entry) : undefined;
    if (!owner) return undefined;
    owners.set(ownerId(owner), owner);
  }
  return owners;
}

function parseEntry(entry: JsonObject): Owner | undefined {
  const { operation, apiVersion, fieldsType } = entry;
  if (operation !== 'Apply' && operation !== 'Update') return undefined;
  if (typeof apiVersion !== 'string' || apiVersion === '') return undefined;
  if (fieldsType !== 'FieldsV1') return undefined;
  const recorded = entry['fieldsV1'] ?? null;
  const fields = recorded === null ? emptyFieldSet : parseFieldsV1(recorded);
  if (!fields) return undefined;
  return {
    manager: textOf(entry['manager']) ?? '',
    operation,
    apiVersion,
    subresource: textOf(entry['subresource']) ?? '',
    time: textOf(entry['time']),
    fields,
  };
}

function textOf(value: Json | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

/** In the order of the API server: by operation, then time, then name. Absent when nobody owns. */
export function formatManagedFields(owners: Owners): readonly ManagedFieldsEntry[] {
  return [...owners.values()].sort(byOperationAndTime).map(formatEntry);
}

function formatEntry(owner: Owner): ManagedFieldsEntry {
  const { manager, operation, apiVersion, subresource, time, fields } = owner;
  return {
    manager,
    operation,
    apiVersion,
    ...(time !== undefined && { time }),
    fieldsType: 'FieldsV1',
    fieldsV1: formatFieldsV1(fields),
    ...(subresource !== '' && { subresource }),
  };
}

function byOperationAndTime(a: Owner, b: Owner): number {
  return (
    compareText(a.operation, b.operation) ||
    secondsOf(a) - secondsOf(b) ||
    compareText(a.manager, b.manager) ||
    compareText(a.apiVersion, b.apiVersion) ||
    compareText(a.subresource, b.subresource)
  );
}

export function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

/** Owners without a time come first. */
export function secondsOf({ time }: Owner): number {
  const milliseconds = time === undefined ? Number.NaN : Date.parse(time);
  return Number.isNaN(milliseconds) ? 0 : Math.floor(milliseconds / 1000);
}

/** The time as it stands in an entry. */
export function formatTime(at: Date): string {
  return `${at.toISOString().slice(0, 19)}Z`;
}

/** The object without `metadata.managedFields`; the same one when it has none. */
export function withoutManagedFields(object: JsonObject): JsonObject {
  const metadata = object['metadata'];
  if (!(isJsonObject(metadata) && Object.hasOwn(metadata, 'managedFields'))) return object;
  const { managedFields: _dropped, ...rest } = metadata;
  return { ...object, metadata: rest };
}

/** The object with these owners and no others. */
export function withOwners(object: JsonObject, owners: Owners): JsonObject {
  const bare = withoutManagedFields(object);
  if (owners.size === 0) return bare;
  const metadata = isJsonObject(bare['metadata']) ? bare['metadata'] : {};
  const managedFields = formatManagedFields(owners).map((entry): JsonObject => ({ ...entry }));
  return { ...bare, metadata: { ...metadata, managedFields } };
}

export function managedFieldsOf(object: JsonObject): Json | undefined {
  return isJsonObject(object['metadata']) ? object['metadata']['managedFields'] : undefined;
}
