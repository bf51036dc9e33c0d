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
  const { format, version } = rendering;
  if (format.as === undefined && !version.conversion) return withKind(stored, rendering);
  return renderValue(cluster, cluster.store.valueOf(stored), rendering);
}

/** @param value as it is stored, with or without apiVersion and kind */
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
  const shown = version.conversion?.fromStored(value) ?? value;
  return writeJson({ ...shown, kind: type.kind, apiVersion });
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
  const items = page.objects.map((one) => renderItem(cluster, one, rendering));
  return `{"kind":"${type.listKind}","apiVersion":"${apiVersion}","metadata":${writeJson(metadata)},"items":[${items.join(',')}]}`;
}

/** Items of built-in lists have no kind of their own. */
function renderItem({ store }: Cluster, stored: StoredObject, rendering: Rendering): string {
  const { type, version } = rendering;
  if (type.source === 'custom') return withKind(stored, rendering);
  return version.conversion
    ? writeJson(version.conversion.fromStored(store.valueOf(stored)))
    : stored.text;
}

function withKind({ text }: StoredObject, { type, version }: Rendering): string {
  const apiVersion = groupVersion(type.group, version.version);
  return `{"kind":"${type.kind}","apiVersion":"${apiVersion}",${text.slice(1)}`;
}

function partial({ metadata = {} }: JsonObject, version: string): JsonObject {
  return { kind: 'PartialObjectMetadata', apiVersion: `meta.k8s.io/${version}`, metadata };
}
