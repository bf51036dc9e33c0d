/** What a definition says about the kind that it defines. */

import { hash } from 'node:crypto';

import type { JsonObject } from '@trueup/diagnostics';

import { compareVersions } from '../discovery/discovery-documents.ts';
import {
  readAt,
  readFlag,
  readList,
  readNumber,
  readObject,
  readObjects,
  readText,
} from '../object/read-fields.ts';
import type {
  Column,
  ResourceType,
  ServedVersion,
  Subresource,
} from '../resources/resource-type.ts';

const verbs = ['delete', 'deletecollection', 'get', 'list', 'patch', 'create', 'update', 'watch'];

/** @param names those that were accepted */
export function toResourceType(definition: JsonObject, names: JsonObject): ResourceType {
  const group = readText(definition, 'spec', 'group') ?? '';
  const kind = readText(names, 'kind') ?? '';
  const uid = readText(definition, 'metadata', 'uid') ?? '';
  const versions = readObjects(definition, 'spec', 'versions');
  const stored = versions.find((one) => readFlag(one, 'storage') === true);
  return {
    group,
    resource: readText(names, 'plural') ?? '',
    singular: readText(names, 'singular') ?? '',
    kind,
    listKind: readText(names, 'listKind') ?? `${kind}List`,
    namespaced: readText(definition, 'spec', 'scope') === 'Namespaced',
    shortNames: texts(names, 'shortNames'),
    categories: texts(names, 'categories'),
    verbs,
    versions: versions
      .filter((one) => readFlag(one, 'served') === true)
      .map((one) => toServedVersion(one, { group, kind, uid, versions }))
      .sort((a, b) => compareVersions(a.version, b.version)),
    storageVersion: readText(stored, 'name') ?? '',
    selectableFields: versions.flatMap((one) =>
      readObjects(one, 'selectableFields').map((field) =>
        (readText(field, 'jsonPath') ?? '').replace(/^\./, ''),
      ),
    ),
    source: 'custom',
  };
}

function toServedVersion(version: JsonObject, about: Kind): ServedVersion {
  const { group, kind, uid } = about;
  const name = readText(version, 'name') ?? '';
  return {
    version: name,
    subresources: subresourcesOf(version, kind),
    columns: columnsOf(version),
    storageVersionHash: hash('sha256', `${group}/${name}/${kind}/${uid}`, 'base64')
      .slice(0, 11)
      .concat('='),
    schemaName: `${group.split('.').toReversed().join('.')}.${name}.${kind}`,
    type: undefined,
    customSchema: readObject(version, 'schema', 'openAPIV3Schema'),
    deprecationWarning: deprecationOf(version, about),
    conversion: undefined,
  };
}

function deprecationOf(version: JsonObject, { group, kind, versions }: Kind): string | undefined {
  if (readFlag(version, 'deprecated') !== true) return undefined;
  const name = readText(version, 'name') ?? '';
  const own = readText(version, 'deprecationWarning');
  if (own !== undefined) return own;
  const [better] = versions
    .filter((one) => readFlag(one, 'served') === true && readFlag(one, 'deprecated') !== true)
    .map((one) => readText(one, 'name') ?? '')
    .filter((one) => compareVersions(one, name) < 0)
    .sort(compareVersions);
  const advice = better === undefined ? '' : `; use ${group}/${better} ${kind}`;
  return `${group}/${name} ${kind} is deprecated${advice}`;
}

interface Kind {
  readonly group: string;
  readonly kind: string;
  readonly uid: string;
  /** All that the definition has. */
  readonly versions: readonly JsonObject[];
}

function subresourcesOf(version: JsonObject, kind: string): readonly Subresource[] {
  const scale = readAt(version, 'subresources', 'scale');
  const own = ['get', 'patch', 'update'];
  const found: Subresource[] = [];
  if (readAt(version, 'subresources', 'status') !== undefined) {
    found.push({
      name: 'status',
      kind,
      group: undefined,
      version: undefined,
      verbs: own,
      paths: undefined,
    });
  }
  if (scale !== undefined) {
    found.push({
      name: 'scale',
      kind: 'Scale',
      group: 'autoscaling',
      version: 'v1',
      verbs: own,
      paths: {
        spec: readText(scale, 'specReplicasPath') ?? '',
        status: readText(scale, 'statusReplicasPath') ?? '',
        selector: readText(scale, 'labelSelectorPath'),
      },
    });
  }
  return found;
}

function columnsOf(version: JsonObject): readonly Column[] {
  const name = { name: 'Name', type: 'string', format: 'name', priority: 0, jsonPath: undefined };
  const own = readObjects(version, 'additionalPrinterColumns').map((column) => ({
    name: readText(column, 'name') ?? '',
    type: readText(column, 'type') ?? 'string',
    format: readText(column, 'format') ?? '',
    priority: readNumber(column, 'priority') ?? 0,
    jsonPath: readText(column, 'jsonPath') ?? '',
  }));
  if (own.length > 0) return [name, ...own];
  return [
    name,
    { name: 'Age', type: 'date', format: '', priority: 0, jsonPath: '.metadata.creationTimestamp' },
  ];
}

function texts(value: JsonObject, name: string): readonly string[] {
  return readList(value, name).filter((one) => typeof one === 'string');
}
