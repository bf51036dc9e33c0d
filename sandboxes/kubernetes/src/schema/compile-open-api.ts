/** Compiles the schemas of built-in types into {@link TypeNode}s. */

import { isJsonObject, type JsonObject } from '@trueup/diagnostics';

import { readList, readObject, readText } from '../object/read-fields.ts';
import type { FieldNode, ObjectNode, ScalarNode, TypeNode } from './type-node.ts';

/** Types that JSON writes otherwise than their schema says. */
const special: Readonly<Record<string, TypeNode>> = {
  'io.k8s.apimachinery.pkg.api.resource.Quantity': scalar('quantity', ''),
  'io.k8s.apimachinery.pkg.util.intstr.IntOrString': scalar('int-or-string', ''),
  'io.k8s.apimachinery.pkg.apis.meta.v1.Time': scalar('time', 'date-time'),
  'io.k8s.apimachinery.pkg.apis.meta.v1.MicroTime': scalar('time', 'micro-time'),
  'io.k8s.apimachinery.pkg.apis.meta.v1.FieldsV1': { kind: 'any' },
  'io.k8s.apimachinery.pkg.runtime.RawExtension': { kind: 'any' },
  'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSON': { kind: 'any' },
  // Either a schema or a list or a flag: JSON of its own making.
  'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaProps': { kind: 'any' },
};

const reference = '#/components/schemas/';

export class OpenApiCompiler {
  readonly #schemas: ReadonlyMap<string, JsonObject>;
  readonly #nodes = new Map<string, TypeNode>();

  constructor(schemas: ReadonlyMap<string, JsonObject>) {
    this.#schemas = schemas;
  }

  /** The type of this name; anything when nobody knows it. */
  compile(name: string): TypeNode {
    const known = this.#nodes.get(name) ?? special[name];
    if (known) return known;
    const schema = this.#schemas.get(name);
    const node = schema ? this.#compileSchema(schema, name) : anything;
    this.#nodes.set(name, node);
    return node;
  }

  #compileSchema(schema: JsonObject, name: string): TypeNode {
    const target = readText(schema, '$ref') ?? readText(schema, 'allOf', 0, '$ref');
    if (target) return this.compile(target.slice(reference.length));
    switch (schema['type']) {
      case 'array':
        return this.#compileList(schema, name);
      case 'object':
        return this.#compileObject(schema, name);
      case 'string':
      case 'boolean':
      case 'integer':
      case 'number':
        return scalar(schema['type'], readText(schema, 'format') ?? '');
      default:
        return anything;
    }
  }

  #compileList(schema: JsonObject, name: string): TypeNode {
    return {
      kind: 'list',
      items: later(() => this.#compileSchema(readObject(schema, 'items'), name)),
    };
  }

  #compileObject(schema: JsonObject, name: string): TypeNode {
    const members = Object.entries(readObject(schema, 'properties'));
    const zero = new Set(readList(schema, 'zero'));
    const nulls = readList(schema, 'nulls').filter((one) => typeof one === 'string');
    const { additionalProperties } = schema;
    const additional = isJsonObject(additionalProperties) ? additionalProperties : undefined;
    // A type without members, as `emptyDir: {}` never is, says nothing of what it holds.
    if (members.length === 0 && !additional && !this.#schemas.has(name)) return anything;
    const node: ObjectNode = {
      kind: 'object',
      typeName: name.slice(name.lastIndexOf('.') + 1),
      fields: new Map(
        members
          .filter((entry): entry is [string, JsonObject] => isJsonObject(entry[1]))
          .map(([field, type]) => [
            field,
            this.#compileField(type, {
              vanishesAtZero: zero.has(field),
              keepsEmpty: nulls.includes(field),
            }),
          ]),
      ),
      additional: additional && later(() => this.#compileSchema(additional, name)),
      nulls,
    };
    return node;
  }

  #compileField(
    schema: JsonObject,
    rules: { readonly vanishesAtZero: boolean; readonly keepsEmpty: boolean },
  ): FieldNode {
    const isCollection = schema['type'] === 'array' || 'additionalProperties' in schema;
    return {
      type: later(() => this.#compileSchema(schema, '')),
      default: schema['default'],
      vanishesAtZero: rules.vanishesAtZero,
      vanishesWhenEmpty: isCollection && !rules.keepsEmpty,
    };
  }
}

const anything: TypeNode = { kind: 'any' };

function scalar(type: ScalarNode['type'], format: string): ScalarNode {
  return { kind: 'scalar', type, format };
}

function later(compile: () => TypeNode): () => TypeNode {
  let node: TypeNode | undefined;
  return () => {
    node ??= compile();
    return node;
  };
}
