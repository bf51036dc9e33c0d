/** Reads the generated records of what a real API server serves. See `tools/sandbox`. */

import { readFileSync } from 'node:fs';

import { isJsonObject, type JsonObject } from '@trueup/diagnostics';

import {
  readFlag,
  readList,
  readNumber,
  readObject,
  readObjects,
  readText,
} from '../object/read-fields.ts';
import type { MessageTypes } from '../protobuf/decode-object.ts';
import { OpenApiCompiler } from '../schema/compile-open-api.ts';
import { conversions } from './convert-versions.ts';
import type { Column, ResourceType, ServedVersion, Subresource } from './resource-type.ts';

export interface ApiKnowledge {
  /** What `/version` answers. */
  readonly version: JsonObject;
  readonly resources: readonly ResourceType[];
  /** By the names that OpenAPI has for them. */
  readonly schemas: ReadonlyMap<string, JsonObject>;
  /** How typed clients encode objects. */
  readonly messages: MessageTypes;
  /** The schema, and the message, of a kind; `undefined` for kinds that are not built in. */
  readonly nameOf: (apiVersion: string, kind: string) => string | undefined;
}

/** The server warns of these whenever they are asked for, and says so nowhere else. */
const deprecations: Readonly<Record<string, string>> = {
  '/v1 Endpoints': 'v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice',
  '/v1 ComponentStatus': 'v1 ComponentStatus is deprecated in v1.19+',
};

let knowledge: ApiKnowledge | undefined;

/** Read once per process: it is half a megabyte and never changes. */
export function readApiKnowledge(): ApiKnowledge {
  knowledge ??= parseKnowledge(
    readFileSync(new URL('../generated/kubernetes-api.jsonl', import.meta.url), 'utf8'),
  );
  return knowledge;
}

function parseKnowledge(text: string): ApiKnowledge {
  const records = text
    .split('\n')
    .filter((line) => line !== '')
    .map((line): unknown => JSON.parse(line))
    .filter(isJsonObject);
  const schemas = new Map<string, JsonObject>();
  for (const { schema, ...rest } of records) {
    if (typeof schema === 'string') schemas.set(schema, rest);
  }
  const compiler = new OpenApiCompiler(schemas);
  const names = namesByKind(schemas);
  const served = records.filter((record) => 'resources' in record);
  return {
    version: readObject(
      records.find((record) => 'version' in record),
      'version',
    ),
    resources: mergeVersions(
      served.flatMap((record) =>
        readGroupVersion(record, (key) => describeType(key, names, compiler)),
      ),
    ),
    schemas,
    messages: readMessages(records),
    nameOf: (apiVersion, kind) => {
      const path = apiVersion.includes('/') ? apiVersion : `/${apiVersion}`;
      return kind === 'DeleteOptions' ? deleteOptions : names.get(`${path}/${kind}`);
    },
  };
}

/** Of every group and version, but one type. */
const deleteOptions = 'io.k8s.apimachinery.pkg.apis.meta.v1.DeleteOptions';

function readMessages(records: readonly JsonObject[]): MessageTypes {
  const messages = records.filter((record) => 'message' in record);
  return new Map(
    messages.map((record) => {
      const fields = Object.entries(readObject(record, 'fields'));
      const members = fields.map(([number, field]): [number, readonly [string, string]] => [
        Number(number),
        [readText(field, 0) ?? '', readText(field, 1) ?? ''],
      ]);
      return [readText(record, 'message') ?? '', new Map(members)];
    }),
  );
}

type TypeOf = (key: string) => Pick<ServedVersion, 'schemaName' | 'type'>;

function describeType(
  key: string,
  names: ReadonlyMap<string, string>,
  compiler: OpenApiCompiler,
): Pick<ServedVersion, 'schemaName' | 'type'> {
  const schemaName = names.get(key) ?? '';
  return { schemaName, type: compiler.compile(schemaName) };
}

/** `apps/v1/Deployment` → name of its schema. */
function namesByKind(schemas: ReadonlyMap<string, JsonObject>): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  for (const [name, schema] of schemas) {
    const kinds = readObjects(schema, 'x-kubernetes-group-version-kind');
    // Options and events of watches claim to be of every group.
    if (kinds.length !== 1) continue;
    const [{ group, version, kind } = {}] = kinds;
    names.set(`${group}/${version}/${kind}`, name);
  }
  return names;
}

function readGroupVersion(record: JsonObject, typeOf: TypeOf): readonly ResourceType[] {
  const group = readText(record, 'group') ?? '';
  const version = readText(record, 'groupVersion') ?? '';
  const entries = readObjects(record, 'resources');
  return entries
    .filter((entry) => !readText(entry, 'name')?.includes('/'))
    .map((entry) => {
      const resource = readText(entry, 'name') ?? '';
      const kind = readText(entry, 'kind') ?? '';
      return {
        group,
        resource,
        singular: readText(entry, 'singularName') ?? '',
        kind,
        listKind: `${kind}List`,
        namespaced: readFlag(entry, 'namespaced') === true,
        shortNames: texts(entry, 'shortNames'),
        categories: texts(entry, 'categories'),
        verbs: texts(entry, 'verbs'),
        versions: [
          {
            version,
            subresources: entries
              .filter((one) => readText(one, 'name')?.startsWith(`${resource}/`))
              .map((one) => readSubresource(one, resource)),
            columns: readColumns(readList(record, 'columns', resource)),
            storageVersionHash: readText(entry, 'storageVersionHash') ?? '',
            ...typeOf(`${group}/${version}/${kind}`),
            customSchema: undefined,
            deprecationWarning: deprecations[`${group}/${version} ${kind}`],
            conversion: conversions[`${group}/${version}/${kind}`],
          },
        ],
        storageVersion: version,
        selectableFields: [],
        source: 'built-in',
      };
    });
}

function readSubresource(entry: JsonObject, resource: string): Subresource {
  return {
    name: (readText(entry, 'name') ?? '').slice(resource.length + 1),
    kind: readText(entry, 'kind') ?? '',
    group: readText(entry, 'group'),
    version: readText(entry, 'version'),
    verbs: texts(entry, 'verbs'),
    paths: undefined,
  };
}

function readColumns(rows: ReturnType<typeof readList>): readonly Column[] {
  return rows.map((row) => ({
    name: readText(row, 0) ?? '',
    type: readText(row, 1) ?? 'string',
    format: readText(row, 2) ?? '',
    priority: readNumber(row, 3) ?? 0,
    jsonPath: undefined,
  }));
}

/** One type per resource: its versions in the order in which the server prefers them. */
function mergeVersions(types: readonly ResourceType[]): readonly ResourceType[] {
  const merged = new Map<string, ResourceType>();
  for (const type of types) {
    const key = `${type.group}/${type.resource}`;
    const known = merged.get(key);
    merged.set(key, known ? { ...known, versions: [...known.versions, ...type.versions] } : type);
  }
  return [...merged.values()];
}

function texts(entry: JsonObject, name: string): readonly string[] {
  return readList(entry, name).filter((one) => typeof one === 'string');
}
