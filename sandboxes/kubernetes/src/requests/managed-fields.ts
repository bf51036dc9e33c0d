/** Who owns which fields: the one place that speaks to `structured-merge`. */

import { isJsonList, isJsonObject, type JsonObject } from '@trueup/diagnostics';
import {
  applyObject,
  type Conflict,
  deducedSchema,
  type Problem,
  schemaFromCrd,
  schemaFromOpenApi,
  type TypeSchema,
  updateObject,
  type WriteContext,
} from '@trueup/structured-merge';
import {
  emptyFieldSet,
  type FieldSet,
  formatServerPath,
  parseFieldsV1,
} from '@trueup/structured-merge/fields';

import type { Cluster } from '../cluster/cluster.ts';
import { ApiError, type Cause } from '../http/api-error.ts';
import { readObject, readObjects, readText } from '../object/read-fields.ts';
import { groupVersion, type ResourceType, type ServedVersion } from '../resources/resource-type.ts';
import { resetMembers } from './reset-fields.ts';

export interface Writer {
  readonly manager: string;
  readonly subresource: string;
}

export interface MergeTarget {
  readonly type: ResourceType;
  readonly version: ServedVersion;
}

/** `after` with the owners that it has after being written by `writer`. */
export function recordWrite(
  cluster: Cluster,
  target: MergeTarget,
  {
    writer,
    before,
    after,
  }: {
    readonly writer: Writer;
    readonly before: JsonObject | undefined;
    readonly after: JsonObject;
  },
): JsonObject {
  const recorded = updateObject({
    ...contextOf(cluster, target, writer),
    ...(before && { before }),
    after,
  });
  return writer.subresource === 'scale' ? withoutScaleTime(recorded, writer) : recorded;
}

/** The server forgets the time of those who scale, which also puts them before everybody else. */
function withoutScaleTime(object: JsonObject, { manager, subresource }: Writer): JsonObject {
  const metadata = readObject(object, 'metadata');
  const entries = readObjects(metadata, 'managedFields');
  const isScaler = (entry: JsonObject): boolean =>
    entry['manager'] === manager &&
    entry['subresource'] === subresource &&
    entry['operation'] === 'Update';
  const scalers = entries.filter(isScaler).map(({ time: _time, ...rest }) => rest);
  const first = entries.findIndex((entry) => entry['operation'] === 'Update');
  const others = entries.filter((entry) => !isScaler(entry));
  const managedFields = first < 0 ? others : others.toSpliced(first, 0, ...scalers);
  return { ...object, metadata: { ...metadata, managedFields } };
}

/**
 * Server-side apply.
 * @throws ApiError 409 with one cause per field that somebody else owns.
 */
export function applyConfiguration(
  cluster: Cluster,
  target: MergeTarget,
  {
    writer,
    observed,
    applied,
    force,
  }: {
    readonly writer: Writer;
    readonly observed: JsonObject | undefined;
    readonly applied: JsonObject;
    readonly force: boolean;
  },
): JsonObject {
  const result = applyObject({
    ...contextOf(cluster, target, writer),
    ...(observed && { observed }),
    applied,
    force,
  });
  switch (result.kind) {
    case 'applied':
      return result.object;
    case 'conflict':
      throw conflictOf(result.conflicts);
    case 'invalid':
      throw invalidOf(target, applied, result.problems);
  }
}

/** Without the times of its owners: an object that differs in nothing else has not changed. */
export function withoutTimes(object: JsonObject): JsonObject {
  const metadata = readObject(object, 'metadata');
  const entries = metadata['managedFields'];
  if (!isJsonList(entries)) return object;
  const timeless = entries.map((entry) => {
    if (!isJsonObject(entry)) return entry;
    const { time: _time, ...rest } = entry;
    return rest;
  });
  return { ...object, metadata: { ...metadata, managedFields: timeless } };
}

function contextOf(cluster: Cluster, target: MergeTarget, writer: Writer): WriteContext {
  const { type, version } = target;
  return {
    manager: writer.manager,
    subresource: writer.subresource,
    apiVersion: groupVersion(type.group, version.version),
    schema: schemaOf(cluster, target),
    now: cluster.clock.now(),
    resetFields: resetFieldsOf(cluster, target, writer),
    isServed: (apiVersion) =>
      type.versions.some((one) => groupVersion(type.group, one.version) === apiVersion),
  };
}

function schemaOf({ components }: Cluster, { type, version }: MergeTarget): TypeSchema {
  if (version.customSchema) return customSchemaOf(version.customSchema);
  const kind = { group: type.group, version: version.version, kind: type.kind };
  return schemaFromOpenApi(components, kind) ?? deducedSchema;
}

const customSchemas = new WeakMap<JsonObject, TypeSchema>();

function customSchemaOf(schema: JsonObject): TypeSchema {
  const known = customSchemas.get(schema) ?? schemaFromCrd(schema);
  customSchemas.set(schema, known);
  return known;
}

function resetFieldsOf(cluster: Cluster, target: MergeTarget, { subresource }: Writer): FieldSet {
  const members = resetMembers(cluster, { ...target, subresource });
  return (
    parseFieldsV1(Object.fromEntries(members.map((name) => [`f:${name}`, {}]))) ?? emptyFieldSet
  );
}

/** In the words of the real server, which names each owner as the log of a person would. */
function conflictOf(conflicts: readonly Conflict[]): ApiError {
  const named = conflicts.map((one) => ({
    owner: describeOwner(one),
    field: formatServerPath(one.elements),
  }));
  const causes = named.map(
    ({ owner, field }): Cause => ({
      reason: 'FieldManagerConflict',
      message: `conflict with ${owner}`,
      field,
    }),
  );
  return new ApiError(409, 'Conflict', conflictMessage(named), { details: { causes } });
}

interface NamedConflict {
  readonly owner: string;
  readonly field: string;
}

function conflictMessage(conflicts: readonly NamedConflict[]): string {
  const [first] = conflicts;
  if (first && conflicts.length === 1) {
    return `Apply failed with 1 conflict: conflict with ${first.owner}: ${first.field}`;
  }
  const owners = [...new Set(conflicts.map(({ owner }) => owner))].sort();
  const lines = owners.flatMap((owner) => [
    `conflicts with ${owner}:`,
    ...conflicts.filter((one) => one.owner === owner).map(({ field }) => `- ${field}`),
  ]);
  return `Apply failed with ${conflicts.length} conflicts: ${lines.join('\n')}`;
}

function describeOwner({ manager, subresource, operation, apiVersion }: Conflict): string {
  const below = subresource === '' ? '' : ` with subresource ${JSON.stringify(subresource)}`;
  const name = `${JSON.stringify(manager)}${below}`;
  return operation === 'Apply' ? name : `${name} using ${apiVersion}`;
}

/** In the words of the real server, which shows the value at fault: we do not. */
function invalidOf(
  target: MergeTarget,
  applied: JsonObject,
  problems: readonly Problem[],
): ApiError {
  const texts = problems.map(({ path, message }) => `${formatServerPath(path)}: ${message}`);
  const { type, version } = target;
  const namespace = readText(applied, 'metadata', 'namespace') ?? '';
  const subject = `${namespace}/${readText(applied, 'metadata', 'name') ?? ''}`;
  const kind = `${type.group}/${version.version}, Kind=${type.kind}`;
  return new ApiError(
    500,
    '',
    `failed to create typed patch object (${subject}; ${kind}): ${texts.join('\n')}`,
  );
}
