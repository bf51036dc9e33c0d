import type { JsonObject } from '@trueup/diagnostics';
import type { TypeNode } from '../schema/type-node.ts';
import type { Conversion } from './convert-versions.ts';

/** One kind of object that the server stores, whatever the versions in which it serves it. */
export interface ResourceType {
  /** Empty for the legacy group of pods and services. */
  readonly group: string;
  /** In the plural, as in paths. */
  readonly resource: string;
  readonly singular: string;
  readonly kind: string;
  readonly listKind: string;
  readonly namespaced: boolean;
  readonly shortNames: readonly string[];
  readonly categories: readonly string[];
  readonly verbs: readonly string[];
  /** In the order of preference. At least one. */
  readonly versions: readonly ServedVersion[];
  /** The version in which objects are stored. It may be one that is no longer served. */
  readonly storageVersion: string;
  /** Fields that one can select by besides those of all kinds. */
  readonly selectableFields: readonly string[];
  readonly source: 'built-in' | 'custom';
}

export interface ServedVersion {
  readonly version: string;
  readonly subresources: readonly Subresource[];
  readonly columns: readonly Column[];
  readonly storageVersionHash: string;
  /** Name of the type in the server's OpenAPI. */
  readonly schemaName: string;
  /** For built-in types: how their JSON is read. */
  readonly type: TypeNode | undefined;
  /** For custom resources: their `openAPIV3Schema`. */
  readonly customSchema: JsonObject | undefined;
  readonly deprecationWarning: string | undefined;
  /** Absent for the version in which objects are stored, and for those that are spelled alike. */
  readonly conversion: Conversion | undefined;
}

export interface Subresource {
  readonly name: string;
  readonly kind: string;
  /** Of the kind that the subresource speaks, where it is not that of its parent. */
  readonly group: string | undefined;
  readonly version: string | undefined;
  readonly verbs: readonly string[];
  /** For `scale` of custom resources. */
  readonly paths:
    | { readonly spec: string; readonly status: string; readonly selector: string | undefined }
    | undefined;
}

export interface Column {
  readonly name: string;
  readonly type: string;
  readonly format: string;
  /** 0 is shown always, more only with `-o wide`. */
  readonly priority: number;
  /** For custom resources. */
  readonly jsonPath: string | undefined;
}

/** As the server names a kind of object in messages and RBAC: `deployments.apps`, `pods`. */
export function qualifiedName({
  group,
  resource,
}: Pick<ResourceType, 'group' | 'resource'>): string {
  return group === '' ? resource : `${resource}.${group}`;
}

/** As `apiVersion` says it. */
export function groupVersion(group: string, version: string): string {
  return group === '' ? version : `${group}/${version}`;
}

/** @returns `undefined` when the type is not served in this version. */
export function servedVersion(type: ResourceType, version: string): ServedVersion | undefined {
  return type.versions.find((one) => one.version === version);
}
