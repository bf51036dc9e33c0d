/** Lists as tables, which is how `kubectl get` shows them. */

import type { Json, JsonObject } from '@trueup/diagnostics';

import { readText } from '../object/read-fields.ts';
import { showJson } from '../object/show-json.ts';
import type { Column, ResourceType, ServedVersion } from '../resources/resource-type.ts';
import { ageOf } from './format-age.ts';
import { evaluateJsonPath } from './json-path.ts';
import { rowPrinters } from './row-printers.ts';

export interface TableRequest {
  readonly type: ResourceType;
  readonly version: ServedVersion;
  readonly format: { readonly asVersion: string };
  readonly includeObject: 'None' | 'Metadata' | 'Object';
}

/** @param objects with apiVersion and kind */
export function renderTable(
  objects: readonly JsonObject[],
  { type, version, format, includeObject }: TableRequest,
  { now, metadata }: { readonly now: Date; readonly metadata: JsonObject },
): JsonObject {
  const apiVersion = `meta.k8s.io/${format.asVersion}`;
  return {
    kind: 'Table',
    apiVersion,
    metadata,
    columnDefinitions: version.columns.map(toDefinition),
    rows: objects.map((object) => ({
      cells: cellsOf(object, { type, version, now }),
      ...(includeObject === 'Object' && { object }),
      ...(includeObject === 'None' && { object: null }),
      ...(includeObject === 'Metadata' && {
        object: { kind: 'PartialObjectMetadata', apiVersion, metadata: object['metadata'] ?? {} },
      }),
    })),
  };
}

function toDefinition({ name, type, format, priority }: Column): JsonObject {
  return { name, type, format, description: '', priority };
}

function cellsOf(
  object: JsonObject,
  {
    type,
    version,
    now,
  }: { readonly type: ResourceType; readonly version: ServedVersion; readonly now: Date },
): readonly Json[] {
  const print =
    type.source === 'built-in' ? rowPrinters[`${type.group}/${type.resource}`] : undefined;
  if (print) return print(object, now);
  return version.columns.map((column) => cellOf(column, object, now));
}

function cellOf(column: Column, object: JsonObject, now: Date): Json {
  if (column.jsonPath !== undefined) return customCell(column, object, now);
  const created = readText(object, 'metadata', 'creationTimestamp');
  switch (column.name) {
    case 'Name':
      return readText(object, 'metadata', 'name') ?? '';
    case 'Age':
      return ageOf(created, now);
    case 'Created At':
      return created ?? '';
    default:
      return '<none>';
  }
}

function customCell({ type, jsonPath = '' }: Column, object: JsonObject, now: Date): Json {
  const [found] = evaluateJsonPath(jsonPath, object);
  if (found === undefined || found === null) return null;
  if (type === 'date') return ageOf(typeof found === 'string' ? found : undefined, now);
  if (type === 'string') return showJson(found);
  return typeof found === 'object' ? null : found;
}
