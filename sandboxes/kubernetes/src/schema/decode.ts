/**
 * Reads a request's object as a Go server does: into the members that its type has. What comes out is
 * what the server would write back: unknown members are gone, quantities and times in their one form,
 * what vanishes has vanished, and what the server always writes is there.
 */

import { isJsonList, isJsonObject, type Json, type JsonObject } from '@trueup/diagnostics';

import { copyJson, type Draft, type DraftValue, setMember } from '../object/draft.ts';
import { normaliseQuantity } from '../object/quantity.ts';
import { showJson } from '../object/show-json.ts';
import type { FieldNode, ObjectNode, ScalarNode, TypeNode } from './type-node.ts';

export interface Decoded {
  readonly draft: Draft;
  /** Paths such as `spec.template.spec.contianers`, in the order of the input. */
  readonly unknownFields: readonly string[];
}

/** A member holds a value of another type than the server's. */
export class DecodeError extends Error {
  override readonly name = 'DecodeError';
}

/** @throws DecodeError when a member has a type that the server cannot read. */
export function decodeObject(type: TypeNode, value: JsonObject): Decoded {
  const decoder = new Decoder();
  const draft = decoder.decodeRoot(type, value);
  return { draft, unknownFields: decoder.unknownFields };
}

/** Deeper input is refused rather than overflowing the stack. */
const deepest = 200;

class Decoder {
  readonly unknownFields: string[] = [];
  readonly #path: string[] = [];

  decodeRoot(type: TypeNode, value: JsonObject): Draft {
    if (type.kind === 'object') return this.#decodeObject(type, value);
    const draft: Draft = {};
    for (const [name, member] of Object.entries(value)) setMember(draft, name, copyJson(member));
    return draft;
  }

  #decode(type: TypeNode, value: Json): DraftValue {
    if (this.#path.length > deepest) throw new DecodeError('json: exceeded max depth');
    switch (type.kind) {
      case 'any':
        return copyJson(value);
      case 'scalar':
        return this.#decodeScalar(type, value);
      case 'list':
        if (!isJsonList(value)) return this.#refuse(value, '[]');
        return value.map((item, index) => this.#decodeItem(type.items(), item, index));
      case 'object':
        if (!isJsonObject(value)) return this.#refuse(value, type.typeName || 'map');
        return this.#decodeObject(type, value);
    }
  }

  #decodeItem(type: TypeNode, item: Json, index: number): DraftValue {
    this.#path.push(`[${index}]`);
    const read = this.#decode(type, item ?? zeroOf(type));
    this.#path.pop();
    return read;
  }

  #decodeObject(type: ObjectNode, value: JsonObject): Draft {
    const draft: Draft = {};
    for (const name of Object.keys(value)) {
      const member = value[name];
      if (member === undefined) continue;
      this.#path.push(name);
      this.#decodeMember(type, draft, { name, member });
      this.#path.pop();
    }
    if (type.fields.size > 0) this.#addAbsent(type, draft);
    return draft;
  }

  #decodeMember(
    type: ObjectNode,
    draft: Draft,
    { name, member }: { readonly name: string; readonly member: Json },
  ): void {
    const field = type.fields.get(name);
    if (field) {
      if (member === null) return;
      const read = this.#decode(field.type(), member);
      if (!vanishes(field, read)) draft[name] = read;
    } else if (type.additional) {
      const items = type.additional();
      setMember(draft, name, this.#decode(items, member ?? zeroOf(items)));
    } else {
      this.unknownFields.push(formatPath(this.#path));
    }
  }

  #addAbsent(type: ObjectNode, draft: Draft): void {
    for (const [name, field] of type.fields) {
      if (draft[name] !== undefined || field.default === undefined) continue;
      const value = this.#decode(field.type(), field.default);
      if (!vanishes(field, value)) draft[name] = value;
    }
    // The server's own encoding does not tell an empty list from none.
    for (const name of type.nulls) {
      const value = draft[name];
      if (value === undefined || (Array.isArray(value) && value.length === 0)) draft[name] = null;
    }
  }

  #decodeScalar({ type, format }: ScalarNode, value: Json): DraftValue {
    switch (type) {
      case 'string':
        return this.#decodeText(value, format);
      case 'boolean':
        return typeof value === 'boolean' ? value : this.#refuse(value, 'bool');
      case 'integer':
        return this.#decodeInteger(value, format === 'int32' ? 'int32' : 'int64');
      case 'number':
        return typeof value === 'number' ? value : this.#refuse(value, 'float64');
      case 'quantity':
        return this.#decodeQuantity(value);
      case 'int-or-string':
        return typeof value === 'string' ? value : this.#decodeInteger(value, 'int32');
      case 'time':
        return this.#decodeTime(value, format);
    }
  }

  #decodeText(value: Json, format: string): DraftValue {
    if (typeof value !== 'string') return this.#refuse(value, 'string');
    return format === 'byte' ? decodeBytes(value) : value;
  }

  #decodeInteger(value: Json, goType: 'int32' | 'int64'): DraftValue {
    if (typeof value === 'bigint' && goType === 'int64' && BigInt.asIntN(64, value) === value) {
      return value;
    }
    if (typeof value !== 'number' || !Number.isInteger(value)) return this.#refuse(value, goType);
    if (goType === 'int32' && (value | 0) !== value) return this.#refuse(value, goType);
    return value;
  }

  #decodeQuantity(value: Json): DraftValue {
    const text = isNumber(value) ? showJson(value) : value;
    const read = typeof text === 'string' ? normaliseQuantity(text) : undefined;
    if (read !== undefined) return read;
    throw new DecodeError(
      "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'",
    );
  }

  #decodeTime(value: Json, format: string): DraftValue {
    if (typeof value !== 'string') return this.#refuse(value, 'string');
    const time = Date.parse(value);
    if (!/^\d{4}-\d\d-\d\dT/.test(value) || Number.isNaN(time)) {
      throw new DecodeError(
        `parsing time ${JSON.stringify(value)} as "2006-01-02T15:04:05Z07:00": cannot parse`,
      );
    }
    const text = new Date(time).toISOString();
    if (format !== 'micro-time') return text.replace(/\.\d+Z$/, 'Z');
    const micro = /\.(\d{1,6})/.exec(value)?.[1] ?? '';
    return text.replace(/\.\d+Z$/, `.${micro.padEnd(6, '0')}Z`);
  }

  #refuse(value: Json, goType: string): never {
    const path = formatPath(this.#path.filter((step) => !step.startsWith('[')));
    throw new DecodeError(
      `json: cannot unmarshal ${jsonTypeOf(value)} into Go struct field ${path} of type ${goType}`,
    );
  }
}

function isEmpty(value: DraftValue | undefined): boolean {
  if (value === undefined || value === null) return true;
  if (typeof value !== 'object') return false;
  return Array.isArray(value) ? value.length === 0 : Object.keys(value).length === 0;
}

function vanishes(field: FieldNode, value: DraftValue): boolean {
  if (field.vanishesAtZero) return value === '' || value === 0 || value === false;
  return field.vanishesWhenEmpty && isEmpty(value);
}

/** What Go makes of `null` in a list or map. */
function zeroOf(type: TypeNode): Json {
  if (type.kind === 'object') return {};
  if (type.kind !== 'scalar') return type.kind === 'list' ? [] : null;
  switch (type.type) {
    case 'boolean':
      return false;
    case 'integer':
    case 'number':
    case 'int-or-string':
    case 'quantity':
      return 0;
    case 'string':
    case 'time':
      return '';
  }
}

function isNumber(value: Json): value is number | bigint {
  return typeof value === 'number' || typeof value === 'bigint';
}

function jsonTypeOf(value: Json): string {
  if (isJsonList(value)) return 'array';
  if (isJsonObject(value)) return 'object';
  if (typeof value === 'boolean') return 'bool';
  if (isNumber(value)) {
    return Number.isInteger(Number(value)) ? 'number' : `number ${showJson(value)}`;
  }
  return 'string';
}

function formatPath(path: readonly string[]): string {
  return path.join('.').replaceAll('.[', '[');
}

/** Bytes travel as base64, which the server reads to the last character. */
function decodeBytes(text: string): string {
  const wrong = /[^A-Za-z0-9+/=\r\n]/.exec(text)?.index;
  const plain = text.replace(/[\r\n]/g, '');
  const isWhole = plain.length % 4 === 0 && /^[^=]*={0,2}$/.test(plain);
  if (wrong === undefined && isWhole) return plain;
  throw new DecodeError(`illegal base64 data at input byte ${wrong ?? plain.length}`);
}
