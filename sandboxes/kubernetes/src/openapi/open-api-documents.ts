/**
 * OpenAPI v3 of what the server serves: one document per group and version, made when somebody asks
 * for it. Built-in types come from the generated knowledge, custom ones from their CRDs.
 */

import { hash } from 'node:crypto';

import { isJsonObject, type Json, type JsonObject } from '@trueup/diagnostics';

import { readText } from '../object/read-fields.ts';
import type { ResourceRegistry } from '../resources/resource-registry.ts';
import type { ResourceType, ServedVersion } from '../resources/resource-type.ts';
import { customComponent, listComponent } from './custom-schemas.ts';
import { pathsOf } from './resource-paths.ts';

interface Document {
  readonly text: string;
  readonly hash: string;
}

const prefix = '#/components/schemas/';
const metaPrefix = 'io.k8s.apimachinery.pkg.apis.meta.v1';

export class OpenApiDocuments {
  readonly #registry: ResourceRegistry;
  readonly #components: Readonly<Record<string, JsonObject>>;
  readonly #version: string;
  #documents = new Map<string, Document>();
  #generation = -1;

  constructor(
    registry: ResourceRegistry,
    {
      components,
      version,
    }: { readonly components: Readonly<Record<string, JsonObject>>; readonly version: string },
  ) {
    this.#registry = registry;
    this.#components = components;
    this.#version = version;
  }

  /** What `/openapi/v3` answers: where each document is, and a hash that changes with it. */
  index(): JsonObject {
    const paths = this.#groupVersions().map((path): [string, Json] => [
      path,
      { serverRelativeURL: `/openapi/v3/${path}?hash=${this.#document(path).hash}` },
    ]);
    return { paths: Object.fromEntries(paths) };
  }

  /** @param path as `apis/apps/v1`; `undefined` for what is not served */
  find(path: string): string | undefined {
    return this.#groupVersions().includes(path) ? this.#document(path).text : undefined;
  }

  #groupVersions(): readonly string[] {
    const paths = this.#registry
      .all()
      .flatMap(({ group, versions }) => versions.map(({ version }) => pathOf(group, version)));
    return [...new Set(paths)].sort();
  }

  #document(path: string): Document {
    if (this.#generation !== this.#registry.generation) {
      this.#documents = new Map();
      this.#generation = this.#registry.generation;
    }
    const known = this.#documents.get(path);
    if (known) return known;
    const text = JSON.stringify(this.#compose(path));
    const made = { text, hash: hash('sha512', text, 'hex').toUpperCase() };
    this.#documents.set(path, made);
    return made;
  }

  #compose(path: string): JsonObject {
    const served = this.#registry
      .all()
      .flatMap((type) =>
        type.versions
          .filter(({ version }) => pathOf(type.group, version) === path)
          .map((version) => ({ type, version })),
      );
    const schemas = new Map<string, JsonObject>();
    for (const { type, version } of served) {
      for (const [name, schema] of this.#schemasOf(type, version)) schemas.set(name, schema);
    }
    for (const name of ['DeleteOptions', 'Patch', 'Status', 'WatchEvent', 'APIResourceList']) {
      this.#addClosure(`${metaPrefix}.${name}`, schemas);
    }
    return {
      openapi: '3.0.0',
      info: { title: 'Kubernetes', version: this.#version },
      paths: Object.fromEntries(served.flatMap(({ type, version }) => pathsOf(type, version))),
      components: {
        schemas: Object.fromEntries([...schemas].sort(([a], [b]) => (a < b ? -1 : 1))),
      },
    };
  }

  #schemasOf(type: ResourceType, version: ServedVersion): ReadonlyMap<string, JsonObject> {
    const schemas = new Map<string, JsonObject>();
    if (version.customSchema) {
      schemas.set(version.schemaName, customComponent(type, version, version.customSchema));
      schemas.set(`${version.schemaName}List`, listComponent(type, version));
      this.#addClosure(`${metaPrefix}.ObjectMeta`, schemas);
      this.#addClosure(`${metaPrefix}.ListMeta`, schemas);
    } else {
      this.#addClosure(version.schemaName, schemas);
      this.#addClosure(`${version.schemaName}List`, schemas);
      for (const { kind } of version.subresources) {
        const name = version.schemaName.replace(/\.\w+$/, `.${kind}`);
        this.#addClosure(name, schemas);
      }
    }
    return schemas;
  }

  #addClosure(name: string, schemas: Map<string, JsonObject>): void {
    const schema = this.#components[name];
    if (!schema || schemas.has(name)) return;
    const { zero: _zero, nulls: _nulls, ...served } = schema;
    schemas.set(name, served);
    for (const reference of referencesIn(served)) this.#addClosure(reference, schemas);
  }
}

function pathOf(group: string, version: string): string {
  return group === '' ? `api/${version}` : `apis/${group}/${version}`;
}

function referencesIn(value: Json): readonly string[] {
  if (typeof value !== 'object' || value === null) return [];
  const own = isJsonObject(value) ? readText(value, '$ref') : undefined;
  const below = Object.values(value).flatMap((member: Json) => referencesIn(member));
  return own?.startsWith(prefix) ? [own.slice(prefix.length), ...below] : below;
}
