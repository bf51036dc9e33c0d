/** The text of objects and lists in the form that a client asked for. */

import type { JsonObject } from '@trueup/diagnostics';

import type { Cluster } from '../cluster/cluster.ts';
import type { Format } from '../http/negotiate.ts';
import { writeJson } from '../object/json-text.ts';
import { readText } from '../object/read-fields.ts';
import { groupVersion, type ResourceType, type ServedVersion } from '../resources/resource-type.ts';
import type { StoredObject } from '../storage/stored-object.ts';
import { renderTable } from '../table/render-table.ts';
import { listMetadata, type Page } from './list-objects.ts';

export interface Rendering {
  readonly type: ResourceType;
  readonly version: ServedVersion;
  readonly format: Format;
  /** What of an object goes along with its row of a table. */
  readonly includeObject: 'None' | 'Metadata' | 'Object';
}

/** One object, as an answer of its own or within a watch. */
export function renderStored(cluster: Cluster, stored: StoredObject, rendering: Rendering): string {
  if (rendering.format.as === undefined) return withKind(stored, rendering);
  return renderValue(cluster, cluster.store.valueOf(stored), rendering);
}

/** @param value with or without apiVersion and kind */
export function renderValue(cluster: Cluster, value: JsonObject, rendering: Rendering): string {
  const { type, version, format } = rendering;
  const apiVersion = groupVersion(type.group, version.version);
  const object = { ...value, apiVersion, kind: type.kind };
  if (format.as === 'Table') {
    return writeJson(
      renderTable([object], rendering, {
        now: cluster.clock.now(),
        metadata: { resourceVersion: versionOf(value) },
      }),
    );
  }
  if (format.as === 'PartialObjectMetadata') return writeJson(partial(value, format.asVersion));
  return writeJson({ kind: type.kind, apiVersion, ...value });
}

function versionOf(value: JsonObject): string {
  return readText(value, 'metadata', 'resourceVersion') ?? '';
}

export function renderPage(cluster: Cluster, page: Page, rendering: Rendering): string {
  const { type, version, format } = rendering;
  const own = listMetadata(page);
  // Lists of custom resources say that there is no more, too.
  const metadata = type.source === 'custom' ? { continue: '', ...own } : own;
  const apiVersion = groupVersion(type.group, version.version);
  if (format.as === 'Table') {
    const objects = page.objects.map((one) => ({
      apiVersion,
      kind: type.kind,
      ...cluster.store.valueOf(one),
    }));
    return writeJson(renderTable(objects, rendering, { now: cluster.clock.now(), metadata }));
  }
  if (format.as === 'PartialObjectMetadataList') {
    const items = page.objects.map((one) => partial(cluster.store.valueOf(one), format.asVersion));
    const kind = 'PartialObjectMetadataList';
    return writeJson({ kind, apiVersion: `meta.k8s.io/${format.asVersion}`, metadata, items });
  }
  // Items of built-in lists have no kind of their own.
  const items =
    type.source === 'custom'
      ? page.objects.map((one) => withKind(one, rendering))
      : page.objects.map(({ text }) => text);
  return `{"kind":"${type.listKind}","apiVersion":"${apiVersion}","metadata":${writeJson(metadata)},"items":[${items.join(',')}]}`;
}

function withKind({ text }: StoredObject, { type, version }: Rendering): string {
  const apiVersion = groupVersion(type.group, version.version);
  return `{"kind":"${type.kind}","apiVersion":"${apiVersion}",${text.slice(1)}`;
}

function partial({ metadata = {} }: JsonObject, version: string): JsonObject {
  return { kind: 'PartialObjectMetadata', apiVersion: `meta.k8s.io/${version}`, metadata };
}
