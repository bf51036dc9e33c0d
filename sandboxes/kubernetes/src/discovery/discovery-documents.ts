/** What the server says that it serves: the aggregated form in one document, and the older ones. */

import type { JsonObject } from '@trueup/diagnostics';

import {
  groupVersion,
  type ResourceType,
  type ServedVersion,
  type Subresource,
} from '../resources/resource-type.ts';

/** One resource in one version. */
interface Served {
  readonly type: ResourceType;
  readonly version: ServedVersion;
}

interface GroupVersions {
  readonly group: string;
  /** In the order of preference. */
  readonly versions: readonly { readonly version: string; readonly served: readonly Served[] }[];
}

/** @param legacy the group of pods and services, which has a path of its own. */
export function aggregatedDiscovery(
  types: readonly ResourceType[],
  { legacy, apiVersion }: { readonly legacy: boolean; readonly apiVersion: string },
): JsonObject {
  return {
    kind: 'APIGroupDiscoveryList',
    apiVersion,
    metadata: {},
    items: groupTypes(types)
      .filter(({ group }) => (group === '') === legacy)
      .map(({ group, versions }) => ({
        metadata: group === '' ? {} : { name: group },
        versions: versions.map(({ version, served }) => ({
          version,
          resources: served.map(toResourceDiscovery),
          freshness: 'Current',
        })),
      })),
  };
}

export function apiGroupList(types: readonly ResourceType[]): JsonObject {
  const groups = groupTypes(types).filter(({ group }) => group !== '');
  return { kind: 'APIGroupList', apiVersion: 'v1', groups: groups.map(toApiGroup) };
}

/** @returns `undefined` when there is no such group. */
export function apiGroup(types: readonly ResourceType[], name: string): JsonObject | undefined {
  const found = groupTypes(types).find(({ group }) => group === name);
  return found && { kind: 'APIGroup', apiVersion: 'v1', ...toApiGroup(found) };
}

/** @returns `undefined` when there is no such version of a group. */
export function apiResourceList(
  types: readonly ResourceType[],
  group: string,
  version: string,
): JsonObject | undefined {
  const found = groupTypes(types)
    .find((one) => one.group === group)
    ?.versions.find((one) => one.version === version);
  return (
    found && {
      kind: 'APIResourceList',
      ...(group !== '' && { apiVersion: 'v1' }),
      groupVersion: groupVersion(group, version),
      resources: found.served.flatMap(toApiResources),
    }
  );
}

export function apiVersions(serverAddress: string): JsonObject {
  return {
    kind: 'APIVersions',
    versions: ['v1'],
    serverAddressByClientCIDRs: [{ clientCIDR: '0.0.0.0/0', serverAddress }],
  };
}

function toApiGroup({ group, versions }: GroupVersions): JsonObject {
  const named = versions.map(({ version }) => ({
    groupVersion: groupVersion(group, version),
    version,
  }));
  return { name: group, versions: named, preferredVersion: named[0] ?? {} };
}

function toApiResources({ type, version }: Served): readonly JsonObject[] {
  const { resource, singular, namespaced, kind, verbs, shortNames, categories } = type;
  return [
    {
      name: resource,
      singularName: singular,
      namespaced,
      kind,
      verbs,
      ...(shortNames.length > 0 && { shortNames }),
      ...(categories.length > 0 && { categories }),
      ...(version.storageVersionHash !== '' && { storageVersionHash: version.storageVersionHash }),
    },
    ...version.subresources.map((one) => ({
      name: `${resource}/${one.name}`,
      singularName: '',
      namespaced,
      ...(one.group !== undefined && { group: one.group }),
      ...(one.version !== undefined && { version: one.version }),
      kind: one.kind,
      verbs: one.verbs,
    })),
  ];
}

function toResourceDiscovery({ type, version }: Served): JsonObject {
  const { resource, singular, namespaced, kind, verbs, shortNames, categories } = type;
  const { subresources } = version;
  return {
    resource,
    // Empty stands for the group and version that it is listed under.
    responseKind: { group: '', version: '', kind },
    scope: namespaced ? 'Namespaced' : 'Cluster',
    singularResource: singular,
    verbs,
    ...(shortNames.length > 0 && { shortNames }),
    ...(categories.length > 0 && { categories }),
    ...(subresources.length > 0 && {
      subresources: subresources.map(toSubresourceDiscovery),
    }),
  };
}

function toSubresourceDiscovery({ name, kind, group, version, verbs }: Subresource): JsonObject {
  const responseKind = { group: group ?? '', version: version ?? '', kind };
  return { subresource: name, responseKind, verbs };
}

function groupTypes(types: readonly ResourceType[]): readonly GroupVersions[] {
  const groups = new Map<string, Map<string, Served[]>>();
  for (const type of types) {
    const versions = groups.get(type.group) ?? new Map<string, Served[]>();
    groups.set(type.group, versions);
    for (const version of type.versions) {
      const served = versions.get(version.version) ?? [];
      versions.set(version.version, served);
      served.push({ type, version });
    }
  }
  return [...groups].map(([group, versions]) => ({
    group,
    versions: [...versions]
      .map(([version, served]) => ({ version, served }))
      .sort((a, b) => compareVersions(a.version, b.version)),
  }));
}

/** The version that a client should prefer comes first: `v2`, `v1`, `v1beta2`, `v1beta1`, `v1alpha1`. */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [rankVersion(a), rankVersion(b)];
  for (const [index, rank] of left.entries()) {
    const other = right[index] ?? 0;
    if (rank !== other) return other - rank;
  }
  return a < b ? -1 : 1;
}

function rankVersion(version: string): readonly number[] {
  const match = /^v(\d+)(?:(alpha|beta)(\d+))?$/.exec(version);
  if (!match) return [-1, 0, 0];
  const [, major, stage, minor] = match;
  if (stage === undefined) return [2, Number(major), 0];
  return [stage === 'beta' ? 1 : 0, Number(major), Number(minor)];
}
